// The chapter as a notebook with the reader's own code, and such a notebook back into the page.
const MOST = 50e6;  // bytes of a file that is read; a notebook's pictures are in it
const KERNEL = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
const codeCell = (text, id, metadata = {}) =>
  ({ cell_type: "code", id, metadata, source: text, outputs: [], execution_count: null });
const joinedSource = ({ source }) => Array.isArray(source) ? source.join("") : String(source);
const isCode = ({ cell_type }) => cell_type === "code";

// As the book gives it, and what of it is code on the page; a page of plain text has its cells alone.
const published = async () => {
  if (!settings.notebook) return { cells: [], metadata: KERNEL, nbformat: 4, nbformat_minor: 5 };
  const file = await fetch(new URL(settings.notebook, rootUrl));
  if (!file.ok) throw new Error(`${settings.notebook}: ${file.status}`);
  return file.json();
};

const take = async () => {
  const notebook = await published();
  const places = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  let last = null;  // what stands on the page alone comes after what is above it there
  for (const { id, kind, text, original, removed } of cells) {
    if (removed || kind === "scratch" && !text.trim()) continue;
    const there = places.get(id);
    if (there) there.source = text;
    else if (kind !== "solution" || text !== original) {
      const own = codeCell(text, id, kind === "scratch" ? { workbench: "scratch" } : {});
      notebook.cells.splice(last === null || kind === "scratch" ? notebook.cells.length : notebook.cells.indexOf(last) + 1, 0, own);
      places.set(id, own);
    }
    last = places.get(id) ?? last;
  }
  for (const cell of notebook.cells) if (isCode(cell)) Object.assign(cell, { outputs: [], execution_count: null });
  const chosen = choices.ids.map((id) => [id, keep.get(id)?.chosen]).filter(([, at]) => at !== undefined);
  notebook.metadata.workbench = { book: settings.book, page: settings.page, choices: Object.fromEntries(chosen) };
  const name = `${settings.page.split("/").pop()}.ipynb`;
  const url = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1) + "\n"], { type: "application/x-ipynb+json" }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60e3);
  return `Saved as ${name}: for Jupyter, for Colab, or to bring it back here.`;
};

// Which cell of the page a cell of the file is: by its id, wherever tools put it; else by its text;
// else by its first line, where one cell alone begins so.
const firstLine = (text) => text.trim().split("\n")[0];
const matching = (from) => {
  const free = new Set(cells.filter(({ kind }) => kind !== "scratch"));
  const found = new Map();
  const match = (isSame) => {
    for (const one of from) {
      if (found.has(one)) continue;
      const same = [...free].filter((cell) => isSame(cell, one));
      if (same.length !== 1) continue;
      found.set(one, same[0]);
      free.delete(same[0]);
    }
  };
  match(({ id }, one) => id === one.id);
  match(({ id }, one) => id === one.metadata?.id);
  match(({ original, text }, one) => [original, text].includes(one.text));
  match(({ original, kind }, one) => kind !== "solution" && firstLine(one.text) && firstLine(original) === firstLine(one.text));
  return found;
};

const choose = () => new Promise((done) => {
  const input = element("input", { type: "file", accept: ".ipynb,application/x-ipynb+json,application/json", hidden: "" });
  input.addEventListener("change", () => { done(input.files[0]); input.remove(); });
  input.addEventListener("cancel", () => { done(null); input.remove(); });
  document.body.append(input);
  input.click();
});

const readNotebook = async (file) => {
  if (file.size > MOST) throw new Error(`${file.name}: larger than ${MOST / 1e6} MB`);
  let notebook = null;
  try { notebook = JSON.parse(await file.text()); } catch { /* said below */ }
  const isCell = (cell) => cell && (typeof cell.source === "string" || Array.isArray(cell.source));
  if (!Array.isArray(notebook?.cells) || !notebook.cells.every(isCell)) throw new Error(`${file.name}: not a notebook; expected a file that Jupyter or this page has saved`);
  return notebook;
};

// Nothing of it runs, and no output of it is shown: code goes into cells, where the reader sees it.
const bring = async () => {
  const file = await choose();
  if (!file) return "";
  const notebook = await readNotebook(file);
  const from = notebook.cells.filter(isCode).map((cell) => ({ id: cell.id, metadata: cell.metadata, text: joinedSource(cell).replace(/\n$/, "") }));
  const known = new Set((await published().catch(() => ({ cells: [] }))).cells.map(({ id }) => id));
  const found = matching(from), own = new Set(cells.filter(({ kind }) => kind === "scratch").map(({ text }) => text));
  let count = 0;
  for (const one of from) {
    const cell = found.get(one);
    if (cell) {
      if (one.text === cell.text) continue;
      const mine = cell.text === cell.original ? keep.get(cell.id)?.other : cell.text;
      keep.set(cell.id, { ...keep.get(cell.id), of: hashOf(cell.original), text: one.text, other: mine });
      count += 1;
    } else if (one.text.trim() && !known.has(one.id) && !own.has(one.text)) {
      scratch.add(one.text);
      count += 1;
    }
  }
  scratch.save();
  for (const [id, chosen] of Object.entries(notebook.metadata?.workbench?.choices ?? {}))
    if (choices.ids.includes(id) && Number.isInteger(chosen)) keep.set(id, { chosen });
  if (count) keep.set(brought, { file: file.name });
  reload();
  return count ? `${file.name}: ${count === 1 ? "one cell is" : `${count} cells are`} here. Nothing has run yet.` : `${file.name}: nothing in it is other than here.`;
};
