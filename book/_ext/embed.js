// ?embed=ID shows one picture or one exercise alone, for a frame in another page; ?embed shows below
// each of them the lines that make such a frame.
(() => {
  "use strict";
  const root = document.documentElement;
  root.style.visibility = "hidden";
  const address = new URL(location), id = address.searchParams.get("embed");
  address.searchParams.delete("embed");
  const title = () => document.querySelector("h1").firstChild.textContent.split(":")[0];
  const element = (name, properties, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };

  // An exercise is its task, the cell and its hint; the last of them comes first here.
  const partsOf = (cell) => {
    if (!cell.matches(".is-exercise")) return [cell];
    const parts = [cell];
    for (let part = cell.previousElementSibling; part?.matches("p, ul, ol, div.math, pre"); part = part.previousElementSibling) {
      parts.push(part);
      if (/^\d+\. /.test(part.textContent)) break;
    }
    if (cell.nextElementSibling?.matches("details")) parts.unshift(cell.nextElementSibling);
    return parts;
  };

  const showAlone = (cell) => {
    const parts = partsOf(cell), way = new Set(), heading = document.querySelector("h1");
    for (let up = cell.parentElement; up; up = up.parentElement) way.add(up);
    for (const up of way) {
      for (const one of up.children) {
        if (!way.has(one) && !parts.includes(one) && one !== heading && !one.matches("head, script, style, link"))
          one.style.setProperty("display", "none", "important");
      }
      if (up !== root) Object.assign(up.style, { margin: 0, padding: 0, maxWidth: "none", minHeight: 0 });
    }
    document.body.style.padding = ".5rem";
    // Heard, not seen.
    Object.assign(heading.style, { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" });
    for (const link of document.querySelectorAll("a[href]")) link.setAttribute("target", "_blank");
    parts[0].after(element("p", { className: "embed-home" }, "From ",
      element("a", { href: `${address.href.split("#")[0]}#${cell.id}`, target: "_blank", rel: "noopener" }, title()),
      `, a chapter of ${document.title.split(" — ").pop()}`));
  };

  const showFrames = () => {
    for (const cell of document.querySelectorAll(".cell")) {
      if (!cell.matches(".is-exercise") && !cell.querySelector(".explore")) continue;
      const frame = new URL(address);
      [frame.search, frame.hash] = [`?embed=${cell.id}`, ""];
      const boxes = partsOf(cell).map((part) => part.getBoundingClientRect());
      const height = Math.round(boxes[0].bottom - boxes.at(-1).top) + 120;  // margins, and the line that leads home
      const line = element("iframe", { src: frame.href, title: title(), width: "100%", height }).outerHTML;
      cell.after(element("pre", { className: "embed-line", tabIndex: 0 }, line));
    }
  };

  const start = () => {
    const cell = id && document.getElementById(id);
    if (cell) showAlone(cell);
    else if (id) document.querySelector("h1").after(element("p", {}, `This page has no part "${id}".`));
    else addEventListener("load", showFrames);  // buttons have their heights then
    root.style.visibility = "";
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
