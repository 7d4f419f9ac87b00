/**
 * The first step: a notice that is chosen, or dropped anywhere on its sheet, is sent at once, and the page says that it
 * is being read. Without this script the button does the same.
 */

for (const form of document.querySelectorAll("form[data-notice]")) {
  const input = form.querySelector("input[type=file]");
  const place = form.querySelector(".drop");
  const reading = form.querySelector("[data-reading]");
  const read = form.querySelector("button[value=read]");

  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "skip") reading.hidden = false;
  });
  addEventListener("pageshow", () => { reading.hidden = true; });
  input.addEventListener("change", () => {
    if (input.files.length) form.requestSubmit(read);
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => place.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit(read);
  });
}
