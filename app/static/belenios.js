/**
 * A voter's ballot as Belenios defines it (protocol version 1, group Ed25519, homomorphic questions).
 *
 * Source: the Belenios specification, version 3.0; the section is named at each part. The same ballots come
 * out of the Python core from the same random numbers (tests/vectors/belenios.json), and `belenios-tool`
 * accepts them.
 */
import { FixedBase, IDENTITY, Q, decode, encodeAll, generatorTable } from "./ed25519.js";

/** @typedef {import("./ed25519.js").Point} Point */
/** @typedef {() => bigint} Draw a fresh uniform number in [0, q) at each call */
/** @typedef {{challenge: string, response: string}} Proof */
/** @typedef {{alpha: string, beta: string}} Ciphertext */
/**
 * A homomorphic question (section 4.9.1).
 * @typedef {{answers: string[], blank?: boolean, min: number, max: number, question: string}} Question
 */
/**
 * What of an election is needed to vote in it (section 4.10).
 * @typedef {{version: number, group: string, public_key: string, questions: Question[], uuid: string}} Election
 */
/** @typedef {{alpha: Point, beta: Point, r: bigint, m: bigint}} Encryption a ciphertext and what was put into it */
/**
 * One case of a disjunction: "this ciphertext, divided by g^claim, encrypts zero".
 * @typedef {{r: bigint, m: bigint, claim: bigint}} Case
 */

const text = new TextEncoder();

/**
 * @param {string} message
 * @returns {Promise<Uint8Array>}
 */
async function sha256(message) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(message)));
}

/**
 * @param {Uint8Array} bytes
 * @returns {bigint} the bytes as a big-endian number
 */
function toNumber(bytes) {
  let hex = "0x0";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}

/**
 * Belenios's compact Base64 of a SHA-256: the standard alphabet without padding.
 * @param {string} message
 * @returns {Promise<string>} 43 characters
 */
export async function fingerprint(message) {
  return btoa(String.fromCharCode(...(await sha256(message)))).replace(/=+$/, "");
}

/** The smart ballot tracker (section 4.17): the fingerprint of a ballot's exact text. */
export const tracker = fingerprint;

/**
 * @param {string} message
 * @returns {Promise<bigint>} the hash as a number, modulo q
 */
async function challengeOf(message) {
  return toNumber(await sha256(message)) % Q;
}

/** @type {Draw} */
function drawScalar() {
  return toNumber(crypto.getRandomValues(new Uint8Array(64))) % Q;
}

/**
 * @param {bigint} value
 * @returns {bigint} the representative in [0, q)
 */
function scalar(value) {
  const r = value % Q;
  return r < 0n ? r + Q : r;
}

/**
 * The secret exponent of a code in an election (section 4.8).
 * @param {string} uuid
 * @param {string} credential with its hyphens
 * @returns {Promise<bigint>}
 */
async function secretExponent(uuid, credential) {
  const [high, low] = await Promise.all(
    [0, 1].map(async (i) => toNumber(await sha256(`derive_credential|${uuid}|${i}|${credential}`))),
  );
  return ((high << 256n) | low) % Q;
}

/**
 * The public half of a voter's code: what the server knows it by.
 * @param {string} uuid
 * @param {string} credential with its hyphens
 * @returns {Promise<string>} 64 hexadecimal digits
 */
export async function publicCredential(uuid, credential) {
  return encodeAll([generatorTable().power(await secretExponent(uuid, credential))])[0];
}

/**
 * The election key's table, kept while the same election is voted in.
 * @type {{key: string, table: FixedBase} | undefined}
 */
let elections;

/**
 * @param {string} key the election's public key
 * @returns {FixedBase}
 */
function keyTable(key) {
  if (elections?.key !== key) elections = { key, table: new FixedBase(decode(key)) };
  return elections.table;
}

/**
 * @param {string} electionText
 * @returns {Election}
 * @throws {RangeError} when it is no election that this module can make a ballot for
 */
export function readElection(electionText) {
  /** @type {Election} */
  const election = JSON.parse(electionText);
  if (election.version !== 1 || election.group !== "Ed25519") {
    throw new RangeError("only protocol version 1 in the group Ed25519 is known here");
  }
  for (const question of election.questions) {
    if (!Array.isArray(question.answers) || "type" in question) throw new RangeError("not a homomorphic question");
  }
  return election;
}

/**
 * Does the slow part before it is needed: the tables of both bases.
 * @param {string} electionText
 */
export function prepare(electionText) {
  generatorTable();
  keyTable(readElection(electionText).public_key);
}

/**
 * A whole ballot, as text, ready to be sent.
 * @param {{electionText: string, credential: string, answers: number[][], draw?: Draw}} vote
 *   `electionText` exactly as published; `credential` with its hyphens; `answers` one list of 0 and 1 a question,
 *   as long as its answers, with the blank mark first where the question allows a blank vote
 * @returns {Promise<string>} canonical JSON: compact, fields in the specification's order (section 4.17)
 * @throws {RangeError} when the answers break the questions' rules
 */
export async function makeBallot({ electionText, credential, answers, draw = drawScalar }) {
  const election = readElection(electionText);
  if (answers.length !== election.questions.length) throw new RangeError("one list of answers a question");
  election.questions.forEach((question, i) => checkAnswer(question, answers[i]));
  const [electionHash, secret] = await Promise.all([
    fingerprint(electionText),
    secretExponent(election.uuid, credential),
  ]);
  const g = generatorTable();
  const y = keyTable(election.public_key);
  const [signer] = encodeAll([g.power(secret)]);
  const context = `${electionHash}|${signer}`;
  const encrypted = [];
  for (let i = 0; i < answers.length; i++) {
    encrypted.push(await encryptAnswer({ g, y, context, draw, question: election.questions[i], marks: answers[i] }));
  }
  const unsigned = { election_uuid: election.uuid, election_hash: electionHash, credential: signer, answers: encrypted };
  const signature = await sign(g, JSON.stringify(unsigned), secret, draw);
  return JSON.stringify({ ...unsigned, signature });
}

/**
 * @param {Question} question
 * @param {number[]} marks
 * @throws {RangeError}
 */
function checkAnswer(question, marks) {
  const blanks = question.blank ? 1 : 0;
  if (marks.length !== question.answers.length + blanks || marks.some((mark) => mark !== 0 && mark !== 1)) {
    throw new RangeError("an answer is 0 or 1 for each choice");
  }
  const chosen = marks.slice(blanks).reduce((sum, mark) => sum + mark, 0);
  const blank = blanks === 1 && marks[0] === 1;
  if (blank ? chosen !== 0 : chosen < question.min || chosen > question.max) {
    throw new RangeError("the number of choices is outside what the question allows");
  }
}

/**
 * @typedef {{g: FixedBase, y: FixedBase, context: string, draw: Draw}} Setting
 *   both tables, S₀ of section 4.11, and the source of randomness
 */

/**
 * One question's answer (section 4.11.1).
 * @param {Setting & {question: Question, marks: number[]}} work
 * @returns {Promise<object>}
 */
async function encryptAnswer({ question, marks, ...setting }) {
  const { g, y, context, draw } = setting;
  const secrets = marks.map((mark) => ({ r: draw(), m: BigInt(mark) }));
  const points = secrets.flatMap(({ r, m }) => [g.power(r), m === 1n ? g.power(1n, y.power(r)) : y.power(r)]);
  const encoded = encodeAll(points);
  const choices = secrets.map((_, i) => ({ alpha: encoded[2 * i], beta: encoded[2 * i + 1] }));

  const sets = [];
  for (const { r, m } of secrets) {
    sets.push(commit(setting, [0n, 1n].map((claim) => ({ r, m, claim })), Number(m)));
  }
  const sumFrom = question.blank ? 1 : 0;
  const sum = secrets.slice(sumFrom).reduce((total, one) => ({ r: total.r + one.r, m: total.m + one.m }), { r: 0n, m: 0n });
  const range = [];
  for (let claim = question.min; claim <= question.max; claim++) range.push({ ...sum, claim: BigInt(claim) });
  const blankVote = sumFrom === 1 && marks[0] === 1;
  if (sumFrom === 1) {
    const overall = [{ ...secrets[0], claim: 1n }, ...range];
    sets.push(commit(setting, overall, blankVote ? 0 : 1 + Number(sum.m) - question.min));
    sets.push(commit(setting, [{ ...secrets[0], claim: 0n }, { ...sum, claim: 0n }], blankVote ? 1 : 0));
  } else {
    sets.push(commit(setting, range, Number(sum.m) - question.min));
  }

  // Every commitment of the question is written out at once: one inversion for all.
  const written = encodeAll(sets.flatMap((set) => set.commitments));
  let at = 0;
  const texts = sets.map((set) => written.slice(at, (at += set.commitments.length)).join(","));

  const individual = [];
  for (let i = 0; i < choices.length; i++) {
    const { alpha, beta } = choices[i];
    individual.push(await answer(sets[i], `prove|${context}|${alpha},${beta}|${texts[i]}`));
  }
  const whole = `${context}|${encoded.join(",")}`;
  const n = choices.length;
  if (sumFrom === 1) {
    return {
      choices,
      individual_proofs: individual,
      overall_proof: await answer(sets[n], `bproof1|${whole}|${texts[n]}`),
      blank_proof: await answer(sets[n + 1], `bproof0|${whole}|${texts[n + 1]}`),
    };
  }
  const total = encodeAll([g.power(sum.r), g.power(sum.m, y.power(sum.r))]);
  return {
    choices,
    individual_proofs: individual,
    overall_proof: await answer(sets[n], `prove|${whole}|${total.join(",")}|${texts[n]}`),
  };
}

/**
 * @typedef {object} Commitments the first move of a disjunctive proof
 * @property {Point[]} commitments A₀, B₀, A₁, B₁, …
 * @property {{challenge: bigint, response: bigint}[]} proofs the simulated ones; the true one is still empty
 * @property {number} truth which case is true
 * @property {bigint} w the true case's randomness
 * @property {bigint} r the true case's secret
 */

/**
 * The first move of a proof that one of several cases holds (sections 4.12 and 4.13).
 *
 * A simulated case wants g^response · α^challenge and y^response · (β/g^claim)^challenge. With α = g^r and
 * β = y^r · g^m these are g^e and y^e · g^((m − claim) · challenge), where e = response + r · challenge.
 * @param {Setting} setting
 * @param {Case[]} cases
 * @param {number} truth
 * @returns {Commitments}
 */
function commit({ g, y, draw }, cases, truth) {
  /** @type {Point[]} */
  const commitments = [];
  const proofs = cases.map(({ r, m, claim }, j) => {
    if (j === truth) {
      commitments.push(IDENTITY, IDENTITY); // replaced below
      return { challenge: 0n, response: 0n };
    }
    const challenge = draw();
    const response = draw();
    const e = response + r * challenge;
    commitments.push(g.power(e), g.power((m - claim) * challenge, y.power(e)));
    return { challenge, response };
  });
  const w = draw();
  commitments[2 * truth] = g.power(w);
  commitments[2 * truth + 1] = y.power(w);
  return { commitments, proofs, truth, w, r: cases[truth].r };
}

/**
 * The second move: the true case's challenge is what the hash leaves over.
 * @param {Commitments} set
 * @param {string} message what is hashed
 * @returns {Promise<Proof[]>}
 */
async function answer({ proofs, truth, w, r }, message) {
  const others = proofs.reduce((sum, proof) => sum + proof.challenge, 0n);
  const challenge = scalar((await challengeOf(message)) - others);
  proofs[truth] = { challenge, response: scalar(w - r * challenge) };
  return proofs.map((proof) => ({ challenge: proof.challenge.toString(), response: proof.response.toString() }));
}

/**
 * The signature of a ballot by its voter's code (section 4.16).
 * @param {FixedBase} g
 * @param {string} unsigned the ballot's text without the signature field
 * @param {bigint} secret
 * @param {Draw} draw
 * @returns {Promise<{hash: string, proof: Proof}>}
 */
async function sign(g, unsigned, secret, draw) {
  const hash = await fingerprint(unsigned);
  const w = draw();
  const [commitment] = encodeAll([g.power(w)]);
  const challenge = await challengeOf(`sig|${hash}|${commitment}`);
  return { hash, proof: { challenge: challenge.toString(), response: scalar(w - secret * challenge).toString() } };
}
