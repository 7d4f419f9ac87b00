/** Looking a receipt up without putting its fingerprint into an address. Without this script the form does it by one. */
import { request } from "./booth/box.js";
import { grouped, receiptButtons, writeReceipt } from "./booth/receipt.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("lookup"));
const input = /** @type {HTMLInputElement} */ (document.getElementById("tracker"));
const complaint = /** @type {HTMLElement} */ (document.getElementById("tracker-error"));
const answers = /** @type {HTMLElement} */ (document.getElementById("answer"));

/** @param {"found" | "missing" | "trouble" | ""} name */
function show(name) {
  for (const section of answers.querySelectorAll("[data-answer]")) {
    if (section instanceof HTMLElement) section.hidden = section.dataset.answer !== name;
  }
  const heading = answers.querySelector(`[data-answer="${name}"] h2`);
  if (heading instanceof HTMLElement) heading.focus();
}

/** @param {boolean} bad */
function complain(bad) {
  complaint.hidden = !bad;
  document.getElementById("tracker-field")?.classList.toggle("bad", bad);
  input.setAttribute("aria-describedby", bad ? "tracker-error tracker-hint" : "tracker-hint");
  if (bad) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

async function lookUp() {
  const tracker = input.value.replace(/\s/g, "");
  const malformed = !/^[0-9A-Za-z+/]{43}$/.test(tracker);
  complain(malformed);
  if (malformed) {
    show("");
    input.focus();
    return;
  }
  const answer = await request(form.dataset.lookup ?? "", { tracker });
  if (answer?.status !== 200) show("trouble");
  else if (!answer.body.found) show("missing");
  else {
    writeReceipt(answers, answer.body.receipt);
    show("found");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  lookUp();
});

/** A letter's link carries the fingerprint after #, which no server is sent. */
function enter() {
  const carried = location.hash.slice(1).replace(/%2B/gi, "+").replace(/%2F/gi, "/");
  if (!/^[0-9A-Za-z+/]{43}$/.test(carried)) return;
  history.replaceState(null, "", location.pathname + location.search);
  input.value = carried;
  lookUp();
}

for (const code of answers.querySelectorAll(".groups")) grouped(code, code.textContent?.trim() ?? "");
receiptButtons(answers);
window.addEventListener("hashchange", enter);
enter();
