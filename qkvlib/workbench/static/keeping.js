// Keeps what is written, and shows both texts where there are two: another edition, another tab.
const makeKeeping = (cells, rewritten) => {
  const touched = new Set();
  const entryOf = (cell) => keep.get(cell.id) ?? {};

  const note = (cell, words, text) => {
    cell.notes.replaceChildren();
    if (text === undefined || text === cell.text) return;
    const done = (mine, other) => {
      keep.set(cell.id, { ...entryOf(cell), of: hashOf(cell.original), text: mine, other });
      cell.write(mine);
      touched.add(cell);
      rewritten(cell);
      note(cell, "This cell also read:", other);
    };
    cell.notes.append(element("div", { class: "wb-note", role: "group", "aria-label": `Another text of ${cell.name}` },
      element("p", {}, words), element("pre", {}, text),
      button("Use this text", "use", () => done(text, cell.text)),
      button("Drop it", "drop", () => done(cell.text))));
  };

  const save = (cell) => {
    touched.add(cell);
    const { text: stored, other, of, ...rest } = entryOf(cell), mine = cell.text;
    // Somebody else wrote it since: in another tab, or to another edition of this cell.
    const foreign = stored !== undefined && stored !== cell.saved && stored !== mine ? stored : other;
    const entry = mine === cell.original && foreign === undefined ? rest
      : { ...rest, of: hashOf(cell.original), text: mine, other: foreign };
    keep.set(cell.id, Object.keys(entry).length ? entry : null);
    cell.saved = mine;
  };

  // What this browser has of a cell, as the page opens or something came back.
  const load = (cell) => {
    const { of, text, other } = entryOf(cell), original = cell.original;
    const current = text !== undefined && of === hashOf(original);
    cell.saved = current ? text : undefined;
    cell.write(current ? text : original);
    if (text !== undefined && !current)
      note(cell, "The book has changed this cell since you edited it. Your text was:", text);
    else note(cell, "This cell also read:", other);
  };

  const heard = (id, entry) => {
    const cell = cells.find((one) => one.id === id);
    if (!cell || cell.kind === "scratch") return;
    const theirs = entry?.text ?? cell.original, mine = cell.text;
    if (theirs === mine) return;
    if (!touched.has(cell)) {
      load(cell);
      return rewritten(cell);
    }
    if (entry && entry.other !== mine) keep.set(id, { ...entry, text: mine, other: theirs });
    cell.saved = mine;
    note(cell, "In another tab this cell reads:", theirs);
  };
  keep.listen(heard);
  return { save, load };
};
