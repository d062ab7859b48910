"use strict";

// What textual-serve's terminal leaves open: where its session is, why it ended, its font, its downloads.

const terminal = document.getElementById("terminal");
terminal.dataset.sessionWebsocketUrl = location.origin.replace(/^http/, "ws") + "/ws";

function explain(end) {
  const known = document.querySelector(`[data-end="${CSS.escape(end)}"]`);
  (known || document.querySelector('[data-end="lost"]')).hidden = false;
  // Once the page shows the button: until then it cannot have the keyboard.
  setTimeout(() => document.getElementById("again").focus());
}

// The server says in the closing frame why it closes. Without a word from it, the connection was lost.
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("open", () => terminal.querySelector("textarea").focus());
    this.addEventListener("close", (event) => explain(event.reason || "lost"));
  }
};

document.getElementById("again").addEventListener("click", () => location.reload());

// A session lives as long as its page: a slip of the hand must not end it.
window.addEventListener("beforeunload", (event) => {
  if (document.body.matches(".-first-byte:not(.-closed)")) event.preventDefault();
});

// A document comes as a file, not as a window that the browser may block.
const opened = window.open.bind(window);
window.open = (url, ...rest) => {
  const target = new URL(url, location);
  if (target.origin !== location.origin || !target.pathname.startsWith("/download/")) {
    return opened(url, ...rest);
  }
  const link = document.createElement("a");
  link.href = target;
  link.download = "";
  link.click();
  return null;
};

// The terminal measures its font once, so the font must be there first.
const begin = window.onload;
window.onload = async (event) => {
  await Promise.allSettled(["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px "Roboto Mono"`)));
  begin(event);
};
