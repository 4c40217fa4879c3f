/* Moves the pictures of a built page: native controls, one patched picture, no dependency.
   The data beside each picture lists what every state changes; frames.py says in which form. */
(() => {
  "use strict";

  const start = (root) => {
    const { texts, changes } = JSON.parse(root.querySelector("script.explore-data").textContent);
    const view = root.querySelector(".explore-view");
    const picture = view.querySelector(".explore-picture");
    const announce = root.querySelector(".explore-announce");
    const controls = [...root.querySelectorAll("[data-control]")];
    // Found once, before anything is patched: a patch may replace what is inside an element.
    const marked = [view, ...view.querySelectorAll("*")].filter((e) => e.hasAttribute("data-x"));
    const shown = changes.map(() => undefined);
    let speaking = 0;

    const position = (control) => {
      if (control.dataset.control === "choice") return +control.querySelector(":checked").value;
      const input = control.querySelector("input, select");
      return input.type === "checkbox" ? +input.checked : +input.value;
    };

    const patch = () => {
      const state = controls.map(position);
      controls.forEach((control, i) => {
        const output = control.querySelector("output");
        if (!output) return;
        const text = texts[i][state[i]];
        output.textContent = text;
        control.querySelector("input").setAttribute("aria-valuetext", text);
      });
      changes.forEach(([element, what, which, values, picks], i) => {
        let place = 0;
        for (const c of which) place = place * texts[c].length + state[c];
        const value = values[picks[place]];
        if (value === shown[i]) return;
        shown[i] = value;
        const target = marked[element];
        if (what === "#text") target.textContent = value;
        else if (what === "#html") target.innerHTML = value;
        else if (value === null) target.removeAttribute(what);
        else target.setAttribute(what, value);
      });
    };

    root.addEventListener("input", (event) => {
      if (!event.target.closest("[data-control]")) return;
      patch();
      // A drawing may hold fields of its own: a new state starts as drawn, not as last touched.
      for (const field of picture.querySelectorAll("input")) field.checked = field.defaultChecked;
      clearTimeout(speaking);  // Speak once the reader's hand rests, not at every step.
      speaking = setTimeout(() => { announce.textContent = picture.getAttribute("aria-label"); }, 500);
    });
    patch();  // A reloaded page may have kept its controls' positions.
    root.querySelector(".explore-controls").hidden = false;
    root.dataset.ready = "";
  };

  const startAll = () => document.querySelectorAll(".explore[data-controls]").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
