/** Typing the code, where the link did not bring it. */
import { fill, find, show, texts } from "./pages.js";
import { readTyped } from "./typed.js";

/**
 * @param {(code: string) => void} entered called with each code that can be one
 * @returns {(typed: string, complaint: string, focus?: boolean) => void} shows the form: what already stands in the
 *   field, what is wrong with it (or nothing), and whether the field takes the focus even if nothing is wrong
 */
export function codeForm(entered) {
  const input = /** @type {HTMLInputElement} */ (find("#code"));

  /** @param {string} text */
  const complain = (text) => {
    const line = find("#code-error");
    line.textContent = text;
    line.hidden = text === "";
    find("#code-field").classList.toggle("bad", text !== "");
    if (text === "") input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", text === "" ? "code-hint" : "code-error code-hint");
  };

  find("#code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const read = readTyped(input.value);
    if ("credential" in read) {
      complain("");
      entered(read.credential);
      return;
    }
    /** @type {Record<string, string | number>} */
    const values = read.problem === "length" ? { count: read.length } : { character: read.character };
    complain(fill(texts[read.problem], values));
    input.focus();
  });

  return (typed, complaint, focus = false) => {
    show("code", { focus: false });
    input.value = typed;
    complain(complaint);
    if (focus || complaint !== "") input.focus();
  };
}
