import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { fingerprint, makeBallot, publicCredential, readElection, tracker } from "../../app/static/belenios.js";
import { readTyped } from "../../app/static/booth/typed.js";
import { Q } from "../../app/static/ed25519.js";
import { noble, nobleHex, noblePoint, withNoble } from "./noble.js";

const KEY = "adaac5c46c43af90c5f4c588a6b44e1af4710b375a02c6b090c09536f91e8f2a";
const ELECTION = {
  version: 1, description: "Ett pris", name: "Priset", group: "Ed25519", public_key: KEY,
  questions: [
    { answers: ["Väg \"norr\"", "Måltider", "Stöd"], blank: true, min: 1, max: 1, question: "Årets upphandling" },
    { answers: ["A", "B", "C", "D"], blank: true, min: 1, max: 3, question: "Årets dialog" },
    { answers: ["A", "B", "C"], min: 1, max: 2, question: "Utan blankt" },
  ],
  uuid: "BGNXYWo1wWaeN1",
};
const TEXT = JSON.stringify(ELECTION);
const CODE = "43Bk6-zGZhsk-15RrZ-zxfU1L";
const VOTES = {
  "one of each": [[0, 0, 1, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
  "as many as allowed": [[0, 1, 0, 0], [0, 1, 1, 0, 1], [0, 1, 1]],
  "blank where it can be": [[1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 1]],
};

/** Numbers that look random and are the same each time; the list remembers them. */
function draws(label, drawn = []) {
  return () => {
    drawn.push(BigInt("0x" + createHash("sha512").update(`${label}|${drawn.length}`).digest("hex")) % Q);
    return drawn.at(-1);
  };
}

test("a ballot is compact JSON with its fields in the specification's order", async () => {
  const ballot = await makeBallot({ electionText: TEXT, credential: CODE, answers: VOTES["one of each"] });
  const read = JSON.parse(ballot);
  assert.equal(JSON.stringify(read), ballot);
  assert.deepEqual(Object.keys(read), ["election_uuid", "election_hash", "credential", "answers", "signature"]);
  assert.deepEqual(Object.keys(read.answers[0]), ["choices", "individual_proofs", "overall_proof", "blank_proof"]);
  assert.deepEqual(Object.keys(read.answers[2]), ["choices", "individual_proofs", "overall_proof"]);
  assert.equal(read.answers[1].overall_proof.length, 4);
  assert.equal(read.election_hash, await fingerprint(TEXT));
  assert.equal(read.credential, await publicCredential(ELECTION.uuid, CODE));
});

test("the public half of a code is what belenios-tool wrote for it", async () => {
  assert.equal(
    await publicCredential("BGNXYWo1wWaeN1", "43Bk6-zGZhsk-15RrZ-zxfU1L"),
    "a9a307dc50eed3a8681eb60364a8e9f791467cc8e6b11fd36ef29d325455d9f9",
  );
});

test("the same numbers make the same ballot, others make another", async () => {
  const vote = { electionText: TEXT, credential: CODE, answers: VOTES["one of each"] };
  const first = await makeBallot({ ...vote, draw: draws("a") });
  assert.equal(await makeBallot({ ...vote, draw: draws("a") }), first);
  assert.notEqual(await makeBallot({ ...vote, draw: draws("b") }), first);
  assert.notEqual(await makeBallot(vote), await makeBallot(vote));
});

test("every vote draws equally many numbers, so that nothing about it shows in how long it takes", async () => {
  const counts = [];
  for (const answers of Object.values(VOTES)) {
    const drawn = [];
    await makeBallot({ electionText: TEXT, credential: CODE, answers, draw: draws("x", drawn) });
    counts.push(drawn.length);
  }
  assert.deepEqual(new Set(counts).size, 1);
});

test("a vote that breaks a question's rules is refused", async () => {
  const wrong = {
    "two of one": [[0, 1, 1, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
    "none without blank": [[0, 0, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
    "blank and a choice": [[1, 1, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
    "too many": [[0, 1, 0, 0], [0, 1, 1, 1, 1], [1, 0, 0]],
    "a two": [[0, 2, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
    "an answer missing": [[0, 1, 0], [0, 1, 0, 0, 0], [1, 0, 0]],
    "a question missing": [[0, 1, 0, 0], [0, 1, 0, 0, 0]],
  };
  for (const [why, answers] of Object.entries(wrong)) {
    await assert.rejects(makeBallot({ electionText: TEXT, credential: CODE, answers }), RangeError, why);
  }
});

test("an election of another kind is refused", () => {
  for (const change of [{ version: 2 }, { group: "BELENIOS-2048" }, { questions: [{ type: "NonHomomorphic", value: {} }] }]) {
    assert.throws(() => readElection(JSON.stringify({ ...ELECTION, ...change })), RangeError);
  }
});

test("the tracker is the compact Base64 of the ballot's hash", async () => {
  assert.equal(await tracker("{}"), createHash("sha256").update("{}").digest("base64").replace(/=+$/, ""));
  assert.equal((await tracker("å")).length, 43);
});

test("codes are read as people type them", () => {
  for (const typed of [
    CODE, "43Bk6zGZhsk15RrZzxfU1L", " 43Bk6 zGZhsk 15RrZ zxfU1L ", "43Bk6–zGZhsk—15RrZ‑zxfU1L\n",
    "43Bk6-zGZhsk-\u200b15RrZ-zxfU1L", "４３Bk6-zGZhsk-15RrZ-zxfU1L",
  ]) assert.deepEqual(readTyped(typed), { credential: CODE }, typed);
  assert.deepEqual(readTyped("oooooOOOOOO00000oooooo"), { credential: "ooooo-oooooo-ooooo-oooooo" });
  assert.deepEqual(readTyped(CODE.replace("L", "l")), { problem: "ambiguous", character: "l" });
  assert.deepEqual(readTyped(CODE.replace("1", "I")), { problem: "ambiguous", character: "I" });
  assert.deepEqual(readTyped(CODE.replace("B", "å")), { problem: "character", character: "å" });
  assert.deepEqual(readTyped("43Bk6-zGZhsk"), { problem: "length", length: 11 });
  assert.deepEqual(readTyped(""), { problem: "length", length: 0 });
  assert.deepEqual(readTyped(CODE + "a"), { problem: "length", length: 23 });
});

test("every proof and the signature hold, checked with @noble/curves from the specification's equations", withNoble, async () => {
  for (const [name, answers] of Object.entries(VOTES)) {
    const ballot = JSON.parse(await makeBallot({ electionText: TEXT, credential: CODE, answers }));
    for (let i = 0; i < answers.length; i++) checkAnswer(ballot, i, name);
    const { signature, ...unsigned } = ballot;
    assert.equal(signature.hash, await fingerprint(JSON.stringify(unsigned)));
    const a = power(noble.Point.BASE, signature.proof.response).add(power(noblePoint(ballot.credential), signature.proof.challenge));
    assert.equal(hashed(`sig|${signature.hash}|${nobleHex(a)}`), BigInt(signature.proof.challenge), name);
  }
});

function hashed(message) {
  return BigInt("0x" + createHash("sha256").update(message).digest("hex")) % Q;
}

function power(point, exponent) {
  return point.multiplyUnsafe(BigInt(exponent));
}

/** Specification 4.12 and 4.13.3. */
function checkAnswer(ballot, i, name) {
  const question = ELECTION.questions[i];
  const { choices, individual_proofs, overall_proof, blank_proof } = ballot.answers[i];
  const g = noble.Point.BASE;
  const y = noblePoint(KEY);
  const pairs = choices.map(({ alpha, beta }) => ({ alpha: noblePoint(alpha), beta: noblePoint(beta) }));
  const context = `${ballot.election_hash}|${ballot.credential}`;
  const whole = `${context}|${choices.map(({ alpha, beta }) => `${alpha},${beta}`).join(",")}`;
  const commitments = (cases, proofs) =>
    cases.flatMap(([{ alpha, beta }, claim], j) => {
      const { challenge, response } = proofs[j];
      return [
        power(g, response).add(power(alpha, challenge)),
        power(y, response).add(power(beta.subtract(power(g, claim)), challenge)),
      ];
    }).map(nobleHex).join(",");
  const total = (proofs) => proofs.reduce((sum, { challenge }) => sum + BigInt(challenge), 0n) % Q;
  choices.forEach(({ alpha, beta }, j) => {
    const proofs = individual_proofs[j];
    const a = commitments([[pairs[j], 0], [pairs[j], 1]], proofs);
    assert.equal(hashed(`prove|${context}|${alpha},${beta}|${a}`), total(proofs), `${name}: choice ${j}`);
  });
  const summed = pairs.slice(question.blank ? 1 : 0).reduce((a, b) => ({ alpha: a.alpha.add(b.alpha), beta: a.beta.add(b.beta) }));
  const range = Array.from({ length: question.max - question.min + 1 }, (_, k) => [summed, question.min + k]);
  if (question.blank) {
    assert.equal(hashed(`bproof1|${whole}|${commitments([[pairs[0], 1], ...range], overall_proof)}`), total(overall_proof), name);
    assert.equal(hashed(`bproof0|${whole}|${commitments([[pairs[0], 0], [summed, 0]], blank_proof)}`), total(blank_proof), name);
  } else {
    const sum = `${nobleHex(summed.alpha)},${nobleHex(summed.beta)}`;
    assert.equal(hashed(`prove|${whole}|${sum}|${commitments(range, overall_proof)}`), total(overall_proof), name);
  }
}
