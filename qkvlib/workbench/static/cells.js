// The cells of a page: each with its code, its buttons, what it says, its output.
const button = (words, name, click) => {
  const made = element("button", { type: "button", class: `wb-${name}` }, words);
  made.addEventListener("click", click);
  return made;
};

const makeCell = (root, kind, number, acts) => {
  const pre = root.querySelector(".cell_input pre"), box = pre.parentElement;
  const name = kind === "exercise" ? `exercise ${number}` : kind === "scratch" ? "your own cell" : `cell ${number}`;
  const cell = {
    id: root.id.replace(/^cell-/, ""), root, kind, name, ran: null, editor: null,
    original: pre.textContent.replace(/\n$/, ""),
    output: null,  // as Python comes
    get text() { return cell.editor ? cell.editor.text : cell.original; },
    edit: () => {
      if (cell.editor) return;
      const label = `Code of ${name}`;
      cell.editor = openEditor({
        pre, text: cell.original, label, changed: () => acts.changed(cell), run: () => acts.run(cell),
      });
      edit.remove();
    },
    write: (text) => {
      if (text === cell.text) return;
      cell.edit();
      cell.editor.text = text;
      cell.show();
    },
    say: (words, state = "") => {
      if (said.textContent !== words) said.textContent = words;
      root.dataset.state = state;
    },
    // Who hears the page is told of the cell that was asked for, not of those above.
    listen: (heard) => { if (heard) said.setAttribute("role", "status"); else said.removeAttribute("role"); },
    // Running, the button stops it; so the focus stays.
    setRunning: (running) => {
      run.textContent = running ? "Stop" : verb;
      run.setAttribute("aria-label", `${run.textContent} ${name}`);
      root.classList.toggle("wb-running", running);
      cell.running = running;
    },
    // Nothing to reset where nothing is changed; what was reset can come back.
    show: () => {
      reset.textContent = cell.undo ? "Undo" : kind === "exercise" ? "Start over" : kind === "scratch" ? "Remove" : "Reset";
      reset.hidden = !cell.undo && cell.text === cell.original && kind !== "scratch";
    },
  };
  const verb = kind === "exercise" ? "Check" : "Run";
  const said = element("span", { class: "wb-said" });
  const run = button(verb, "run", () => cell.running ? acts.stop() : acts.run(cell));
  const edit = button("Edit", "edit", () => { cell.edit(); cell.editor.area.focus(); });
  const reset = button("Reset", "reset", () => acts.reset(cell));
  const bar = element("div", { class: "wb-bar" }, reset, edit, said, run);
  edit.setAttribute("aria-label", `Edit ${name}`);
  cell.notes = element("div", { class: "wb-notes" });
  for (const sign of ["focus", "pointerenter"])
    run.addEventListener(sign, (event) => { if (event.pointerType !== "touch") acts.intend(); });
  root.classList.add("wb-cell", `wb-${kind}`);
  box.after(bar, cell.notes);
  cell.setRunning(false);
  if (kind === "exercise" || kind === "scratch") cell.edit();
  cell.show();
  return cell;
};

const findCells = (acts) => {
  let exercises = 0, others = 0;
  return [...document.querySelectorAll("div.cell[id^=cell-]")]
    .filter((root) => root.querySelector(".cell_input pre"))
    .map((root) => {
      const kind = ["exercise", "solution"].find((kind) => root.classList.contains(`is-${kind}`)) ?? "cell";
      return makeCell(root, kind, kind === "exercise" ? ++exercises : ++others, acts);
    });
};
