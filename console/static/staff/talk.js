// The page of one conversation: what is new appears by itself, and what somebody types stays.

import { Composer } from "./talk_composer.js";
import { Live } from "./talk_live.js";
import { panels } from "./talk_panels.js";
import { Picker } from "./talk_picker.js";

const page = document.getElementById("talk");
const live = new Live(page);
const form = document.getElementById("answer");
const composer = form ? new Composer(form, page.dataset, live) : null;
const note = document.getElementById("note-text");

if (note) people(note);
panels();
live.run();
composer?.run();

/** Names of colleagues after an @. */
function people(field) {
  const list = document.getElementById("people");
  const items = [...list.children].map((element) => ({ name: element.dataset.name, element }));
  new Picker(field, list, {
    find: (before) => before.match(/(?:^|\s)@([^\n@]{0,40})$/)?.[1],
    items: (words) => items.filter(({ name }) => name.toLocaleLowerCase().startsWith(words.toLocaleLowerCase())),
    draw: ({ element }) => element,
    choose: ({ name }, words) => ({ cut: words.length, put: `${name} ` }),
  });
}
