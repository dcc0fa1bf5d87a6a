// What the page was told with itself: branches, products, words.

export const settings = JSON.parse(document.getElementById("settings").textContent);

export const t = (name) => settings.texts[name];
