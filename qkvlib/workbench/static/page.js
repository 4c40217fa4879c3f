// The page at work: runs what is asked for with what comes before it, and says how things stand.
const startPage = () => {
  let turn = 0, queue = Promise.resolve(), era = 0, current = null;

  const canRun = location.protocol !== "file:" && settings.python;
  const acts = {
    intend: () => { if (canRun && !navigator.connection?.saveData) python.start(); },
    run: (cell) => {
      if (!canRun) return cell.say(location.protocol === "file:" ? settings.from_file : settings.without, "note");
      const mine = era;
      for (const one of cells) one.listen(one === cell);
      cell.setRunning(true);
      cell.say("Waiting", "running");
      remember(cell);
      queue = queue.then(() => mine === era && work(cell)).catch((why) => cell.why = why).finally(() => {
        current = null;
        cell.setRunning(false);
        refresh();
      });
    },
    stop: () => python.stop(),
    changed: (cell) => {
      cell.undo = null;
      if (cell.kind === "scratch") scratch.save();
      else keeping.save(cell);
      remember(cell);
      cell.show();
      refresh();
    },
    reset: (cell) => {
      if (cell.kind === "scratch") {
        cell.undo = !cell.undo;
        scratch.remove(cell, cell.undo);
        cell.show();
        return refresh();
      }
      const text = cell.undo ?? cell.original, undo = cell.undo === null ? cell.text : null;
      cell.write(text);
      keeping.save(cell);
      cell.undo = undo;
      if (undo !== null) cell.output.restore();
      cell.show();
      refresh();
    },
  };

  const python = makePython({ ...settings.python, packages: settings.packages }, {
    loading: (part) => {
      if (!current) return;
      const inMB = (bytes) => Math.round(bytes / 1e6);
      current.say(part ? `Loading ${part.what}: ${inMB(part.done)} of ${inMB(part.total)} MB` : current.words, "running");
    },
    lost: (why) => {
      era += 1;
      for (const cell of cells) {
        if (cell.running) cell.why = why;
        cell.ran = null;
      }
      refresh();
    },
  });

  const work = async (cell) => {
    const before = runBefore(cells, cell);
    current = cell;
    for (const [place, one] of [...before, cell].entries()) {
      const count = before.length === 1 ? "the cell" : `the ${before.length} cells`;
      cell.words = place < before.length ? `Running ${count} above` : "Running";
      cell.say(cell.words, "running");
      const failed = await runOne(one, one !== cell);
      if (failed && one !== cell && !isOwn(one)) {
        cell.why = `${one.name} above ends in an error`;
        return;
      }
    }
  };

  // A cell above that gives what the book shows has no need to show it again; nor has a control.
  const runOne = async (cell, isAbove) => {
    const text = cell.text, books = isBooks(cells, cell);
    const quiet = books && (isAbove || cell.root.querySelector("[data-controls]"));
    let passed;
    cell.why = undefined;
    if (!quiet) cell.output.begin();
    const failed = await python.run(cell.id, text, (kind, what) => {
      passed = what.passed ?? passed;
      if (!quiet) cell.output.show(kind, what);
    });
    if (failed) cell.output.fail(failed);
    else if (!quiet) cell.output.end();
    if (failed) { cell.ran = null; cell.why = { error: text }; }
    else noteRun(cell, text, ++turn);
    ranBefore(true);
    cell.passed = passed;
    if (passed && cell.kind === "exercise") {
      keep.set(cell.id, { ...keep.get(cell.id), passed: true });
      showMarks();
    }
    return failed;
  };

  const status = (cell) => {
    const { why, ran, text } = cell;
    if (why === "") return ["Stopped. The next run starts Python again", "note"];
    if (why?.error === text) return ["Error", "failed"];
    if (typeof why === "string") return [`Not run: ${why}`, "failed"];
    if (ran?.text === text) {
      if (isStale(cells, cell)) return ["Out of date: a cell above has changed", "stale"];
      return cell.passed ? ["✓ Right", "right"] : cell.passed === false ? ["Not yet", "wrong"] : ["Ran", "ran"];
    }
    if (text !== cell.original && !cell.removed && text) return ["Not run", "stale"];
    return keep.get(cell.id)?.passed ? ["✓ Right", "right"] : ["", ""];
  };
  const refresh = () => { for (const cell of cells) if (!cell.running) cell.say(...status(cell)); };

  const remember = (cell) => {
    const title = document.querySelector("article h1").firstChild.textContent.split(":")[0];
    keep.set("last", { page: settings.page, at: cell.root.id, title: `${title}, ${cell.name}` });
  };

  const cells = findCells(acts);
  if (!cells.length) return;
  const keeping = makeKeeping(cells, (cell) => { cell.show(); refresh(); });
  const load = (cell) => { cell.undo = null; keeping.load(cell); cell.show(); };
  const choices = makeChoices();
  const foot = makeFoot({
    add: () => scratch.add(),
    pageIds: () => [...cells.map(({ id }) => id), ...choices.ids, scratch.id],
    reload: () => {
      for (const cell of cells) if (cell.kind !== "scratch") {
        load(cell);
        if (cell.ran?.text !== cell.text) cell.output.restore();
      }
      loadRest();
      showMarks();
    },
  });
  document.querySelector("article").append(foot);
  const scratch = makeScratch(cells, acts, foot);
  const loadRest = () => { choices.load(); scratch.load(); refresh(); };
  cells.forEach(load);
  loadRest();
  // Who ran cells on the page before has all files, and will run some here.
  if (ranBefore()) setTimeout(acts.intend, 500);
};
const RUNS = "workbench runs";
const ranBefore = (now) => {
  try {
    if (now) sessionStorage.setItem(RUNS, "");
    return sessionStorage.getItem(RUNS) !== null;
  } catch { return false; }
};
startPage();
