/**
 * A text field for CPV codes becomes one that is typed into: words in Swedish or English, or digits, give codes to choose
 * from; what is chosen stands above it and can be removed again.
 *
 * An editable combobox with a list box that opens by itself, as the ARIA Authoring Practices describe it. The field's
 * name stays on a hidden field with the codes, commas between; what was typed and not chosen stays part of it, so that
 * nothing is lost and the server can say what is wrong with it.
 */

const PAUSE = 150;
const FULL = /^\d{8}(?:-\d)?$/;
let made = 0;

/** @param {string} words @param {Record<string, string | number>} values */
function put(words, values) {
  return words.replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {HTMLElement} place */
function pick(place) {
  const words = place.dataset;
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input"));
  const chips = /** @type {HTMLElement} */ (place.querySelector(".cpv-chosen"));
  const hidden = document.createElement("input");
  const box = document.createElement("div");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  const known = /** @type {{code: string, name: string}[]} */ (JSON.parse(words.known ?? "[]"));
  const chosen = new Map(known.map(({ code, name }) => [code, name]));
  /** @type {{code: string, name: string}[]} */
  let offered = [];
  let [active, timer] = [-1, 0];
  let asked = new AbortController();

  hidden.type = "hidden";
  hidden.name = input.name;
  hidden.value = input.value;
  input.removeAttribute("name");
  input.classList.remove("short");
  input.value = rest(input.value);
  box.className = "cpv-box";
  list.id = `cpv-list-${(made += 1)}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.list ?? "");
  said.className = "small soft";
  said.setAttribute("role", "status");
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocapitalize: "none",
  })) input.setAttribute(name, value);
  input.before(chips);
  input.after(box, said);
  box.append(input, list);
  place.append(hidden);

  /** What of a text is not one of the chosen codes. @param {string} text */
  function rest(text) {
    return text.split(/[,;]/).map((part) => part.trim()).filter((part) => part && !chosen.has(part)).join(", ");
  }

  function keep() {
    const before = hidden.value;
    hidden.value = [...chosen.keys(), input.value.trim()].filter(Boolean).join(", ");
    if (before !== hidden.value) hidden.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function draw() {
    chips.hidden = chosen.size === 0;
    chips.replaceChildren(...[...chosen].map(([code, name]) => {
      const [item, text, digits, button] = ["li", "span", "span", "button"].map((tag) => document.createElement(tag));
      digits.className = "code";
      digits.textContent = code;
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", put(words.remove ?? "", { code: `${code} ${name}` }));
      button.addEventListener("click", () => {
        chosen.delete(code);
        said.textContent = put(words.removed ?? "", { code });
        draw();
        keep();
        input.focus();
      });
      text.append(digits, ` ${name || words.unknown}`);
      item.append(text, button);
      return item;
    }));
  }

  function close() {
    asked.abort();
    clearTimeout(timer);
    [list.hidden, active, offered] = [true, -1, []];
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {{code: string, name: string}} one */
  function choose(one) {
    chosen.set(one.code, one.name);
    input.value = "";
    close();
    draw();
    keep();
    said.textContent = put(words.chosen ?? "", { code: `${one.code} ${one.name}` });
  }

  /** @param {number} to */
  function move(to) {
    active = offered.length ? (to + offered.length) % offered.length : -1;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    const item = list.children[active];
    if (!item) return;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {{code: string, name: string}[]} found */
  function offer(found) {
    offered = found.filter(({ code }) => !chosen.has(code));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...offered.map((one, at) => {
      const [item, digits] = ["li", "span"].map((tag) => document.createElement(tag));
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      digits.className = "code";
      digits.textContent = one.code;
      item.append(digits, ` ${one.name}`);
      item.addEventListener("click", () => choose(one));
      return item;
    }));
    list.hidden = offered.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = put((offered.length === 0 ? words.none : offered.length === 1 ? words.one : words.many) ?? "", {
      number: offered.length,
    });
  }

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const typed = input.value.trim();
    if (typed.length < 2) {
      close();
      said.textContent = "";
      return;
    }
    try {
      const response = await fetch(`${words.cpv}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (!response.ok) throw new Error(String(response.status));
      const found = await response.json();
      if (typed === input.value.trim()) offer(found);
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "AbortError") return;
      close();
      said.textContent = words.broken ?? "";
    }
  }

  /** Takes whole codes out of what was typed, known or not. */
  async function settle() {
    for (const part of input.value.split(/[,;]/).map((each) => each.trim())) {
      if (!FULL.test(part) || chosen.has(part)) continue;
      let name = "";
      try {
        const found = await (await fetch(`${words.cpv}?q=${part.slice(0, 8)}`)).json();
        name = found.find((/** @type {{code: string}} */ one) => one.code === part.slice(0, 8))?.name ?? "";
      } catch { /* the server will look at it */ }
      chosen.set(part, name);
    }
    input.value = rest(input.value);
    draw();
    keep();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else move(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter" && input.value.trim()) {
      event.preventDefault();
      const one = offered[active] ?? (offered.length === 1 ? offered[0] : undefined);
      if (one) choose(one);
      else settle();
    } else if (event.key === "Escape" && (!list.hidden || input.value)) {
      event.preventDefault();
      if (list.hidden) input.value = "";
      close();
      keep();
    }
  }

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  input.addEventListener("keydown", key);
  input.addEventListener("input", (event) => {
    event.stopPropagation(); // the hidden field says the same, with all codes
    keep();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", () => {
    close();
    settle();
  });
  draw();
}

for (const place of document.querySelectorAll("[data-cpv]")) pick(/** @type {HTMLElement} */ (place));
