/**
 * The page's side of the worker. Where a browser cannot start a module as a worker, the same code runs in the page.
 */

/** @typedef {{method: string, values: unknown[], resolve: (value: any) => void, reject: (error: Error) => void}} Call */

/** @type {Map<number, Call>} */
const waiting = new Map();
let last = 0;
/** @type {Worker | null} */
let worker = start();

/** @returns {Worker | null} */
function start() {
  try {
    const started = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    started.addEventListener("message", ({ data: { id, value, error } }) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) call?.resolve(value);
      else call?.reject(new Error(error));
    });
    started.addEventListener("error", () => {
      worker = null;
      for (const call of waiting.values()) here(call);
      waiting.clear();
    });
    return started;
  } catch {
    return null;
  }
}

/** @param {Call} call */
async function here({ method, values, resolve, reject }) {
  try {
    const module = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (await import("../belenios.js")));
    resolve(await module[method](...values));
  } catch (error) {
    reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * @param {string} method a function of belenios.js
 * @param {...unknown} values
 * @returns {Promise<any>} what it returns
 */
function ask(method, ...values) {
  return new Promise((resolve, reject) => {
    const call = { method, values, resolve, reject };
    if (worker === null) {
      here(call);
      return;
    }
    waiting.set(++last, call);
    worker.postMessage({ id: last, method, values });
  });
}

/** @type {(electionText: string) => Promise<void>} */
export const prepare = (electionText) => ask("prepare", electionText);
/** @type {(uuid: string, credential: string) => Promise<string>} */
export const publicCredential = (uuid, credential) => ask("publicCredential", uuid, credential);
/** @type {(vote: {electionText: string, credential: string, answers: number[][]}) => Promise<string>} */
export const makeBallot = (vote) => ask("makeBallot", vote);
/** @type {(ballot: string) => Promise<string>} */
export const tracker = (ballot) => ask("tracker", ballot);
