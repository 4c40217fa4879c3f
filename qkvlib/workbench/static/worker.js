// Python, in a thread of its own: loads it, runs one cell at a time, sends what it shows.
"use strict";
let python, home, lock, run, draw, names, large;
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
const watch = (total, from) => {
  let done = 0;
  const what = from ? `Python from ${from}` : "Python";
  const say = () => tell({ loading: { what, done: Math.min(done, total ?? done), total } });
  const observer = new PerformanceObserver((list) => {
    for (const { decodedBodySize } of list.getEntries()) done += decodedBodySize;
    say();
  });
  observer.observe({ type: "resource" });
  say();
  return observer;
};

// What does not come is asked for once more, then named. Files of others come by their hashes alone.
const hashes = new Map();
const inBase64 = (hex) => btoa(String.fromCharCode(...hex.match(/../g).map((pair) => parseInt(pair, 16))));
const plain = self.fetch;
self.fetch = async (address, options) => {
  const { href } = new URL(address.url ?? address, self.location), hash = hashes.get(href);
  const wanted = hash ? { ...options, integrity: `sha256-${inBase64(hash)}` } : options;
  const get = () => plain(href, wanted).then((file) => {
    if (!file.ok) throw new Error(file.status);
    return file;
  });
  return get().catch(get).catch((why) => { throw new Error(`${href.split("/").pop()} did not come (${why.message})`); });
};
// A script runs as it comes from the book's own host; one of others only if it is the one meant.
const script = async (name) => {
  const { href } = new URL(name, home);
  if (!hashes.has(href)) {
    try { return importScripts(href); } catch (why) { throw new Error(`${name} did not come (${why.message})`); }
  }
  const own = URL.createObjectURL(await (await fetch(href)).blob());
  importScripts(own);
  URL.revokeObjectURL(own);
};

const start = async ({ url, list, packages, bytes, from, later }) => {
  home = url;
  large = later;
  const code = fetch("workbench_run.py").then((file) => file.text()), watching = watch(bytes, from);
  lock = await (await fetch(list)).json();
  for (const [name, hash] of Object.entries(lock.core ?? {})) hashes.set(new URL(name, home).href, hash);
  for (const entry of Object.values(lock.packages)) {
    entry.href = new URL(entry.file_name, list).href;
    if (lock.core) hashes.set(entry.href, entry.sha256);
  }
  const wheels = packages.flatMap((name) => needed(name)).map(async ({ href }) => (await fetch(href)).arrayBuffer());
  await script("pyodide.js");
  if (lock.core) await script("pyodide.asm.js");
  python = await loadPyodide({ indexURL: home, lockFileURL: list });
  (await Promise.all(wheels)).forEach(unpack);
  python.globals.set("load_now", loadNow);
  python.runPython(FINDER);
  const module = python.toPy({ __name__: "run" });
  python.runPython(await code, { globals: module, filename: "run.py" });
  run = module.get("run");
  draw = module.get("state");
  names = module.get("new_namespace")();
  python.runPython(packages.map((name) => `import ${name}`).join("\n"), { globals: python.toPy({}) });
  watching.disconnect();
  loaded();
};
// What was fetched, and what there is to fetch.
const loaded = () => {
  tell({ loading: null });
  const all = [self.location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)];
  const used = all.filter((name) => !name.endsWith(".bin"));  // pieces are kept elsewhere
  const wheels = Object.values(lock.packages).map(({ href }) => href);
  tell({ used, known: [...used, ...wheels, large] });
};

// What an import lacks and the lock has is loaded in the middle of it: such a request must wait.
const loadNow = (name) => {
  const found = Object.values(lock.packages).find(({ imports }) => imports.includes(name));
  if (!found || had.has(found.name)) return false;
  const files = needed(found.name), total = files.reduce((sum, { size }) => sum + size, 0) || undefined;
  let done = 0;
  for (const { href, sha256, size = 0 } of files) {
    tell({ loading: { what: found.name[0].toUpperCase() + found.name.slice(1), done, total } });
    const request = new XMLHttpRequest();
    request.open("GET", href, false);
    request.responseType = "arraybuffer";
    try { request.send(); } catch { /* said below */ }
    const isMeant = request.status === 200 && (!lock.core || hashOf(request.response) === sha256);
    if (!isMeant) {
      files.forEach(({ name }) => had.delete(name));  // the next import tries again
      throw new Error(`${href.split("/").pop()} did not come (${request.status === 200 ? "it is another file" : request.status})`);
    }
    unpack(request.response);
    done += request.response.byteLength;
  }
  loaded();
  return true;
};
const hashOf = (buffer) => {
  const sha256 = python.runPython("import hashlib; lambda data: hashlib.sha256(data.to_py()).hexdigest()");
  const hash = sha256(new Uint8Array(buffer));
  sha256.destroy();
  return hash;
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
const act = async ({ start: begin, cell, code, state, of, positions, give, come }) => {
  if (begin) return start(begin);
  if (give) {
    if (typeof fetchLarge === "undefined") importScripts("workbench_large_worker.js");
    const got = fetchLarge(large);
    if (give === "again") return unpackLarge(await got);
    return void got.then((come) => come && take({ come }));  // cells need not wait
  }
  if (come) return unpackLarge(come);
  if (state) {
    const at = python.toPy(positions), answer = draw(of, at);
    tell({ state, answer: toJs(answer) });
    at.destroy();
    return answer.destroy();
  }
  const failed = run(code, cell, names, (kind, what) => tell({ kind, what: toJs(what) }));
  tell({ ended: true, failed: toJs(failed) });
  failed?.destroy();
};
let turn = Promise.resolve();
const take = (data) => {
  turn = turn.then(() => act(data)).catch((error) => tell({ lost: error.message || String(error) }));
};
onmessage = ({ data }) => data.halt ? self.haltLarge?.() : take(data);
