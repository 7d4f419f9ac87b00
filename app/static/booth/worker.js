/** The slow arithmetic of a ballot, away from the page, so that the page never freezes. */
import { makeBallot, prepare, publicCredential, tracker } from "../belenios.js";

/** @type {Record<string, (...values: any[]) => any>} */
const methods = { makeBallot, prepare, publicCredential, tracker };

self.addEventListener("message", async ({ data: { id, method, values } }) => {
  try {
    self.postMessage({ id, value: await methods[method](...values) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
