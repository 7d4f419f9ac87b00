/** The same vectors test the Python core (tests/core/belenios) and what the browser runs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fingerprint, makeBallot, publicCredential, tracker } from "../../app/static/belenios.js";
import { FixedBase, Q, add, decode, encodeAll, generatorTable } from "../../app/static/ed25519.js";
import { readTyped } from "../../app/static/booth/typed.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/belenios.json", import.meta.url), "utf8"));

test("the group", () => {
  const { q, base_powers: base, powers, products, not_elements: refused } = vectors.group;
  assert.equal(Q, BigInt(q));
  for (const { scalar, element } of base) assert.equal(encodeAll([generatorTable().power(BigInt(scalar))])[0], element);
  for (const { element, scalar, power } of powers) {
    assert.equal(encodeAll([new FixedBase(decode(element)).power(BigInt(scalar))])[0], power);
  }
  for (const { left, right, product } of products) {
    assert.equal(encodeAll([add(decode(left), decode(right))])[0], product);
  }
  for (const hex of refused) assert.throws(() => decode(hex), RangeError, hex);
});

test("fingerprints", async () => {
  for (const { text, base64 } of vectors.hashes) assert.equal(await fingerprint(text), base64);
});

test("public halves of codes", async () => {
  const { uuid, secrets } = vectors.credentials;
  for (const { secret, public: expected } of secrets) assert.equal(await publicCredential(uuid, secret), expected);
});

test("typed codes", () => {
  const names = { length: "wrong-length", ambiguous: "ambiguous-character", character: "wrong-character" };
  for (const { typed, secret, error } of vectors.credentials.typed) {
    const read = readTyped(typed);
    assert.equal(read.credential, secret, typed);
    assert.equal(names[read.problem], error, typed);
  }
});

test("ballots, byte for byte", async () => {
  assert.ok(vectors.ballots.length > 0);
  for (const { name, election, credential, choices, draws, ballot, tracker: expected } of vectors.ballots) {
    const left = draws.map(BigInt);
    const made = await makeBallot({ electionText: election, credential, answers: choices, draw: () => left.shift() });
    assert.equal(made, ballot, name);
    assert.equal(await tracker(made), expected, name);
    assert.equal(left.length, 0, `${name}: every number is used`);
  }
});
