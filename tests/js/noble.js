/** @noble/curves where it is installed (`npm ci` in this folder), else null: the tests that need it say so and skip. */
export const noble = await import("@noble/curves/ed25519.js").then((module) => module.ed25519, () => null);

export const withNoble = { skip: noble ? false : "@noble/curves is not installed: run `npm ci` in tests/js" };

/**
 * @param {string} hex most significant digit first, as Belenios writes points
 */
export function noblePoint(hex) {
  return noble.Point.fromHex(hex.match(/../g).reverse().join(""));
}

/** @returns {string} a point as Belenios writes it */
export function nobleHex(point) {
  return point.toHex().match(/../g).reverse().join("");
}
