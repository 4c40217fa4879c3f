// What a cell shows: text as it is printed, values, errors; in the markup that the book's own has.
const block = (kind, ...children) => element("div", { class: `output ${kind}` }, ...children);
const textBlock = (kind, text) => {
  const pre = element("pre", {}, text);
  const made = block(`${kind} highlight-myst-ansi notranslate`, element("div", { class: "highlight" }, pre));
  return [made, pre];
};

// The place for the outputs of a cell; the book's own come back with `restore`.
const makeOutput = (root, isExercise) => {
  let place = root.querySelector(".cell_output");
  const built = place && [...place.childNodes];
  let last = null, fresh = false;
  const add = (made) => {
    if (!place) root.append(place = element("div", { class: "cell_output docutils container" }));
    if (isExercise) place.setAttribute("aria-live", "polite");
    if (!fresh) place.replaceChildren();
    fresh = true;
    place.append(made);
  };
  const output = {
    get element() { return place; },
    // The next thing shown takes the place of what stands there.
    begin: () => { last = null; fresh = false; },
    end: () => { if (!fresh) output.clear(); },
    clear: () => { place?.replaceChildren(); fresh = true; last = null; },
    restore: () => {
      if (built) place.replaceChildren(...built);
      else place?.remove(), place = null;
      return Boolean(built);
    },
    show: (kind, what) => {
      if (kind === "control") return add(what.closest(".output") ?? block("text_html", what));
      if (kind === "result") {
        last = null;
        return add(what.html ? block("text_html", ...sanitized(what.html)) : textBlock("text_plain", what.text)[0]);
      }
      if (last?.kind !== kind) {
        const [made, pre] = textBlock(kind === "stderr" ? "stderr" : "stream", "");
        add(made);
        last = { kind, pre };
      }
      last.pre.append(what);
    },
    // The learner's own line comes first; how Python came there is folded.
    fail: ({ line, code, says, trace }) => {
      last = null;
      const own = line ? [element("p", {}, `Line ${line}: `, element("code", {}, code))] : [];
      const fold = element("details", {}, element("summary", {}, "Traceback"), element("pre", {}, trace));
      add(element("div", { class: "output wb-error" }, ...own, element("p", { class: "wb-says" }, says), fold));
    },
  };
  return output;
};
