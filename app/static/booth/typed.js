/** Reading a code that somebody typed. */

/** The characters of a code: no zero, capital O, capital I or small l. */
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/**
 * What became of a typed code: the code itself, or what is wrong with it.
 * @typedef {{credential: string}
 *   | {problem: "length", length: number}
 *   | {problem: "ambiguous" | "character", character: string}} Typed
 */

/**
 * Reads a code as people type and mail programs break it (section 4.8). Spaces and hyphens of every kind are
 * dropped, and a zero or a capital O can only have been meant as a small o. A capital I and a small l are asked
 * about: they may be 1, i or L.
 * @param {string} typed
 * @returns {Typed} the credential is written XXXXX-XXXXXX-XXXXX-XXXXXX
 */
export function readTyped(typed) {
  const bare = [
    ...typed
      .normalize("NFKC")
      .replace(/[\s\p{Pd}\u2212\u00ad\u200b-\u200d\u2060\ufeff]/gu, "")
      .replace(/[0O]/g, "o"),
  ];
  const odd = bare.find((character) => !BASE58.includes(character));
  if (odd !== undefined) return { problem: "Il".includes(odd) ? "ambiguous" : "character", character: odd };
  if (bare.length !== 22) return { problem: "length", length: bare.length };
  const code = bare.join("");
  return { credential: [code.slice(0, 5), code.slice(5, 11), code.slice(11, 16), code.slice(16)].join("-") };
}
