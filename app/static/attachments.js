/**
 * Sends files as soon as they are chosen, one after the other, and shows how far each has come.
 *
 * The section `[data-attachments]` (nominations/parts/attachments.html) works without this script: its form then sends
 * all chosen files at once, and the page comes back. Its data attributes hold the words.
 */

/** @param {string} words @param {string} name */
const named = (words, name) => words.replaceAll("{name}", name);

/** @param {HTMLElement} section */
function follow(section) {
  const find = (/** @type {string} */ what) => /** @type {HTMLElement} */ (section.querySelector(what));
  const words = section.dataset;
  const form = /** @type {HTMLFormElement} */ (find("form[enctype]"));
  const input = /** @type {HTMLInputElement} */ (find("input[type=file]"));
  const [list, problems, said, now] = ["files", "problems", "said", "sending-now"].map((part) => find(`[data-${part}]`));
  const bar = /** @type {HTMLProgressElement} */ (find("progress"));
  let stopped = false;
  /** @type {XMLHttpRequest | null} */
  let running = null;

  /** @param {string[]} texts */
  function complain(texts) {
    problems.hidden = texts.length === 0;
    problems.replaceChildren(...texts.map((text) => {
      const line = document.createElement("p");
      [line.className, line.textContent] = ["error", text];
      return line;
    }));
  }

  /** @param {any} answer */
  function show(answer) {
    if (typeof answer.files === "string") {
      const made = new DOMParser().parseFromString(answer.files, "text/html");
      list.replaceChildren(...made.body.childNodes);
    }
    if (typeof answer.left === "number") {
      form.hidden = answer.left < 1;
      find("[data-full]").hidden = answer.left > 0;
    }
  }

  /** @param {string} address @param {FormData} data @param {string} name @returns {Promise<any>} */
  function send(address, data, name) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      running = request;
      const broken = () => resolve({ problems: [named((stopped ? words.stopped : words.broken) ?? "", name)], added: [] });
      request.upload.addEventListener("progress", (event) => {
        bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
      });
      request.upload.addEventListener("load", () => {
        bar.removeAttribute("value");
        said.textContent = named(words.checking ?? "", name);
      });
      request.addEventListener("load", () => {
        try {
          resolve(JSON.parse(request.responseText));
        } catch {
          broken();
        }
      });
      for (const event of ["error", "abort", "timeout"]) request.addEventListener(event, broken);
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.send(data);
    });
  }

  /** @param {File[]} files */
  async function sendAll(files) {
    const [added, wrong] = [[], []];
    const largest = Number(words.largest);
    [stopped, input.disabled, now.hidden] = [false, true, false];
    complain([]);
    for (const file of files) {
      if (stopped || file.size > largest) {
        wrong.push(named((stopped ? words.stopped : words.tooLarge) ?? "", file.name));
        continue;
      }
      bar.value = 0;
      said.textContent = named(words.sending ?? "", file.name);
      const data = new FormData(form);
      data.delete("file");
      data.append("file", file, file.name);
      const answer = await send(form.action, data, file.name);
      show(answer);
      added.push(...(answer.added ?? []));
      wrong.push(...(answer.problems ?? []));
    }
    [input.disabled, now.hidden, input.value] = [false, true, ""];
    said.textContent = added.join(" ");
    complain(wrong);
  }

  find("[data-button]").hidden = true;
  input.addEventListener("change", () => { sendAll([...(input.files ?? [])]); });
  find("[data-stop]").addEventListener("click", () => {
    stopped = true;
    running?.abort();
  });
  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    const removing = /** @type {HTMLFormElement} */ (event.target);
    complain([]);
    const answer = await send(removing.action, new FormData(removing), "");
    show(answer);
    said.textContent = (answer.added ?? []).join(" ");
    complain(answer.problems ?? []);
    find("h2").focus();
  });
}

for (const section of document.querySelectorAll("[data-attachments]")) follow(/** @type {HTMLElement} */ (section));
