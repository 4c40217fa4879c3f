// Start Python, then become the kernel's worker, which finds done what it asks for: it loads
// pyodide.js anew and calls what that leaves in `loadPyodide`.
let load;
Object.defineProperty(self, "loadPyodide", {
  get: () => () => python,
  set: (value) => { load ??= value; },
});
importScripts("pyodide/pyodide.js");
const python = load({
  indexURL: new URL("pyodide/", location).href,
  lockFileURL: new URL("pyodide/pyodide-lock.json", location).href,
  packages: PACKAGES,
}).then(async (loaded) => {
  await loaded.runPythonAsync("import pyodide_kernel, qkvlib");
  return loaded;
});
addEventListener("message", ({ data }) => importScripts(data), { once: true });
