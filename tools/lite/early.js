// Python starts with the page, not when the notebook's own scripts have come: the first worker that
// the kernel asks for has been at work since.
let early = new Worker(new URL("static/early_worker.js", document.currentScript.src));
window.Worker = class extends Worker {
  constructor(script, options) {
    if (early && String(script).includes("pyodide-kernel-extension")) {
      const worker = early;
      early = null;
      worker.postMessage(String(script));
      return worker;
    }
    super(script, options);
  }
};
