/** Showing one page of the booth at a time, and telling those who listen instead of looking. */

/** @typedef {"opening"|"code"|"choose"|"review"|"sending"|"receipt"|"used"|"other"|"void"|"early"|"closed"|"late"|"refused"|"mismatch"|"trouble"} View */

export const booth = /** @type {HTMLElement} */ (document.getElementById("booth"));
const heading = /** @type {HTMLElement} */ (document.getElementById("heading"));
const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const site = document.title;

/** Sentences that only the script needs, written and translated in the page. */
/** @type {Record<string, string>} */
export const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(selector) {
  const element = booth.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`the page lacks ${selector}`);
  return element;
}

/** @param {string} text */
export function say(text) {
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 100);
}

/** @returns {View} */
export function shown() {
  return /** @type {View} */ (booth.dataset.shown);
}

/**
 * @param {View} view
 * @param {{focus?: boolean}} [options] whether the heading takes the focus, as it does when the voter has acted
 */
export function show(view, { focus = true } = {}) {
  // While a vote is on its way the page keeps its height, so that nothing slides in under the pointer.
  booth.style.minHeight = view === "sending" ? `${booth.offsetHeight}px` : "";
  for (const section of booth.querySelectorAll("[data-view]")) {
    if (!(section instanceof HTMLElement)) continue;
    section.hidden = section.dataset.view !== view;
    if (section.hidden) continue;
    booth.dataset.shown = view;
    heading.textContent = section.dataset.heading ?? "";
    document.title = view === "choose" ? site : `${section.dataset.heading} – ${site}`;
    step(Number(section.dataset.step ?? 0));
  }
  if (focus) {
    heading.focus({ preventScroll: true });
    window.scrollTo({ top: 0, behavior: "instant" });
  }
}

/** @param {number} number which of the three steps the voter is at; 0 hides them */
function step(number) {
  const steps = /** @type {HTMLElement} */ (document.getElementById("steps"));
  steps.hidden = number === 0;
  [...steps.children].forEach((item, i) => {
    if (i + 1 === number) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
    item.classList.toggle("done", i + 1 < number);
  });
}

/**
 * The list of what is left, above the questions.
 * @param {import("./paper.js").Problem[]} problems
 */
export function listProblems(problems) {
  find("#problems").hidden = problems.length === 0;
  find("#problem-list").replaceChildren(
    ...problems.map(({ id, text }) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("a"), { href: `#${id}`, textContent: text }));
      return item;
    }),
  );
}
