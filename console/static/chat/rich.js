// Sapa's HTML subset (b, i, u, s, code, a) as nodes of our own making. Whatever else stands in the text is text.

const TAGS = /<(\/?)(b|i|u|s|code|a)(?:\s+href="([^"<>]*)")?\s*>/g;
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", "#x27": "'" };
const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?()\u3002\uff0c\u060c\u061f]/g;

/** The nodes of a text in the subset. */
export function rich(html) {
  const root = document.createDocumentFragment();
  const open = [root];
  let from = 0;
  for (const tag of html.matchAll(TAGS)) {
    append(open, html.slice(from, tag.index));
    from = tag.index + tag[0].length;
    if (tag[1]) close(open, tag[2]);
    else open.push(open.at(-1).appendChild(element(tag[2], tag[3])));
  }
  append(open, html.slice(from));
  return root;
}

/** The text without its tags. */
export const plain = (html) => decoded(html.replaceAll(TAGS, ""));

function element(name, address) {
  if (name !== "a") return document.createElement(name);
  return link(decoded(address ?? ""));
}

function link(address) {
  const made = document.createElement("a");
  if (!/^https?:\/\//i.test(address)) return document.createElement("span");
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer nofollow";
  return made;
}

function close(open, name) {
  const place = open.findLastIndex((node) => node.localName === name || (name === "a" && node.localName === "span"));
  if (place > 0) open.length = place;
}

function append(open, text) {
  const here = open.at(-1);
  const words = decoded(text);
  if (open.some((node) => node.localName === "a" || node.localName === "code")) return here.append(words);
  let from = 0;
  for (const found of words.matchAll(ADDRESS)) {
    here.append(words.slice(from, found.index));
    here.append(Object.assign(link(found[0]), { textContent: found[0] }));
    from = found.index + found[0].length;
  }
  here.append(words.slice(from));
}

function decoded(text) {
  return text.replaceAll(/&(lt|gt|amp|quot|#39|#x27);/g, (_whole, name) => ENTITIES[name]);
}
