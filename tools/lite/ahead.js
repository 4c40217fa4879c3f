// Fetch ahead what a chapter needs to run, when a reader reaches for the button and never before.
const home = document.currentScript.src;
const fetchAhead = () => {
  for (const file of FILES) {
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.href = new URL(file, home);
    document.head.append(link);
  }
};
for (const sign of ["pointerenter", "focus", "touchstart"]) {
  const button = document.querySelector(".run-button");
  button.addEventListener(sign, fetchAhead, { once: true, passive: true });
}
