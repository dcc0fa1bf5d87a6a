// Whoever walks away is forgotten: without a touch for a while the page begins anew, and leaves nothing to go back to.
// An answer of one touch goes on by itself.

const { step, rests } = document.body.dataset;
let timer = 0;

async function forget() {
  await fetch(location.href, { method: "POST", body: new URLSearchParams({ stop: "yes" }), redirect: "manual" }).catch(() => {});
  location.replace(location.href);
}

function wake() {
  clearTimeout(timer);
  timer = setTimeout(forget, Number(rests) * 1000);
}

if (step === "question") {
  for (const sign of ["pointerdown", "keydown", "input"]) {
    addEventListener(sign, wake, { passive: true });
  }
  wake();
}

addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.replace(location.href);
  }
});
