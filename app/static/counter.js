// Says under a long text how much of it fits still. Without it the server says so when the form is sent.
const swedish = document.documentElement.lang !== "en";
const numbers = new Intl.NumberFormat(swedish ? "sv" : "en");
const PAUSE = 700; // a screen reader hears the count when typing pauses

/** @param {number} left */
function words(left) {
  const number = numbers.format(Math.abs(left));
  if (left < 0) return swedish ? `${number} tecken för mycket` : `${number} characters too many`;
  return swedish ? `${number} tecken kvar` : `${number} characters left`;
}

/** The length as the server counts it: whole characters, not the halves that JavaScript counts.
 * @param {string} text */
function characters(text) {
  return [...text.trim().normalize("NFC")].length;
}

for (const area of document.querySelectorAll("textarea[data-limit]")) {
  const limit = Number(area.dataset.limit);
  const shown = document.createElement("p");
  const heard = document.createElement("p");
  shown.className = "counter";
  shown.setAttribute("aria-hidden", "true");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  let timer = 0;
  const update = () => {
    const left = limit - characters(area.value);
    shown.textContent = words(left);
    shown.classList.toggle("over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { heard.textContent = left < limit / 5 ? words(left) : ""; }, PAUSE);
  };
  area.after(shown, heard);
  area.addEventListener("input", update);
  update();
}
