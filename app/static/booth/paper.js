/** The ballot paper in the page: what is chosen, what is missing, and the limit on the number of choices. */

/** @typedef {{id: string, text: string}} Problem */
/** @typedef {{title: string, picks: {title: string, authority: string}[]}} Summary an empty list of picks is a blank vote */

export class Paper {
  /**
   * @param {HTMLFormElement} form
   * @param {(text: string) => void} say speaks to those who do not see the page
   */
  constructor(form, say) {
    this.form = form;
    /** @type {HTMLFieldSetElement[]} */
    this.questions = [...form.querySelectorAll("fieldset")];
    for (const question of this.questions) this.#count(question);
    form.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) this.#changed(target, say);
    });
  }

  /** @param {HTMLFieldSetElement} question */
  #inputs(question) {
    return [...question.querySelectorAll("input")];
  }

  /**
   * A blank vote and a choice exclude each other; a choice too many is taken back, with a word about why.
   * @param {HTMLInputElement} input
   * @param {(text: string) => void} say
   */
  #changed(input, say) {
    const question = /** @type {HTMLFieldSetElement} */ (input.closest("fieldset"));
    this.#complain(question, "");
    if (input.type === "radio") return;
    const all = this.#inputs(question);
    if (input.checked) {
      for (const other of all) if ((other.value === "blank") !== (input.value === "blank")) other.checked = false;
    }
    const chosen = all.filter((one) => one.checked && one.value !== "blank").length;
    const { max, limit = "" } = question.dataset;
    if (chosen > Number(max)) {
      input.checked = false;
      this.#complain(question, limit);
      say(limit);
    }
    this.#count(question);
  }

  /** @param {HTMLFieldSetElement} question */
  #count(question) {
    const line = question.querySelector("[data-count]");
    if (!(line instanceof HTMLElement)) return;
    const chosen = this.#inputs(question).filter((input) => input.checked && input.value !== "blank").length;
    line.textContent = (line.dataset.count ?? "").replace("{count}", String(chosen));
  }

  /**
   * @param {HTMLFieldSetElement} question
   * @param {string} text
   */
  #complain(question, text) {
    const line = question.querySelector(".error");
    if (line === null) return;
    line.textContent = text;
    question.classList.toggle("bad", text !== "");
    if (line instanceof HTMLElement) line.hidden = text === "";
    for (const input of this.#inputs(question)) {
      if (text === "") input.removeAttribute("aria-describedby");
      else input.setAttribute("aria-describedby", line.id);
    }
  }

  /** @returns {Problem[]} the questions that are not answered, each also marked where it stands */
  problems() {
    const found = [];
    for (const question of this.questions) {
      const missing = !this.#inputs(question).some((input) => input.checked);
      if (!missing) continue;
      const text = question.dataset.missing ?? "";
      this.#complain(question, text);
      found.push({ id: this.#inputs(question)[0].id, text });
    }
    return found;
  }

  /** @returns {number[][]} 0 and 1 for each answer, the blank mark first where there is one */
  answers() {
    return this.questions.map((question) => {
      const inputs = this.#inputs(question);
      const marks = inputs.filter((input) => input.value !== "blank").map((input) => Number(input.checked));
      const blank = inputs.find((input) => input.value === "blank");
      return blank === undefined ? marks : [Number(blank.checked), ...marks];
    });
  }

  /** @returns {Summary[]} */
  summary() {
    return this.questions.map((question) => ({
      title: question.dataset.title ?? "",
      picks: this.#inputs(question)
        .filter((input) => input.checked && input.value !== "blank")
        .map((input) => ({ title: input.dataset.title ?? "", authority: input.dataset.authority ?? "" })),
    }));
  }

  /** Whether every question is answered. */
  complete() {
    return this.questions.every((question) => this.#inputs(question).some((input) => input.checked));
  }

  /** Forgets every choice. */
  clear() {
    this.form.reset();
    for (const question of this.questions) {
      this.#complain(question, "");
      this.#count(question);
    }
  }
}
