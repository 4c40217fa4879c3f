// An editor that weighs nothing: a textarea whose letters are unseen, over the page's colored code.
const put = (area, text) => {
  // The one way that the browser's own undo knows; where it is gone, the text comes without.
  if (!document.execCommand("insertText", false, text))
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
};

// Change each line that is selected.
const eachLine = (area, change) => {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd), to = next < 0 ? value.length : next;
  const lines = change(value.slice(from, to).split("\n")).join("\n");
  area.setSelectionRange(from, to);
  put(area, lines);
  area.setSelectionRange(from, from + lines.length);
};
const comment = (lines) => {
  const off = lines.every((line) => !line.trim() || /^\s*#/.test(line));
  return lines.map((line) => off ? line.replace(/^(\s*)# ?/, "$1") : line && line.replace(/^(\s*)/, "$1# "));
};

const KEYS = {
  Tab: (area, { shiftKey }) => {
    const several = area.value.slice(area.selectionStart, area.selectionEnd).includes("\n");
    if (shiftKey) eachLine(area, (lines) => lines.map((line) => line.replace(/^ {1,4}/, "")));
    else if (several) eachLine(area, (lines) => lines.map((line) => line && `    ${line}`));
    else put(area, "    ");
  },
  Enter: (area) => {
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    put(area, `\n${/^ */.exec(line)[0]}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
  },
  "/": (area, { ctrlKey, metaKey }) => {
    if (!ctrlKey && !metaKey) return false;
    eachLine(area, comment);
  },
};

// Open an editor over `pre`; `changed` gets each new text, `run` is asked for by Ctrl or Shift and Enter.
const openEditor = ({ pre, text, label, changed, run }) => {
  const area = element("textarea", {
    class: "wb-code", "aria-label": label, "aria-description": "Tab indents. Escape, then Tab, leaves.",
    autocapitalize: "off", autocomplete: "off", autocorrect: "off", spellcheck: "false", wrap: "soft",
  });
  const original = pre.textContent.replace(/\n$/, ""), own = [...pre.childNodes];
  let leaving = false;
  const paint = () => {
    if (area.value === original) pre.replaceChildren(...own);
    else pre.replaceChildren(colored(area.value));
  };
  area.value = text;
  paint();
  area.addEventListener("input", () => { paint(); changed(area.value); });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;  // a keyboard that builds its letters
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      return run();
    }
    if (event.key === "Escape") { leaving = true; return; }
    if (event.key === "Tab" && leaving) return;
    if (event.key !== "Shift") leaving = false;
    if (KEYS[event.key] && KEYS[event.key](area, event) !== false) event.preventDefault();
  });
  area.addEventListener("blur", () => { leaving = false; });
  pre.setAttribute("aria-hidden", "true");
  pre.parentElement.classList.add("wb-editing");
  pre.before(area);
  return {
    area,
    get text() { return area.value; },
    set text(value) { area.value = value; paint(); },
  };
};
