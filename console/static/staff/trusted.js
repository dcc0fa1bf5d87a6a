// What htmx puts into a page, it puts in through here. The browser lets HTML become part of a page only from the
// policy below (Content-Security-Policy: require-trusted-types-for, trusted-types), and the policy takes out
// whatever could run or lead elsewhere. Templates escape what people wrote; this stands behind them.

const NEVER =
  "script, iframe, frame, object, embed, applet, portal, fencedframe, base, link, meta, style, foreignObject, annotation-xml, animate, animateMotion, animateTransform, set";
const ADDRESSES = ["href", "xlink:href", "src", "action", "formaction", "data", "poster", "background", "ping"];
const GOOD = ["http:", "https:", "mailto:", "tel:", "blob:"];
const CODE = /^(on|(data-)?hx-on)/i;
const EXPRESSION = /^\s*(js|javascript)\s*:/i;

// Only to parse into a document that has no window: nothing in it runs or is loaded.
const inert = window.trustedTypes?.createPolicy("sapa-inert", { createHTML: (html) => html });

/** Whether an address leads to a page, a mail or a telephone; scripts and documents made up on the spot do not. */
function good(address) {
  const resolved = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  return resolved !== null && GOOD.includes(resolved.protocol);
}

function cleanAttributes(element) {
  for (const { name, value } of [...element.attributes]) {
    const code = CODE.test(name) || name.toLowerCase() === "srcdoc" || EXPRESSION.test(value);
    if (code || (ADDRESSES.includes(name.toLowerCase()) && !good(value))) element.removeAttribute(name);
  }
}

/** Take everything out that could run, in templates as well. */
function clean(root) {
  for (const element of root.querySelectorAll("*")) {
    if (element.matches(NEVER)) element.remove();
    else cleanAttributes(element);
    if (element instanceof HTMLTemplateElement) clean(element.content);
  }
}

/** A document of this HTML without what could run. */
function parsed(html) {
  const document = new DOMParser().parseFromString(inert ? inert.createHTML(html) : html, "text/html");
  clean(document);
  return document;
}

/** The elements of some HTML that arrived live, without what could run. */
export function elements(html) {
  return [...parsed(html).body.children].map((element) => document.adoptNode(element));
}

/** The same HTML without what could run. */
function safe(html) {
  const page = parsed(html);
  return (page.doctype ? "<!doctype html>" : "") + page.documentElement.outerHTML;
}

function refused() {
  throw new Error("Pages hold no code: write a module instead of hx-on, js: or an expression.");
}

const policy = { createHTML: safe, createScript: refused };

window.htmx?.registerExtension("sapa-trusted", {
  init(api) {
    api.initSecurity(window.trustedTypes?.createPolicy("sapa", policy) ?? policy, refused, refused);
  },
});
