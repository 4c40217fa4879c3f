// How far a reader is: in the sidebar, in the page's contents, on the first page.
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const settings = JSON.parse(document.querySelector('meta[name="workbench"]').content);
const keep = openKeep(settings.book);
const rootUrl = new URL(document.documentElement.dataset.content_root || "./", location);
const pageUrl = (page) => new URL(`${page}.html`, rootUrl);

const passed = (ids) => ids.filter((id) => keep.get(id)?.passed).length;

const mark = (link, done, all) => {
  if (link.nextElementSibling?.matches(".wb-mark")) link.nextElementSibling.remove();
  if (done) link.after(element("span", { class: done === all ? "wb-mark wb-all" : "wb-mark" }, `${done} of ${all} answered`));
};

const showMarks = () => {
  const paths = new Map(Object.entries(settings.pages).map(([page, ids]) => [pageUrl(page).pathname, ids]));
  for (const link of document.querySelectorAll(".bd-links a[href]")) {
    const ids = paths.get(new URL(link.href).pathname);
    if (ids) mark(link, passed(ids), ids.length);
  }
  const ids = settings.pages[settings.page];
  const section = ids && document.getElementById(`cell-${ids[0]}`)?.closest("section[id]");
  if (section)
    for (const link of document.querySelectorAll(`.bd-sidebar-secondary a[href="#${section.id}"]`))
      mark(link, passed(ids), ids.length);
};

// On the first page: how far one is, and the way back to where one left off.
const showWay = () => {
  const all = Object.values(settings.pages).flat(), last = keep.get("last");
  const title = document.querySelector("article h1");
  if (settings.page !== settings.home || !last || !title) return;
  const done = passed(all);
  const link = element("a", { href: `${pageUrl(last.page)}#${last.at}` }, last.title);
  const said = done ? ` You have answered ${done} of ${all.length} exercises.` : "";
  title.after(element("p", { class: "wb-way" }, "Go on where you left off: ", link, `.${said}`));
};

showMarks();
showWay();
keep.listen(showMarks);
