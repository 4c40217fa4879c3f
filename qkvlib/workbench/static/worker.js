// Python, in a thread of its own: loads it, runs one cell at a time, sends what it shows.
"use strict";
let python, home, lock, run, names;
const had = new Set();  // packages that are here

const tell = (message) => postMessage(message);

// A package and all that it needs, without those that are here. What it needs comes later, and may
// put right what is in it.
const needed = (name, list = []) => {
  if (had.has(name)) return list;
  had.add(name);
  list.push(lock.packages[name]);
  lock.packages[name].depends.forEach((other) => needed(other, list));
  return list;
};
const unpack = (buffer) => {
  const [version] = lock.info.python.match(/\d+\.\d+/);
  python.unpackArchive(buffer, "wheel", { extractDir: `/lib/python${version}/site-packages` });
};

// How much of a number of bytes has come, by what the browser itself notes of each file.
const watch = (total) => {
  let done = 0;
  const say = () => tell({ loading: { what: "Python", done: Math.min(done, total), total } });
  const observer = new PerformanceObserver((list) => {
    for (const { decodedBodySize } of list.getEntries()) done += decodedBodySize;
    say();
  });
  observer.observe({ type: "resource" });
  say();
  return observer;
};

const start = async ({ url, packages, bytes }) => {
  home = url;
  const code = fetch("workbench_run.py").then((file) => file.text()), watching = watch(bytes);
  importScripts(new URL("pyodide.js", home));
  lock = await (await fetch(new URL("pyodide-lock.json", home))).json();
  const wheels = packages.flatMap((name) => needed(name)).map(async ({ file_name }) => (await fetch(new URL(file_name, home))).arrayBuffer());
  python = await loadPyodide({ indexURL: home, lockFileURL: new URL("pyodide-lock.json", home).href });
  (await Promise.all(wheels)).forEach(unpack);
  python.globals.set("load_now", loadNow);
  python.runPython(FINDER);
  const module = python.toPy({ __name__: "run" });
  python.runPython(await code, { globals: module, filename: "run.py" });
  run = module.get("run");
  names = module.get("new_namespace")();
  python.runPython(packages.map((name) => `import ${name}`).join("\n"), { globals: python.toPy({}) });
  watching.disconnect();
  tell({ loading: null });
};

// What an import lacks and the lock has is loaded in the middle of it: such a request must wait.
const loadNow = (name) => {
  const found = Object.values(lock.packages).find(({ imports }) => imports.includes(name));
  if (!found || had.has(found.name)) return false;
  const files = needed(found.name), total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const { file_name, size } of files) {
    tell({ loading: { what: found.name[0].toUpperCase() + found.name.slice(1), done, total } });
    const request = new XMLHttpRequest();
    request.open("GET", new URL(file_name, home), false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${file_name}: ${request.status}`);
    unpack(request.response);
    done += size;
  }
  tell({ loading: null });
  return true;
};
const FINDER = `
import importlib.machinery, os, sys
os.environ["MPLBACKEND"] = "agg"
class Finder:
    def find_spec(self, name, path=None, target=None):
        if "." not in name and load_now(name):
            importlib.invalidate_caches()
            return importlib.machinery.PathFinder.find_spec(name)
sys.meta_path.append(Finder())
`;

const toJs = (what) => what?.toJs?.({ dict_converter: Object.fromEntries }) ?? what;
const act = async ({ start: begin, cell, code }) => {
  if (begin) return start(begin);
  const failed = run(code, cell, names, (kind, what) => tell({ kind, what: toJs(what) }));
  tell({ ended: true, failed: toJs(failed) });
  failed?.destroy();
};
let turn = Promise.resolve();
onmessage = ({ data }) => {
  turn = turn.then(() => act(data)).catch((error) => tell({ lost: error.message || String(error) }));
};
