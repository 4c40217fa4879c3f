// What Python and this page were made of is kept where a browser can: it is there without a network.
const keepFiles = async ({ used, known }, more) => {
  const page = performance.getEntriesByType("resource").map(({ name }) => name);
  try {
    await navigator.serviceWorker.register(new URL("workbench_offline.js", rootUrl));
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ used: [location.href.split("#")[0], ...page, ...used, ...more.map((file) => new URL(file, rootUrl).href)], known });
  } catch (why) { console.info(`Nothing is kept for use without a network: ${why.message}`); }
};
// The page's end of the worker: starts it, has one cell run at a time, ends it.
const makePython = ({ place, lock, packages, bytes, large, more }, { loading, lost, heard }) => {
  let worker = null, running = null, count = 0, given = false;
  const asked = new Map();  // what waits for a state of a control
  const start = () => {
    if (worker) return;
    worker = new Worker(new URL("_static/workbench_worker.js", rootUrl));
    worker.onmessage = ({ data }) => {
      if ("loading" in data) loading(data.loading);
      else if (data.used) keepFiles(data, more);
      else if (data.large) {
        if (data.large.failed || data.large.stopped) given = false;
        heard(data.large);
      }
      else if (data.lost) end(data.lost);
      else if (data.state) asked.get(data.state).done(data.answer), asked.delete(data.state);
      else if (data.ended) { running?.done(data.failed); running = null; }
      else running?.show(data.kind, data.what);
    };
    worker.onerror = ({ message }) => end(message || "the worker did not start");
    const url = new URL(place, rootUrl), list = new URL(lock, rootUrl).href;
    const from = url.origin === rootUrl.origin ? null : url.host;
    const later = large && new URL(large, rootUrl).href;
    worker.postMessage({ start: { url: url.href, list, packages, bytes, from, later } });
    if (given) worker.postMessage({ give: "again" });
  };
  // Whatever ends it, the next run starts another one.
  const end = (why) => {
    worker?.terminate();
    worker = null;
    const { left } = running ?? {};
    running = null;
    for (const { left: drop } of asked.values()) drop(why);
    asked.clear();
    lost(why);
    if (given) heard({ left: true });
    left?.(why);
  };
  return {
    start,
    stop: () => end(""),
    // The file that the book has for it; leaving the page gives the memory back.
    give: () => { start(); given = true; worker.postMessage({ give: "first" }); },
    leave: () => { if (given) end(""); },
    halt: () => worker?.postMessage({ halt: true }),
    // A state of a control that a cell has shown.
    ask: (of, positions) => new Promise((done, left) => {
      if (!worker) return left("");
      asked.set(++count, { done, left });
      worker.postMessage({ state: count, of, positions });
    }),
    // Resolves to what went wrong in the cell, if anything; is rejected where Python itself ended.
    run: (cell, code, show) => new Promise((done, left) => {
      start();
      running = { show, done, left };
      worker.postMessage({ cell, code });
    }),
  };
};
