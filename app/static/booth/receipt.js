/** A receipt in the page: written out, copied, printed. */

/** @typedef {import("./box.js").Receipt} Receipt */

/**
 * A long code in groups of four that are still copied without gaps.
 * @param {Element} element
 * @param {string} code
 */
export function grouped(element, code) {
  element.replaceChildren(
    ...(code.match(/.{1,4}/g) ?? []).flatMap((group) => {
      const span = document.createElement("span");
      span.textContent = group;
      return [span, document.createElement("wbr")];
    }),
  );
}

/**
 * @param {ParentNode} place holds elements with data-receipt="tracker" and so on
 * @param {Receipt} receipt
 */
export function writeReceipt(place, receipt) {
  for (const element of place.querySelectorAll("[data-receipt]")) {
    const name = /** @type {HTMLElement} */ (element).dataset.receipt ?? "";
    const value = String(receipt[/** @type {keyof Receipt} */ (name)] ?? "");
    if (element.classList.contains("groups")) grouped(element, value);
    else element.textContent = value;
  }
}

/**
 * The receipt as lines of text, for the clipboard.
 * @param {HTMLElement} place a list of terms and their values
 */
export function receiptText(place) {
  const lines = [...place.querySelectorAll("dt")].map(
    (term) => `${term.textContent?.trim()}: ${term.nextElementSibling?.textContent?.trim()}`,
  );
  return [place.dataset.title, ...lines, place.dataset.lookup].filter(Boolean).join("\n");
}

/**
 * Buttons that copy and print the receipt they stand under.
 * @param {ParentNode} place
 */
export function receiptButtons(place) {
  place.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest("button[data-do]") : null;
    if (!(button instanceof HTMLElement)) return;
    if (button.dataset.do === "print") window.print();
    if (button.dataset.do !== "copy") return;
    const list = /** @type {HTMLElement} */ (button.closest("section")?.querySelector("dl"));
    try {
      await navigator.clipboard.writeText(receiptText(list));
      button.textContent = button.dataset.copied ?? "";
    } catch {
      getSelection()?.selectAllChildren(list);
      button.textContent = button.dataset.byHand ?? "";
    }
  });
}
