// Where a page offers a large file to its Python: a button, how far it is, what went wrong.
const UNPACKS = "large";  // is set while it is unpacked: a page that the system ended then comes back to it
const inMB = (bytes) => `${Math.round(bytes / 1e6)} MB`;
const isPhone = () => navigator.userAgentData?.mobile ?? (/Android|iPhone|iPad|Mobile/.test(navigator.userAgent)
  || (navigator.maxTouchPoints > 1 && /Macintosh/.test(navigator.userAgent)));

const makeLarge = async (root, list, { begin, halt }) => {
  const { what, size, memory } = await (await fetch(list)).json();
  const said = element("p", { role: "status" }), bar = element("progress", { max: size, "aria-label": `How much of ${what} has come` });
  const acts = element("p", {});
  root.append(said, bar, acts);
  const kept = () => keep.get(UNPACKS)?.kept;
  const show = (words, buttons, done = null) => {
    said.textContent = words;
    bar.hidden = done === null;
    if (done !== null) bar.value = done;
    const had = acts.contains(document.activeElement);
    acts.replaceChildren(...buttons.map(([name, click]) => button(name, "load", click)));
    if (had) acts.firstChild?.focus();
  };
  const forget = async () => {
    const store = await caches.open("workbench large"), folder = new URL(".", list).href;
    for (const { url } of await store.keys()) if (url.startsWith(folder)) await store.delete(url);
    noted({});
    show(`${what} is in this page's Python until you leave.`, []);
  };
  const load = () => { show("Python is coming.", []); begin().catch((why) => heard({ failed: why.message ?? why })); };
  const again = (name) => [[name, load]];
  const offer = `Load ${what[0].toLowerCase()}${what.slice(1)}: ${kept() ? "kept in this browser" : inMB(size)}`;
  const noted = (more) => keep.set(UNPACKS, Object.keys(more).length ? more : null);
  const heard = (now) => {
    if ("unpacking" in now) {
      noted({ kept: kept(), unpacks: true });
      return show("Unpacking.", []);
    }
    if (keep.get(UNPACKS)?.unpacks) noted({ kept: kept() });
    if (now.ready) {
      noted({ kept: now.isKept });
      const where = now.isKept ? "It is kept in this browser." : `This browser does not keep it: ${now.why}.`;
      const drop = now.isKept ? [["Do not keep it", forget]] : [];
      show(`Ready. ${what} is in this page's Python until you leave. ${where}`, drop);
    }
    else if (now.failed) show(`${what} is not here: ${now.failed}.`, again("Try again"));
    else if (now.stopped) show(`Stopped at ${inMB(now.done)} of ${inMB(now.size)}.`, again("Go on"), now.done);
    else if (now.left) show(`${what} went when Python was stopped. The next run brings it back.`, []);
    else show(`${inMB(now.done)} of ${inMB(now.size)}`, [["Stop", halt]], now.done);
  };
  if (isPhone() || navigator.deviceMemory < 4)
    show(`${what} takes ${inMB(memory)} of memory, more than this device can spare for a page. What was recorded works here.`, []);
  else if (keep.get(UNPACKS)?.unpacks)
    show(`The last time, this page ended while ${what} was unpacked: ${inMB(memory)} of memory were probably too much.`, again("Try again"));
  else show(`It takes ${inMB(memory)} of memory until you leave the page.`, again(offer));
  return heard;
};
