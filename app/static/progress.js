/**
 * Follows work that goes on elsewhere, so that a page shows how far it has come.
 *
 *   <div data-progress="/…/framsteg.json" aria-live="polite">
 *     <progress value="3" max="10"></progress> <p data-text>3 of 10</p>
 *   </div>
 *
 * The address answers {"state", "done", "total", "text"}; `done`, `total` and `text` are shown as they come. When
 * `state` is another one than in `data-state`, which the page was made with (without it: than at the first answer), the
 * page is loaded anew (or, with "next", that page). Without this script the page has a link that does the same.
 */

const SECONDS = 1.5;
const SLOWEST = 15;

/** @param {HTMLElement} place @param {any} answer */
function show(place, answer) {
  const bar = place.querySelector("progress");
  if (bar && Number.isFinite(answer.total) && answer.total > 0) {
    bar.max = answer.total;
    bar.value = Math.min(answer.done, answer.total);
  }
  const text = place.querySelector("[data-text]");
  if (text && typeof answer.text === "string" && text.textContent !== answer.text) {
    text.textContent = answer.text;
  }
}

/** Whether a next address stays on this site. @param {unknown} next */
function own(next) {
  return typeof next === "string" && next.startsWith("/") && !next.startsWith("//");
}

/** @param {HTMLElement} place */
async function follow(place) {
  const address = place.dataset.progress ?? "";
  let first = place.dataset.state ?? null;
  let wait = SECONDS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    if (document.hidden) {
      continue;
    }
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!response.ok || response.redirected) {
        throw new Error(String(response.status));
      }
      const answer = await response.json();
      wait = SECONDS;
      first ??= answer.state;
      if (answer.state !== first) {
        if (own(answer.next)) {
          location.assign(answer.next);
        } else {
          location.reload();
        }
        return;
      }
      show(place, answer);
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
  }
}

for (const place of document.querySelectorAll("[data-progress]")) {
  follow(/** @type {HTMLElement} */ (place));
}
