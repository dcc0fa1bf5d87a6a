// On a narrow screen the ways stand in a row that scrolls: the one where somebody is comes into sight.

const ways = document.querySelector(".top nav");
const here = ways?.querySelector("[aria-current]");
if (here) ways.scrollBy(middle(here) - middle(ways), 0);

function middle(element) {
  const { left, right } = element.getBoundingClientRect();
  return (left + right) / 2;
}
