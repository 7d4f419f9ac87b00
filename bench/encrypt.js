/** Measured in the browser by encrypt.py: our ballot in its worker, and the same powers with @noble/curves. */
import { makeBallot, prepare } from "/static/belenios.js";
import * as sealer from "/static/booth/sealer.js";
import { FixedBase, GENERATOR, Q, encodeAll, generatorTable } from "/static/ed25519.js";

const CODE = "43Bk6-zGZhsk-15RrZ-zxfU1L";

function election(answers) {
  const key = encodeAll([generatorTable().power(123456789n ** 8n)])[0];
  const question = { answers: Array.from({ length: answers }, (_, i) => `Nominerad ${i}`), blank: true, min: 1, max: 1, question: "Priset" };
  return JSON.stringify({ version: 1, description: "", name: "Priset", group: "Ed25519", public_key: key, questions: [question], uuid: "Benchmarks1234" });
}

const vote = (electionText, answers) => ({
  electionText,
  credential: CODE,
  answers: [Array.from({ length: answers + 1 }, (_, i) => Number(i === 2))],
});

/** The longest time during which the page's own thread could do nothing else. */
async function longestBlock(work) {
  let last = performance.now();
  let longest = 0;
  const tick = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work();
  clearInterval(tick);
  return Math.max(longest, performance.now() - last);
}

async function ours(answers, rounds) {
  const electionText = election(answers);
  const cold = performance.now();
  await sealer.makeBallot(vote(electionText, answers));
  const first = performance.now() - cold;
  const times = [];
  const block = await longestBlock(async () => {
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      await sealer.makeBallot(vote(electionText, answers));
      times.push(performance.now() - start);
    }
  });
  return { first, times, block };
}

/** How many powers of each base and how many encodings one ballot takes. */
async function counted(answers) {
  const electionText = election(answers);
  prepare(electionText);
  const counts = { g: 0, y: 0 };
  const real = FixedBase.prototype.power;
  FixedBase.prototype.power = function (scalar, start) {
    if (scalar !== 0n && scalar !== 1n) counts[this === generatorTable() ? "g" : "y"]++;
    return real.call(this, scalar, start);
  };
  try {
    await makeBallot(vote(electionText, answers));
  } finally {
    FixedBase.prototype.power = real;
  }
  return counts;
}

async function nobles(counts, rounds) {
  const { ed25519 } = await import("@noble/curves/ed25519.js").catch(() => ({ ed25519: null }));
  if (ed25519 === null) return null;
  const scalars = Array.from({ length: counts.g + counts.y }, (_, i) => (7n ** BigInt(200 + i)) % Q);
  const key = ed25519.Point.BASE.multiply(123456789n).precompute(8, false);
  const times = [];
  for (let i = 0; i <= rounds; i++) {
    const start = performance.now();
    scalars.forEach((k, j) => (j < counts.g ? ed25519.Point.BASE : key).multiply(k).toBytes());
    if (i > 0) times.push(performance.now() - start);
  }
  return times;
}

window.measure = async (answers, rounds) => {
  const counts = await counted(answers);
  return { counts, ours: await ours(answers, rounds), noble: await nobles(counts, rounds), generator: encodeAll([GENERATOR])[0] };
};
