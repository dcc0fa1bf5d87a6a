// What is known of a customer, put into the text where the cursor was last.

const texts = [...document.querySelectorAll("textarea[data-language]")];
let last = texts.find((text) => text.value) ?? texts[0];

for (const text of texts) {
  text.addEventListener("focus", () => {
    last = text;
  });
}

for (const button of document.querySelectorAll("button[data-insert]")) {
  button.disabled = false;
  button.addEventListener("click", () => {
    const words = button.dataset[last.dataset.language];
    const start = last.selectionStart;
    last.setRangeText(words, start, last.selectionEnd, "end");
    const dots = words.indexOf("…");
    if (dots >= 0) {
      last.setSelectionRange(start + dots, start + dots + 1);
    }
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
