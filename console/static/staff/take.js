// Sapa's own words as a beginning: a button puts them into the field that is to hold other ones.

for (const button of document.querySelectorAll("button[data-take]")) {
  const field = document.getElementById(button.dataset.take);
  const words = document.getElementById(`${button.dataset.take}-theirs`);
  button.hidden = false;
  button.addEventListener("click", () => {
    field.value = words.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
