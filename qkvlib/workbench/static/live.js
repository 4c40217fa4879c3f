// A control that has run shows what Python draws now; without Python, the book's own pictures.
const NOW = "Drawn now, by the code on this page.";
const GONE = "Python has stopped: these are the book's own pictures. Run the cell to have yours.";
const NOTHING = "Python has stopped: run the cell to move this.";
const signOf = ({ names, texts }) => JSON.stringify([names, texts]);
const signs = new WeakMap();  // what each control on the page offers
const isOf = (root, sign) => {
  const written = root.querySelector("script.explore-data");
  if (!signs.has(root) && written) signs.set(root, signOf(JSON.parse(written.textContent)));
  return signs.get(root) === sign;
};
const tellControl = (root, detail) => root.dispatchEvent(new CustomEvent("explore-source", { bubbles: true, detail }));

const PATIENCE = 700;  // milliseconds after which a drawing says so, and can be stopped

// `what` is a control that a cell has shown; `isBooks`: it gives what the book shows already.
const takeControl = (cell, { html, data, key, number }, isBooks, quiet, { python, draws }) => {
  const sign = signOf(data), prefix = `out-${key.replace("/", "-")}-`;
  const roots = cell.output.element?.querySelectorAll(".explore[data-controls]") ?? [];
  cell.controls ??= [];
  let root = (cell.controls[number] ?? roots[number]);
  if (!root?.isConnected || !isOf(root, sign)) {
    [root] = sanitized(html, prefix);
    signs.set(root, sign);
    if (quiet) cell.output.begin();
    quiet = false;
    isBooks = true;  // its first picture came with it
  }
  if (!quiet) cell.output.show("control", root);
  cell.controls[number] = root;
  const ask = async (positions) => {
    let isLate = 0;
    const late = setTimeout(() => draws(cell, isLate = 1), PATIENCE);
    const { html: drawn, texts, failed } = await python.ask(key, positions).finally(() => {
      clearTimeout(late);
      if (isLate) draws(cell, -1);
    });
    const seen = failed ? element("div", { class: "explore-view" }, element("pre", { role: "alert" }, failed)) : sanitized(drawn, prefix)[0];
    return { seen, texts };
  };
  tellControl(root, { data, ask, finer: data.finer, isSame: isBooks, said: NOW });
};

// Python is gone, or its code: what the book has drawn is there.
const leaveControls = (cell, gone = GONE) => {
  cell.controls?.forEach((root, number) => {
    const isBuilt = root.querySelector("script.explore-data");
    if (!isBuilt && !cell.output.restore()) return tellControl(root, { said: NOTHING });
    const own = isBuilt ? root : cell.output.element.querySelectorAll(".explore[data-controls]")[number];
    if (own) tellControl(own, { said: gone });
  });
  cell.controls = [];
};
