/**
 * The group of the ballots: the prime-order subgroup of Ed25519, with native BigInt.
 *
 * Source: RFC 8032 section 5.1 (curve, encoding) and Hisil, Wong, Carter and Dawson, "Twisted Edwards
 * Curves Revisited" (2008), sections 3.1–3.3 (extended coordinates, mixed addition, doubling).
 * Points are written as Belenios writes them (specification, section 5.2.1): the compressed 256-bit
 * number in hexadecimal, most significant digit first.
 *
 * Whoever makes a ballot knows all its randomness, so every power in it is one of two fixed bases:
 * the generator and the election's key. Each gets a table once; a power is then some forty additions.
 *
 * BigInt arithmetic does not run in constant time. It runs on the voter's own machine, once a ballot.
 */

/** The field's prime, 2²⁵⁵ − 19. */
export const P = (1n << 255n) - 19n;
/** The order of the group. */
export const Q = (1n << 252n) + 27742317777372353535851937790883648493n;

const MASK = (1n << 255n) - 1n;

/**
 * The product in the field, not fully reduced: between −2¹⁰ and 2²⁵⁶, for factors up to 2²⁵⁸ in size.
 * Sums and differences of such products may be multiplied again without reducing.
 * @param {bigint} a
 * @param {bigint} b
 * @returns {bigint}
 */
function times(a, b) {
  let z = a * b;
  z = (z & MASK) + 19n * (z >> 255n);
  return (z & MASK) + 19n * (z >> 255n);
}

/**
 * @param {bigint} a
 * @returns {bigint} the representative in [0, p)
 */
function reduce(a) {
  const r = a % P;
  return r < 0n ? r + P : r;
}

/**
 * @param {bigint} base
 * @param {bigint} exponent at least 0
 * @returns {bigint} base^exponent in the field, not fully reduced
 */
function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = times(result, result);
    if (bit === "1") result = times(result, base);
  }
  return result;
}

/**
 * All inverses for the price of one (Montgomery's trick).
 * @param {bigint[]} values none of them zero
 * @returns {bigint[]} their inverses, in the same order
 */
function inverses(values) {
  /** @type {bigint[]} */
  const before = [];
  let product = 1n;
  for (const value of values) {
    before.push(product);
    product = times(product, value);
  }
  let rest = power(reduce(product), P - 2n);
  /** @type {bigint[]} */
  const out = new Array(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    out[i] = times(rest, before[i]);
    rest = times(rest, values[i]);
  }
  return out;
}

/** The curve's constant d = −121665/121666. */
const D = reduce(times(-121665n, power(121666n, P - 2n)));
const D2 = reduce(2n * D);
/** A square root of −1. */
const ROOT = reduce(power(2n, (P - 1n) / 4n));

/**
 * A point of the curve in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
 * @typedef {{X: bigint, Y: bigint, Z: bigint, T: bigint}} Point
 */

/** @type {Readonly<Point>} */
export const IDENTITY = Object.freeze({ X: 0n, Y: 1n, Z: 1n, T: 0n });

/**
 * @param {Point} p
 * @param {Point} r
 * @returns {Point} their sum
 */
export function add(p, r) {
  const a = times(p.Y - p.X, r.Y - r.X);
  const b = times(p.Y + p.X, r.Y + r.X);
  const c = times(times(p.T, D2), r.T);
  const d = 2n * times(p.Z, r.Z);
  const e = b - a;
  const f = d - c;
  const g = d + c;
  const h = b + a;
  return { X: times(e, f), Y: times(g, h), Z: times(f, g), T: times(e, h) };
}

/**
 * @param {Point} p
 * @returns {Point} p + p
 */
export function double(p) {
  const a = times(p.X, p.X);
  const b = times(p.Y, p.Y);
  const c = 2n * times(p.Z, p.Z);
  const h = a + b;
  const s = p.X + p.Y;
  const e = h - times(s, s);
  const g = a - b;
  const f = c + g;
  return { X: times(e, f), Y: times(g, h), Z: times(f, g), T: times(e, h) };
}

/**
 * @param {Point} p
 * @param {Point} r
 * @returns {boolean}
 */
export function equal(p, r) {
  return reduce(times(p.X, r.Z) - times(r.X, p.Z)) === 0n && reduce(times(p.Y, r.Z) - times(r.Y, p.Z)) === 0n;
}

/**
 * A scalar times any point, slowly: for checks, not for making ballots.
 * @param {Point} p
 * @param {bigint} scalar at least 0
 * @returns {Point}
 */
export function multiply(p, scalar) {
  /** @type {Point} */
  let sum = IDENTITY;
  for (const bit of scalar.toString(2)) {
    sum = double(sum);
    if (bit === "1") sum = add(sum, p);
  }
  return sum;
}

/**
 * @param {Point[]} points
 * @returns {string[]} each as 64 hexadecimal digits; one inversion for all of them
 */
export function encodeAll(points) {
  const inverted = inverses(points.map((point) => point.Z));
  return points.map((point, i) => {
    const x = reduce(times(point.X, inverted[i]));
    const y = reduce(times(point.Y, inverted[i]));
    return (y | ((x & 1n) << 255n)).toString(16).padStart(64, "0");
  });
}

/**
 * @param {string} hex 64 lower-case hexadecimal digits
 * @returns {Point}
 * @throws {RangeError} when it is not the one encoding of a point of the prime-order group, or is the identity
 */
export function decode(hex) {
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError("a point is 64 hexadecimal digits");
  const packed = BigInt("0x" + hex);
  const sign = packed >> 255n;
  const y = packed & MASK;
  if (y >= P) throw new RangeError("not a canonical point");
  const u = times(y, y) - 1n;
  const v = times(D, times(y, y)) + 1n;
  // x = u v³ (u v⁷)^((p−5)/8), corrected by a square root of −1 (RFC 8032, section 5.1.3).
  const v3 = times(times(v, v), v);
  let x = times(times(u, v3), power(reduce(times(times(u, v3), times(v3, v))), (P - 5n) / 8n));
  const square = reduce(times(v, times(x, x)));
  if (square !== reduce(u)) {
    if (square !== reduce(-u)) throw new RangeError("not a point of the curve");
    x = times(x, ROOT);
  }
  x = reduce(x);
  if (x === 0n && sign === 1n) throw new RangeError("not a canonical point");
  if ((x & 1n) !== sign) x = P - x;
  const point = { X: x, Y: y, Z: 1n, T: times(x, y) };
  if (equal(point, IDENTITY)) throw new RangeError("the identity is not allowed here");
  if (!equal(multiply(point, Q), IDENTITY)) throw new RangeError("not a point of the prime-order group");
  return point;
}

/** Bits a step of the tables; signed digits, so a row holds 2⁵ points. */
const WINDOW = 6n;
const ROW = 1 << Number(WINDOW - 1n);
const ROWS = Math.ceil(256 / Number(WINDOW));

/**
 * Powers of one base by a table: row i holds 1…32 times 64^i times the base, as the three numbers
 * y + x, y − x and 2dxy that a mixed addition wants.
 */
export class FixedBase {
  /** @param {Point} base */
  constructor(base) {
    /** @type {Point[]} */
    const points = [];
    let start = base;
    for (let i = 0; i < ROWS; i++) {
      let sum = start;
      for (let j = 0; j < ROW; j++) {
        points.push(sum);
        if (j < ROW - 1) sum = add(sum, start);
      }
      start = double(sum);
    }
    const inverted = inverses(points.map((point) => point.Z));
    /** @private @type {{plus: bigint, minus: bigint, td: bigint}[]} */
    this.table = points.map((point, i) => {
      const x = times(point.X, inverted[i]);
      const y = times(point.Y, inverted[i]);
      return { plus: reduce(y + x), minus: reduce(y - x), td: reduce(times(times(x, y), D2)) };
    });
  }

  /**
   * @param {bigint} scalar any integer; taken modulo the group's order
   * @param {Point} [start] added to the result
   * @returns {Point} scalar · base (+ start)
   */
  power(scalar, start = IDENTITY) {
    let k = scalar % Q;
    if (k < 0n) k += Q;
    let { X, Y, Z, T } = start;
    for (let row = 0; k > 0n; row += ROW) {
      let digit = Number(k & 63n);
      k >>= WINDOW;
      if (digit > ROW) {
        digit -= 64;
        k += 1n;
      }
      if (digit === 0) continue;
      const entry = this.table[row + Math.abs(digit) - 1];
      const negative = digit < 0;
      const a = times(Y - X, negative ? entry.plus : entry.minus);
      const b = times(Y + X, negative ? entry.minus : entry.plus);
      const c = negative ? -times(T, entry.td) : times(T, entry.td);
      const d = 2n * Z;
      const e = b - a;
      const f = d - c;
      const g = d + c;
      const h = b + a;
      X = times(e, f);
      Y = times(g, h);
      Z = times(f, g);
      T = times(e, h);
    }
    return { X, Y, Z, T };
  }
}

/** The generator: y = 4/5, x even. */
export const GENERATOR = decode("6666666666666666666666666666666666666666666666666666666666666658");

/** @type {FixedBase | undefined} */
let table;

/** @returns {FixedBase} the generator's table, made at its first use */
export function generatorTable() {
  table ??= new FixedBase(GENERATOR);
  return table;
}
