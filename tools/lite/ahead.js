// Fetch ahead what a chapter needs to run. On a chapter's page that begins when a reader reaches for
// the button, never before; in the notebook at once, while its own scripts load.
const home = document.currentScript.src;
const fetchAhead = () => {
  for (const file of FILES) {
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.href = new URL(file, home);
    document.head.append(link);
  }
};
const button = document.querySelector(".run-button");
if (button) {
  for (const sign of ["pointerenter", "focus", "touchstart"]) {
    button.addEventListener(sign, fetchAhead, { once: true, passive: true });
  }
} else {
  // Compiled once for the page and its workers, so that the kernel finds it done.
  window.python = WebAssembly.compileStreaming(fetch(new URL(PYTHON, home)));
  fetchAhead();
}
