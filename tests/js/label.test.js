/** The label that the booth shows is the one that the letter shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ballotLabel } from "../../app/static/booth/label.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/ballot_labels.json", import.meta.url), "utf8"));

test("labels of ballots", async () => {
  assert.ok(vectors.length > 0);
  for (const { secret, label } of vectors) assert.equal(await ballotLabel(secret), label);
});
