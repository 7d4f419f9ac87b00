import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import {
  FixedBase, GENERATOR, IDENTITY, P, Q, add, decode, double, encodeAll, equal, generatorTable, multiply,
} from "../../app/static/ed25519.js";
import { noble, nobleHex, withNoble } from "./noble.js";

/** A reproducible number below q. */
function number(label) {
  return BigInt("0x" + createHash("sha512").update(label).digest("hex")) % Q;
}
const NUMBERS = [0n, 1n, 2n, 31n, 32n, 33n, 63n, 64n, Q - 1n, Q, Q + 1n, ...Array.from({ length: 40 }, (_, i) => number(`n${i}`))];

test("the generator has the order of the group", () => {
  assert.ok(equal(multiply(GENERATOR, Q), IDENTITY));
  assert.equal(encodeAll([IDENTITY])[0], "0".repeat(63) + "1");
});

test("a table gives what doubling and adding gives, for a start of its own too", () => {
  const base = multiply(GENERATOR, number("base"));
  const table = new FixedBase(base);
  for (const k of NUMBERS) {
    assert.ok(equal(table.power(k), multiply(base, k)), `k = ${k}`);
    assert.ok(equal(table.power(k, GENERATOR), add(GENERATOR, multiply(base, k))), `k = ${k}, with a start`);
  }
});

test("negative scalars are taken modulo the order", () => {
  assert.ok(equal(generatorTable().power(-5n), multiply(GENERATOR, Q - 5n)));
});

test("doubling is adding a point to itself", () => {
  const point = multiply(GENERATOR, number("double"));
  assert.ok(equal(double(point), add(point, point)));
});

test("what is encoded decodes to the same point", () => {
  const points = NUMBERS.filter((k) => k % Q !== 0n).map((k) => generatorTable().power(k));
  encodeAll(points).forEach((hex, i) => assert.ok(equal(decode(hex), points[i])));
});

test("points that no ballot may hold are refused", () => {
  const low = encodeAll([{ X: 0n, Y: P - 1n, Z: 1n, T: 0n }])[0];
  const mixed = encodeAll([add(GENERATOR, { X: 0n, Y: P - 1n, Z: 1n, T: 0n })])[0];
  const refused = {
    "the identity": "0".repeat(63) + "1",
    "order two": low,
    "outside the prime-order group": mixed,
    "y at least p": (P + 1n).toString(16),
    "no point at all": "0".repeat(63) + "2",
    "capitals": encodeAll([GENERATOR])[0].replace("6", "A"),
    "too short": "66",
    "x = 0 with its sign set": (1n | (1n << 255n)).toString(16),
  };
  for (const [why, hex] of Object.entries(refused)) assert.throws(() => decode(hex), RangeError, why);
});

test("the same powers as @noble/curves", withNoble, () => {
  const base = noble.Point.BASE;
  const other = base.multiply(number("other"));
  const table = new FixedBase(decode(nobleHex(other)));
  for (const k of NUMBERS.filter((n) => n > 0n && n < Q)) {
    const [ours, theirs] = encodeAll([generatorTable().power(k), table.power(k)]);
    assert.equal(ours, nobleHex(base.multiply(k)));
    assert.equal(theirs, nobleHex(other.multiply(k)));
  }
});
