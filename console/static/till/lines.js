// The products of a purchase that have points of their own.

import { byId, make } from "../chat/dom.js";
import { settings, t } from "./settings.js";

export class Lines {
  /** `changed` is called when the list is another. */
  constructor(changed) {
    this.changed = changed;
    this.list = [];
    byId("products").hidden = settings.products.length === 0;
    byId("product").append(...groups());
    byId("add").addEventListener("click", () => this.add(byId("product").value, Number(byId("quantity").value)));
  }

  /** What is sent. */
  get value() {
    return this.list;
  }

  set(list) {
    this.list = list;
    byId("lines").replaceChildren(...list.map((line, place) => this.row(line, place)));
    if (list.length > 0) byId("products").open = true;
  }

  add(sku, quantity) {
    const product = found(sku);
    if (!product || !(quantity >= 1)) return;
    this.set([...this.list, { sku, quantity, amount: product.price * quantity }]);
    byId("quantity").value = 1;
    this.changed();
  }

  row(line, place) {
    const remove = make("button", { class: "quiet", type: "button", text: t("remove") });
    remove.addEventListener("click", () => {
      this.set(this.list.filter((_line, other) => other !== place));
      this.changed();
    });
    return make("li", {}, make("bdi", { text: `${line.quantity} × ${found(line.sku)?.name ?? line.sku}` }), remove);
  }
}

const found = (sku) => settings.products.find((product) => product.sku === sku);

function groups() {
  const categories = new Map();
  for (const product of settings.products) {
    const options = categories.get(product.category) ?? [];
    categories.set(product.category, [...options, make("option", { value: product.sku, text: product.name })]);
  }
  return [...categories].map(([label, options]) => make("optgroup", { label }, ...options));
}
