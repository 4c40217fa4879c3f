// A formula that is copied is LaTeX again; MathML alone would give one symbol a line.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (event.target.matches?.("input, textarea") || selection.isCollapsed) return;
  const range = selection.getRangeAt(0), { commonAncestorContainer: common } = range;
  const around = (common.closest ? common : common.parentElement).closest("[data-tex]");
  const box = document.createElement("div");
  box.append(around ? around.cloneNode(true) : range.cloneContents());
  const formulas = box.querySelectorAll("[data-tex]");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const sign = formula.localName === "span" ? "$" : "$$";
    formula.replaceWith(`${sign}${formula.dataset.tex}${sign}`);
  }
  // Laid out, so that a line ends where one ends on the page.
  box.style.cssText = "position: fixed; left: -200vw";
  document.body.append(box);
  event.clipboardData.setData("text/plain", box.innerText);
  event.clipboardData.setData("text/html", box.innerHTML);
  box.remove();
  event.preventDefault();
});
