// Fetch what a chapter needs to run as soon as a reader reaches for its button, never before.
const button = document.querySelector(".run-button");
const start = () => {
  for (const file of FILES) {
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.href = new URL(file, document.querySelector('script[src$="ahead.js"]').src);
    document.head.append(link);
  }
};
for (const sign of ["pointerenter", "focus", "touchstart"]) {
  button?.addEventListener(sign, start, { once: true, passive: true });
}
