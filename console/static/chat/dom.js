// One way to make an element.

/** An element with properties (`class`, `text`, `data`, anything else an attribute) and children. */
export function make(name, { class: className, text, data, ...attributes } = {}, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  Object.assign(element.dataset, data);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

export const byId = (id) => document.getElementById(id);
