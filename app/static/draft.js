/**
 * A form that saves itself: `<form data-autosave="/…/spara" data-step="…">` with `<p data-saved>` for what is said of it.
 *
 * A pause in typing sends the step as it stands, one request at a time; leaving the page sends what is not saved yet.
 * Without this script the buttons save. It also shows the words for "something else" where that is chosen, and fills in
 * the company where one of the notice's winners nominates.
 */

const PAUSE = 1200;
const RETRY = 5000;

/** @param {HTMLFormElement} form */
function content(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") data.append(name, value);
  }
  data.set("step", form.dataset.step ?? "");
  return data;
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const said = form.querySelector("[data-saved]");
  const address = form.dataset.autosave ?? "";
  let [dirty, busy, leaving, timer] = [false, false, false, 0];

  async function save() {
    if (busy || leaving || !dirty) return;
    [busy, dirty] = [true, false];
    let next = 0;
    try {
      const response = await fetch(address, { method: "POST", body: content(form), redirect: "error" });
      const answer = await response.json();
      if (said && typeof answer.text === "string") said.textContent = answer.text;
      next = response.ok ? PAUSE : 0;
    } catch {
      [dirty, next] = [true, RETRY]; // the connection, most likely: what was typed still stands in the form
    }
    busy = false;
    if (dirty && next) timer = setTimeout(save, next);
  }

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !dirty || leaving) return;
    if (navigator.sendBeacon(address, content(form))) dirty = false;
  });
}

/** @param {HTMLFormElement} form */
function relation(form) {
  const other = form.querySelector("[data-other]");
  const winners = form.querySelector("[data-winners]");
  const company = form.querySelector("[name=company]");
  const number = form.querySelector("[name=orgnr]");

  /** @param {HTMLElement} button */
  function fill(button) {
    company.value = button.dataset.company ?? "";
    number.value = button.dataset.orgnr ?? "";
    form.dispatchEvent(new Event("input"));
  }

  /** @param {boolean} chosen */
  function show(chosen) {
    const value = form.querySelector("[name=relation]:checked")?.value ?? "";
    if (other) other.hidden = value !== "other";
    if (!winners) return;
    const buttons = winners.querySelectorAll("button");
    const empty = !company.value && !number.value;
    winners.hidden = value !== "won" || (buttons.length === 1 && !empty);
    if (chosen && value === "won" && empty && buttons.length === 1) {
      fill(buttons[0]);
      winners.hidden = true;
    }
  }

  winners?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) fill(button);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "relation") show(true);
  });
  show(false);
}

for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
for (const form of document.querySelectorAll("form:has([name=relation])")) relation(form);
