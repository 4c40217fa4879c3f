// The page's end of the worker: starts it, has one cell run at a time, ends it.
const makePython = ({ place, packages, bytes }, { loading, lost }) => {
  let worker = null, running = null;
  const start = () => {
    if (worker) return;
    worker = new Worker(new URL("_static/workbench_worker.js", rootUrl));
    worker.onmessage = ({ data }) => {
      if ("loading" in data) loading(data.loading);
      else if (data.lost) end(data.lost);
      else if (data.ended) { running?.done(data.failed); running = null; }
      else running?.show(data.kind, data.what);
    };
    worker.onerror = ({ message }) => end(message || "the worker did not start");
    worker.postMessage({ start: { url: new URL(place, rootUrl).href, packages, bytes } });
  };
  // Whatever ends it, the next run starts another one.
  const end = (why) => {
    worker?.terminate();
    worker = null;
    const { left } = running ?? {};
    running = null;
    lost(why);
    left?.(why);
  };
  return {
    start,
    stop: () => end(""),
    get isRunning() { return running !== null; },
    // Resolves to what went wrong in the cell, if anything; is rejected where Python itself ended.
    run: (cell, code, show) => new Promise((done, left) => {
      start();
      running = { show, done, left };
      worker.postMessage({ cell, code });
    }),
  };
};
