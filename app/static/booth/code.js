/** The voter's code: taken out of the address at once and kept for this tab alone. */
import { readTyped } from "./typed.js";

/** @typedef {import("./box.js").Receipt} Receipt */
/**
 * What this tab remembers: the code, from casting to the receipt the ballot's exact bytes, then the receipt; and
 * whether the receipt was asked for by mail. Never the choice, never the numbers that hide it.
 * @typedef {{code?: string, ballot?: string, mail?: boolean, receipt?: Receipt}} Kept
 */

/** Where the browser offers no storage, the tab remembers until it is reloaded. */
/** @type {Map<string, string>} */
const instead = new Map();

export class Memory {
  /** @param {string} slug the edition's short name */
  constructor(slug) {
    this.key = `rosta:${slug}`;
  }

  /** @returns {Kept} */
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? instead.get(this.key) ?? "{}");
    } catch {
      return JSON.parse(instead.get(this.key) ?? "{}");
    }
  }

  /** @param {Kept} kept */
  write(kept) {
    const text = JSON.stringify(kept);
    instead.set(this.key, text);
    try {
      sessionStorage.setItem(this.key, text);
    } catch {
      // The copy above has to do.
    }
  }
}

/**
 * Takes what follows # out of the address, unless it points to a place on the page.
 * @returns {string | null} what stood there, or null
 */
export function takeFragment() {
  const fragment = location.hash.slice(1);
  if (fragment === "" || document.getElementById(fragment) !== null) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/**
 * @param {string} fragment with what mail programs leave at the end of a link
 */
export function readFragment(fragment) {
  return readTyped(fragment.replace(/[.,;:!?)>\]"'”’»/]+$/u, ""));
}
