/**
 * The ballot's short label, as it stands in the letter (app/core/ballot_labels.py makes the same one). It is made here,
 * of the code, so that the server need not be asked whose ballot this is, and could not say.
 */
const ALPHABET = "34679BCDFGHJKMNPQRTVWXY";
const LENGTH = 4;

/**
 * @param {string} credential with its hyphens
 * @returns {Promise<string>}
 */
export async function ballotLabel(credential) {
  const message = new TextEncoder().encode(`anbud-ballot-label-v1|${credential}`);
  let number = new DataView(await crypto.subtle.digest("SHA-256", message)).getBigUint64(0);
  const base = BigInt(ALPHABET.length);
  let label = "";
  for (; label.length < LENGTH; number /= base) label += ALPHABET[Number(number % base)];
  return label;
}
