// The chat on another site: <script src="https://chat.example/widget.js" data-side="left" data-colour="#0f766e"
// data-language="ms" async></script> adds a button, and a frame with the chat once it is pressed.
(() => {
  const TEXTS = __TEXTS__;
  const script = document.currentScript;
  const chat = new URL(script.src).origin;
  const language = [script.dataset.language, document.documentElement.lang, navigator.language]
    .map((name) => (name ?? "").slice(0, 2))
    .find((name) => name in TEXTS) ?? "en";
  const words = TEXTS[language];
  const colour = /^#[0-9a-f]{6}$/i.test(script.dataset.colour ?? "") ? script.dataset.colour : "#0f766e";
  const side = script.dataset.side === "left" ? "left" : "right";

  const STYLE = `
    :host { all: initial; }
    button { position: fixed; z-index: 2147483646; bottom: 20px; ${side}: 20px; width: 60px; height: 60px; padding: 0;
      border: 0; border-radius: 50%; background: ${colour}; color: #fff; cursor: pointer;
      box-shadow: 0 6px 24px rgb(0 0 0 / .25); }
    button:focus-visible { outline: 3px solid ${colour}; outline-offset: 3px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; vertical-align: middle; }
    span { position: absolute; top: -2px; right: -2px; min-width: 22px; box-sizing: border-box; padding: 0 6px;
      border-radius: 11px; background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; }
    span:empty { display: none; }
    iframe { position: fixed; z-index: 2147483647; bottom: 92px; ${side}: 20px; width: 400px;
      height: min(680px, calc(100dvh - 112px)); border: 0; border-radius: 20px; background: #fff;
      box-shadow: 0 12px 48px rgb(0 0 0 / .28); color-scheme: light dark; }
    iframe[hidden] { display: none; }
    @media (max-width: 480px) { iframe { inset: 0; width: 100%; height: 100%; border-radius: 0; } }`;

  const make = (name, attributes) => {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  };

  const host = make("div", { "data-sapa": "" });
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const launcher = make("button", { type: "button", "aria-label": words.open, "aria-expanded": "false" });
  launcher.append(icon(), make("span", { "aria-hidden": "true" }));
  shadow.append(launcher);
  document.body.append(host);
  let frame = null;

  launcher.addEventListener("click", () => (frame && !frame.hidden ? close() : open()));
  addEventListener("message", (event) => {
    if (event.origin !== chat || event.source !== frame?.contentWindow) return;
    if (event.data?.sapa === "close") close();
    if (event.data?.sapa === "missed") launcher.querySelector("span").textContent = event.data.count || "";
  });

  function open() {
    frame ??= shadow.appendChild(
      make("iframe", {
        title: words.chat,
        allow: `geolocation ${chat}`,
        src: `${chat}/chat?embed=1&hint=${language}&host=${encodeURIComponent(location.origin)}`,
      }),
    );
    frame.hidden = false;
    show(true);
    frame.focus();
  }

  function close() {
    frame.hidden = true;
    show(false);
    launcher.focus();
  }

  function show(open) {
    launcher.setAttribute("aria-expanded", String(open));
    launcher.setAttribute("aria-label", open ? words.close : words.open);
  }

  function icon() {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M12 4c-5 0-9 3.300-9 7.500 0 2.400 1.300 4.500 3.300 5.900L5.500 21l4-1.800c.8.200 1.600.3 2.500.3 5 0 9-3.300 9-7.500S17 4 12 4z");
    drawing.append(path);
    return drawing;
  }
})();
