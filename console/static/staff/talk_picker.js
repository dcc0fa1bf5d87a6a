// A list that opens under a field while something is typed, and is chosen from by keyboard, mouse or finger.

export class Picker {
  /**
   * `find(before)` gives the words that are looked for, from what stands before the cursor; undefined: the list is
   * closed. `items(words)` are those that fit (or a promise of them), `draw(item)` an element of the list,
   * `choose(item, words)` says what is cut before the cursor and put there.
   */
  constructor(field, list, { find, items, draw, choose }) {
    Object.assign(this, { field, list, find, items, draw, choose });
    this.at = -1;
    this.shown = [];
    field.addEventListener("input", () => this.look());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const place = this.shown.findIndex(({ element }) => element.contains(event.target));
      if (place >= 0) this.take(place);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  get words() {
    return this.find(this.field.value.slice(0, this.field.selectionStart));
  }

  async look() {
    const words = this.words;
    if (words === undefined) return this.close();
    const found = await this.items(words);
    if (this.words !== words) return undefined; // typed on meanwhile
    this.shown = found.slice(0, 50).map((item) => ({ item, element: this.draw(item) }));
    const none = this.list.dataset.none;
    if (this.shown.length === 0 && !none) return this.close();
    const empty = Object.assign(document.createElement("li"), { className: "none", textContent: none ?? "" });
    this.list.replaceChildren(...(this.shown.length ? this.shown.map(({ element }) => element) : [empty]));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.point(this.shown.length ? 0 : -1);
    return undefined;
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  point(place) {
    this.at = place;
    this.shown.forEach(({ element }, number) => element.setAttribute("aria-selected", String(number === place)));
    const chosen = this.shown[place]?.element;
    if (!chosen) return;
    this.field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (!this.open || event.isComposing) return;
    const count = this.shown.length;
    if (event.key === "ArrowDown" && count) this.point((this.at + 1) % count);
    else if (event.key === "ArrowUp" && count) this.point((this.at + count - 1) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0 && !event.ctrlKey && !event.metaKey) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(place) {
    const made = this.choose(this.shown[place].item, this.words ?? "");
    this.close();
    if (!made) return;
    const end = this.field.selectionStart;
    this.field.setRangeText(made.put, end - made.cut, end, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
  }
}
