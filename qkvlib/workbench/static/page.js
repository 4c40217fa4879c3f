// The page at work: runs what is asked for with what comes before it, and says how things stand.
const startPage = () => {
  let turn = 0, queue = Promise.resolve(), era = 0, current = null;
  let bench = null, python = null, coming = null;  // what runs cells: it comes with the first intent
  let heardLarge = () => {};  // says how a large file for Python stands

  const canRun = location.protocol !== "file:" && settings.python;
  const isNear = canRun && !settings.python.place.includes("//");  // others are asked for nothing before a click
  const acts = {
    intend: () => { if (isNear && !navigator.connection?.saveData) begin().catch(() => {}); },
    run: (cell) => {
      if (keep.get(brought)) return askFirst(cell);
      if (!canRun) return cell.say(location.protocol === "file:" ? settings.from_file : settings.without, "note");
      const mine = era;
      for (const one of cells) one.listen(one === cell);
      cell.asked = true;
      cell.setRunning(true);
      cell.say("Waiting", "running");
      remember(cell);
      queue = queue.then(() => mine === era && begin()).then(() => mine === era && work(cell)).catch((why) => cell.why = why).finally(() => {
        current = null;
        cell.asked = false;
        settle(cell);
      });
    },
    stop: () => python ? python.stop() : lost(""),
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
      if (undo !== null) { bench?.leaveControls(cell, ""); cell.output?.restore(); cell.ran = null; }
      cell.show();
      refresh();
    },
  };

  const loading = (part) => {
    if (!current) return;
    const inMB = (bytes) => Math.round(bytes / 1e6);
    const of = part?.total ? ` of ${inMB(part.total)}` : "";
    current.say(part ? `Loading ${part.what}: ${inMB(part.done)}${of} MB` : current.words, "running");
  };
  const lost = (why) => {
    era += 1;
    for (const cell of cells) {
      if (cell.running) cell.why = why;
      cell.ran = null;
      bench?.leaveControls(cell);
    }
    refresh();
  };
  const begin = () => coming ??= fetchPart("python").then((file) => {
    bench = file.default({ element, rootUrl });
    const more = ["_static/workbench_along.js", settings.notebook].filter(Boolean);  // to take work along
    const hears = { loading, lost, heard: (what) => heardLarge(what) };
    python = bench.makePython({ ...settings.python, packages: settings.packages, more }, hears);
    python.start();
  }).catch((why) => { coming = null; throw why; });

  // Code that came from a file runs when its reader has said so, once.
  const askFirst = (cell) => {
    const { file } = keep.get(brought), note = element("div", { class: "wb-note", role: "alert" },
      element("p", {}, `Cells of this page came from the file ${file}. Read them, as any code of others. Run them?`),
      button("Run", "use", () => { keep.set(brought, null); note.remove(); acts.run(cell); }),
      button("Not now", "drop", () => note.remove()));
    for (const old of document.querySelectorAll(".wb-note[role=alert]")) old.remove();
    cell.notes.append(note);
  };

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
    const quiet = cell.fill || books && (isAbove || cell.root.querySelector("[data-controls]"));
    let passed;
    cell.why = undefined;
    cell.output ??= bench.makeOutput(cell.root, cell.kind === "exercise");
    if (!quiet) cell.output.begin();
    const failed = await python.run(cell.id, text, (kind, what) => {
      passed = what.passed ?? passed;
      if (what.control) bench.takeControl(cell, what.control, books, quiet, { python, draws });
      else if (!quiet) cell.output.show(kind, what);
    });
    if (failed) cell.output.fail(failed);
    else if (!quiet) cell.output.end();
    if (failed) { cell.ran = null; cell.why = { error: text }; }
    else noteRun(cell, text, ++turn);
    ranBefore(true);
    cell.passed = passed;
    if (passed && cell.kind === "exercise") markRight(cell);
    return failed;
  };
  const markRight = ({ id }) => {
    keep.set(id, { ...keep.get(id), passed: true });
    showMarks();
  };

  // A drawing that takes its time: the cell's button stops it.
  const draws = (cell, more) => {
    cell.drawing = (cell.drawing ?? 0) + more;
    if (!cell.asked) settle(cell);
  };
  const settle = (cell) => {
    cell.setRunning(cell.drawing > 0);
    if (cell.running) cell.say("Drawing", "running");
    refresh();
  };

  const status = (cell) => {
    const { why, ran, text } = cell;
    if (cell.fill) return ["", ""];  // its fields say it
    if (why === "") return ["Stopped. The next run starts Python again", "note"];
    if (why?.error === text) return ["Error", "failed"];
    if (typeof why === "string") return [`Not run: ${why}`, "failed"];
    if (ran?.text === text) {
      if (isStale(cells, cell)) return ["Out of date: a cell above has changed", "stale"];
      return cell.passed ? ["✓ Right", "right"] : cell.passed === false ? ["Not yet", "wrong"] : ["Ran", "ran"];
    }
    const passed = keep.get(cell.id)?.passed;
    if (text !== cell.original && !cell.removed && text) return [passed ? "✓ Right before. Not run" : "Not run", "stale"];
    return passed ? ["✓ Right", "right"] : ["", ""];
  };
  const refresh = () => { for (const cell of cells) if (!cell.running) cell.say(...status(cell)); };

  const remember = (cell) => {
    const title = document.querySelector("article h1").firstChild.textContent.split(":")[0];
    keep.set("last", { page: settings.page, at: cell.root.id, title: `${title}, ${cell.name}` });
  };

  const cells = findCells(acts);
  if (!cells.length) return;
  for (const cell of cells) makeTyped(cell, { changed: acts.changed, right: markRight });
  const keeping = makeKeeping(cells, (cell) => { cell.show(); cell.fill?.(); refresh(); });
  const load = (cell) => { cell.undo = null; keeping.load(cell); cell.show(); cell.fill?.(); };
  const choices = makeChoices();
  const brought = `brought/${cells[0].id}`;  // where code of a file waits to be read
  const reload = () => {
    for (const cell of cells) if (cell.kind !== "scratch") {
      load(cell);
      if (cell.ran?.text !== cell.text) cell.output?.restore();
    }
    loadRest();
    showMarks();
  };
  const foot = makeFoot({
    add: () => scratch.add(),
    pageIds: () => [...cells.map(({ id }) => id), ...choices.ids, scratch.id, brought],
    reload,
    along: async (name) => {
      if (location.protocol === "file:") throw settings.from_file;
      const file = await fetchPart("along");
      return file.default({ element, settings, keep, hashOf, rootUrl, cells, choices, scratch, brought, reload })[name]();
    },
  });
  document.querySelector("article").append(foot);
  const scratch = makeScratch(cells, acts, foot);
  const loadRest = () => { choices.load(); scratch.load(); refresh(); };
  cells.forEach(load);
  loadRest();
  const large = document.querySelector(".wb-large");
  if (large && canRun && settings.python.large) fetchPart("large").then((file) => {
    const acts = { begin: () => begin().then(() => python.give()), halt: () => python.halt() };
    return file.default({ element, button, keep }).makeLarge(large, new URL(settings.python.large, rootUrl), acts);
  }).then((heard) => heardLarge = heard).catch((why) => large.append(why.message ?? why));
  addEventListener("pagehide", () => python?.leave());
  // Who ran cells on the page before has all files, and will run some here.
  if (ranBefore()) setTimeout(acts.intend, 500);
};
// What a page does not need before somebody reaches for it. Browsers may keep that a file did not
// come: asked again, it has another address.
let tries = 0;
const fetchPart = (name) => {
  const file = `_static/workbench_${name}.js`;
  return import(new URL(tries ? `${file}?${tries}` : file, rootUrl)).catch(() => {
    tries += 1;
    throw `${file} did not come. Try again`;
  });
};
const RUNS = "workbench runs";
const ranBefore = (now) => {
  try {
    if (now) sessionStorage.setItem(RUNS, "");
    return sessionStorage.getItem(RUNS) !== null;
  } catch { return false; }
};
startPage();
