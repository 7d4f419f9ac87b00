/** Talking to the server: JSON, no cookies, and patience when the network is away. */

/** @typedef {{tracker: string, event: string, height: number, signature: string, key: string}} Receipt */
/** @typedef {{status: number, body: any, retryAfter: number}} Answer */

const PATIENCE = 20_000;
const LONGEST_WAIT = 30;

/**
 * @param {string} url
 * @param {object} [value] posted as JSON; without it the address is only read
 * @returns {Promise<Answer | null>} null when the server was not reached, or something else answered in its place
 */
export async function request(url, value) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const response = await fetch(url, {
      method: value === undefined ? "GET" : "POST",
      headers: value === undefined ? {} : { "Content-Type": "application/json" },
      body: value === undefined ? null : JSON.stringify(value),
      credentials: "omit",
      redirect: "error",
      signal: control.signal,
    });
    const body = await response.json();
    return { status: response.status, body, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether asking again with the same bytes may help: the server was not reached, has much to do, or had an accident.
 * @param {Answer | null} answer
 */
export function worthRetrying(answer) {
  return answer === null || answer.status === 429 || answer.status >= 500;
}

/** A pause that ends by itself, when the network comes back, or when the voter asks. */
export class Pause {
  /** @type {() => void} */
  #end = () => {};

  /** @param {EventTarget} network says "online" when the network comes back */
  constructor(network) {
    network.addEventListener("online", () => this.end());
  }

  /** Goes on at once. */
  end() {
    this.#end();
  }

  /** @param {number} seconds */
  async wait(seconds) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#end = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.#end = () => {};
  }
}

/**
 * Posts the same bytes until the server has answered for good.
 * @param {string} url
 * @param {object} value
 * @param {Pause} pause
 * @param {(why: "away" | "busy", seconds: number) => void} waiting told before each pause
 * @param {() => void} trying told before each new attempt
 * @returns {Promise<Answer>}
 */
export async function persist(url, value, pause, waiting, trying) {
  for (let attempt = 0; ; attempt++) {
    trying();
    const answer = await request(url, value);
    if (answer !== null && !worthRetrying(answer)) return answer;
    const seconds = Math.min(Math.max(2 ** (attempt + 1), answer?.retryAfter ?? 0), LONGEST_WAIT);
    waiting(answer === null ? "away" : "busy", seconds);
    await pause.wait(seconds);
  }
}
