/** Reads {election, votes: [{credential, answers}]} from standard input and prints the ballots as a JSON list. */
import { readFileSync } from "node:fs";

import { makeBallot } from "../../app/static/belenios.js";

const { election, votes } = JSON.parse(readFileSync(0, "utf8"));
const ballots = [];
for (const { credential, answers } of votes) {
  ballots.push(await makeBallot({ electionText: election, credential, answers }));
}
process.stdout.write(JSON.stringify(ballots));
