// Cells of the reader's own, at the end of the page, in the same name space.
const makeScratch = (cells, acts, foot) => {
  const id = `scratch/${cells[0].id}`;  // an id outlasts the page's name
  const own = () => cells.filter(({ kind, removed }) => kind === "scratch" && !removed);
  let count = 0;
  const save = () => {
    const texts = own().map(({ text }) => text);
    keep.set(id, texts.length ? { texts } : null);
  };
  const add = (text = "") => {
    const code = element("div", { class: "cell_input docutils container" },
      element("div", { class: "highlight" }, element("pre", {}, "\n")));
    const root = element("div", { class: "cell docutils container", id: `cell-scratch-${++count}` }, code);
    foot.before(root);
    const cell = makeCell(root, "scratch", count, acts);
    cells.push(cell);
    if (text) cell.write(text);
    return cell;
  };
  return {
    id, save,
    add: (text) => {
      const cell = add(text);
      save();
      if (!text) cell.editor.area.focus();
    },
    remove: (cell, removed) => { cell.removed = removed; cell.root.classList.toggle("wb-removed", removed); save(); },
    load: () => {
      for (const cell of own()) { cell.root.remove(); cells.splice(cells.indexOf(cell), 1); }
      keep.get(id)?.texts?.forEach((text) => add(text));
    },
  };
};
