/**
 * The voter's page: the code, the choice, the review, the cast and the receipt.
 *
 * Three rules hold everywhere here. What stands after # never leaves the browser. The choice lives in this page's
 * memory alone. From the moment of casting the ballot's exact bytes are kept in the tab until its receipt is there,
 * so that every new attempt sends the same ballot and ends in the same receipt.
 */
import { Pause, persist, request, worthRetrying } from "./booth/box.js";
import { Memory, readFragment, takeFragment } from "./booth/code.js";
import { codeForm } from "./booth/code_form.js";
import { ballotLabel } from "./booth/label.js";
import { booth, fill, find, listProblems, say, show, shown, texts } from "./booth/pages.js";
import { Paper } from "./booth/paper.js";
import { receiptButtons, writeReceipt } from "./booth/receipt.js";
import * as sealer from "./booth/sealer.js";

/** @typedef {import("./booth/box.js").Receipt} Receipt */
/** @typedef {import("./booth/pages.js").View} View */

const urls = booth.dataset;
const memory = new Memory(urls.slug ?? "");
const paper = new Paper(/** @type {HTMLFormElement} */ (find("#paper")), say);
const askForCode = codeForm((code) => {
  startWith(code);
  look(code, true);
});
const byMail = /** @type {HTMLInputElement} */ (find("#by-mail"));
const pause = new Pause(window);

/** The election as published, once it has come. @type {{election: string, uuid: string} | null} */
let election = null;
/** The ballot being made of what is reviewed. @type {Promise<string> | null} */
let sealed = null;
let casting = false;

/** @returns {Promise<{election: string, uuid: string} | null>} */
async function fetchElection() {
  if (election === null) {
    const answer = await request(urls.paper ?? "");
    if (answer?.status !== 200) return null;
    election = { election: answer.body.election, uuid: JSON.parse(answer.body.election).uuid };
    sealer.prepare(election.election).catch(() => {});
  }
  return election;
}

/**
 * Where a voter enters: by a link, by a reload, or by coming back. A review does not survive it, because the choice
 * is nowhere but in the page; a ballot that was cast does.
 */
async function enter() {
  const fragment = takeFragment();
  if (history.state !== null) history.replaceState(null, "");
  if (fragment !== null) {
    const read = readFragment(fragment);
    if (!("credential" in read)) return askForCode(fragment.slice(0, 40), texts.cut);
    if (read.credential !== memory.read().code) startWith(read.credential);
  }
  const kept = memory.read();
  await showLabel(kept.code);
  if (kept.ballot !== undefined) return cast(kept.ballot, kept.mail === true);
  if (kept.code !== undefined) return look(kept.code);
  if (kept.receipt !== undefined) return showReceipt("receipt", kept.receipt);
  return askForCode("", "");
}

/**
 * A code begins anew, except that the receipt of this tab is remembered, to know it again.
 * @param {string} code
 */
function startWith(code) {
  const { receipt, mail } = memory.read();
  memory.write(receipt === undefined ? { code } : { code, receipt, mail });
  paper.clear();
  byMail.checked = false;
  sealed = null;
}

/**
 * Which of several letters this ballot came with.
 * @param {string | undefined} code
 */
async function showLabel(code) {
  const label = code === undefined ? "" : await ballotLabel(code);
  for (const place of document.querySelectorAll("[data-label]")) place.textContent = label;
}

/**
 * Asks where the voter stands.
 * @param {string} code
 * @param {boolean} [acted] whether the voter pressed something to get here
 */
async function look(code, acted = false) {
  show("opening", { focus: false });
  await showLabel(code);
  const known = await fetchElection();
  const answer = known && (await request(urls.state ?? "", { credential: await sealer.publicCredential(known.uuid, code) }));
  if (answer === null || answer.status !== 200) {
    find("#trouble-busy").hidden = !(answer !== null && worthRetrying(answer));
    show("trouble");
    return;
  }
  const { phase, state, receipt } = answer.body;
  if (state === "unknown") {
    memory.write({});
    askForCode(code, texts.unknown);
  } else if (state === "used") {
    // The receipt that this tab got for its own ballot is shown as what it is.
    const own = memory.read().receipt?.tracker === receipt.tracker;
    showReceipt(own ? "receipt" : "used", receipt);
  } else if (state === "void") show("void");
  else if (phase === "early") show("early");
  else if (phase === "closed") show("closed");
  else show("choose", { focus: acted });
}

paper.form.addEventListener("change", () => {
  if (!find("#problems").hidden) listProblems(paper.problems());
});
paper.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const problems = paper.problems();
  listProblems(problems);
  if (problems.length > 0) {
    find("#problems").focus();
    return;
  }
  review();
  history.pushState({ step: "review" }, "");
});

/** The choice in words; the ballot is made meanwhile. */
function review() {
  const { code } = memory.read();
  if (code === undefined || election === null) return;
  find("#picks").replaceChildren(
    ...paper.summary().map(({ title, picks }) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      term.textContent = title;
      row.append(term);
      for (const pick of picks.length > 0 ? picks : [{ title: texts.blank, authority: "" }]) {
        const value = document.createElement("dd");
        const name = document.createElement("strong");
        name.textContent = pick.title;
        value.append(name);
        if (pick.authority !== "") value.append(Object.assign(document.createElement("span"), { textContent: pick.authority }));
        row.append(value);
      }
      return row;
    }),
  );
  sealed = sealer.makeBallot({ electionText: election.election, credential: code, answers: paper.answers() });
  sealed.catch(() => {});
  show("review");
}

/** Back to the choice, which still stands as it was. */
function change() {
  sealed = null;
  show("choose");
}

find("#change").addEventListener("click", () => {
  if (shown() === "review") history.back();
});
window.addEventListener("popstate", ({ state }) => {
  if (shown() === "review" && state?.step !== "review") change();
  else if (shown() === "choose" && state?.step === "review" && paper.complete()) review();
});

find("#cast").addEventListener("click", async () => {
  if (casting || sealed === null) return;
  casting = true;
  try {
    const ballot = await sealed;
    const mail = byMail.checked;
    memory.write({ ...memory.read(), ballot, mail });
    history.replaceState(null, "");
    await cast(ballot, mail);
  } catch {
    show("trouble");
  } finally {
    casting = false;
  }
});

/**
 * Sends these bytes until an answer stands.
 * @param {string} ballot
 * @param {boolean} mail whether the receipt is to come by mail as well
 */
async function cast(ballot, mail) {
  show("sending");
  const sent = mail ? { ballot, receipt: true } : { ballot };
  const answer = await persist(urls.cast ?? "", sent, pause, waiting, () => waiting("sending", 0));
  const { receipt, error } = answer.body;
  if (answer.status === 200 && receipt.tracker === (await sealer.tracker(ballot))) {
    memory.write(mail ? { receipt, mail } : { receipt });
    paper.clear();
    showReceipt("receipt", receipt);
    return;
  }
  if (answer.status === 200) {
    find("#own-tracker").textContent = await sealer.tracker(ballot);
    showReceipt("mismatch", receipt);
    return;
  }
  // Whatever this ballot was, it is not the one that counts: the next visit asks the server anew.
  const { code } = memory.read();
  memory.write(code === undefined ? {} : { code });
  if (error === "other-ballot") showReceipt("other", receipt);
  else if (error === "void" || error === "early") show(error);
  else if (error === "closed") show("late");
  else show("refused");
}

/**
 * @param {"sending" | "away" | "busy"} why
 * @param {number} seconds until the next attempt
 */
function waiting(why, seconds) {
  for (const part of ["sending", "away", "busy"]) find(`#sending-${part}`).hidden = part !== why;
  find("#retry").hidden = why === "sending";
  find("#next-try").hidden = why === "sending";
  find("#next-try").textContent = fill(texts.next_try, { seconds });
  if (why !== "sending") say(find(`#sending-${why}`).textContent?.trim() ?? "");
}

/** Whether a ballot is on its way. */
function underWay() {
  return casting || shown() === "sending";
}

find("#retry").addEventListener("click", () => pause.end());

/**
 * @param {View} view
 * @param {Receipt} receipt
 */
function showReceipt(view, receipt) {
  writeReceipt(find(`[data-view="${view}"]`), receipt);
  find("#mailed").hidden = memory.read().mail !== true;
  show(view);
}

for (const button of document.querySelectorAll("[data-again]")) button.addEventListener("click", enter);
for (const button of document.querySelectorAll("[data-other-code]")) {
  button.addEventListener("click", () => {
    memory.write({});
    showLabel(undefined);
    askForCode("", "", true);
  });
}
// The second half of a double click must not press what has come under the pointer meanwhile.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !(event.target instanceof Element) || event.target.closest("a, button") === null) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);
// Links within the page move the focus without touching the address.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  const place = link && document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
  if (!place) return;
  event.preventDefault();
  place.focus();
  place.scrollIntoView({ block: "center" });
});
// Another letter's link opened in this tab changes only what follows #. A vote under way goes first.
window.addEventListener("hashchange", () => (underWay() ? takeFragment() : enter()));
// A page that the browser had put aside may know less than the tab does by now.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && !underWay()) enter();
});
receiptButtons(booth);
enter();
