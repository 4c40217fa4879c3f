"""Make once what Python would make at every start in a reader's browser.

What Pyodide releases is sources, also of the standard library: compiling them is a third of the
time until a cell runs. So the Python that readers will get is started once while the site is built,
imports what a chapter imports, and gives the bytecode of those modules, and Matplotlib's list of
its fonts.
"""

import base64
import io
import json
import zipfile
from pathlib import Path

import browsers
from playwright.sync_api import sync_playwright
from serve import serve

from qkvlib.workbench.hosting import DATE

LIBRARY = "python_stdlib.zip"
# Bytecode lies where imports look for it: below __pycache__ for packages; beside the source in the
# archive of the standard library. It is unchecked, since comparing it with its source takes time.
COMPILE = """
import base64, importlib.util, io, json, os, py_compile, sys, zipfile
import qkvlib

parent = lambda module: os.path.dirname(os.path.dirname(module.__file__))
places = {
    parent(qkvlib): ("packages", importlib.util.cache_from_source),
    parent(json): ("library", "{}c".format),
}
found = io.BytesIO()
with zipfile.ZipFile(found, "w") as archive:
    for _, module in sorted(sys.modules.items()):
        file = getattr(getattr(module, "__spec__", None), "origin", None) or ""
        for place, (kind, cached) in places.items():
            if file.startswith(place) and file.endswith(".py"):
                with open("source", "wb") as source:
                    source.write(module.__spec__.loader.get_data(file))
                mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
                py_compile.compile(source.name, "compiled", file, True, invalidation_mode=mode)
                archive.write("compiled", kind + cached(file).removeprefix(place))
    if "matplotlib.font_manager" in sys.modules:
        from matplotlib.font_manager import fontManager, json_dump

        json_dump(fontManager, "fonts")
        with open("fonts") as file:
            fonts = json.load(file)
        for kind in ("afmlist", "ttflist"):  # they stand in no order that repeats
            fonts[kind].sort(key=lambda font: font["fname"])
        archive.writestr("packages/matplotlib/fontlist.json", json.dumps(fonts))
base64.b64encode(found.getvalue()).decode()
"""
PAGE = """<!DOCTYPE html><link rel="icon" href="data:,"><script src="pyodide.js"></script>"""
START = """async ([packages, code]) => {
  const python = await loadPyodide({packages});
  try {
    return [await python.runPythonAsync(code), ""];
  } catch (error) {
    return ["", error.message];  // the traceback; Playwright would lose it
  }
}"""


def compile_imported(pyodide: Path, code: str) -> dict[str, bytes]:
    """Run code that imports; compile what it has imported, qkvlib too.

    Bytecode of the standard library is added to its archive in the folder; what is made for
    packages is returned, by its path.
    """
    with zipfile.ZipFile(io.BytesIO(run(pyodide, code + COMPILE))) as made:
        with zipfile.ZipFile(pyodide / LIBRARY, "a", zipfile.ZIP_DEFLATED) as library:
            for name in of_kind(made, "library/"):
                info = zipfile.ZipInfo(name, DATE)
                library.writestr(info, made.read(f"library/{name}"), zipfile.ZIP_DEFLATED, 9)
        return {name: made.read(f"packages/{name}") for name in of_kind(made, "packages/")}


def of_kind(archive: zipfile.ZipFile, folder: str) -> list[str]:
    """The names in a folder of an archive, without the folder."""
    return [name.removeprefix(folder) for name in archive.namelist() if name.startswith(folder)]


def run(pyodide: Path, code: str) -> bytes:
    """Run Python code, with all packages, in a browser; return what it gives in base 64."""
    packages = sorted(json.loads((pyodide / "pyodide-lock.json").read_text())["packages"])
    start = pyodide / "compile.html"
    start.write_text(PAGE)
    with serve(pyodide) as home, sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{home}/{start.name}")
        result, failed = page.evaluate(START, [packages, code])
        browser.close()
    start.unlink()
    if failed:
        raise RuntimeError(f"code fails in the browser's Python:\n{failed}")
    return base64.b64decode(result)
