// Times key presses inside a page: `watch` a picture, press a key, then `takeSample`.
(() => {
  "use strict";
  let root, seen, finish, sample = null, pressed = 0;

  const picture = () =>
    root?.querySelector("img")?.src ?? root?.querySelector(".explore-picture")?.outerHTML;

  // A frame's callbacks run before it is painted, a message sent from there arrives after.
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
  }));

  const measure = async (since) => {
    const time = await painted() - since;
    const before = seen;
    seen = picture();
    return { time, moved: seen !== before };
  };

  window.takeSample = () => {
    const taken = sample;
    sample = null;
    return taken;
  };

  // A page's own script has moved the picture by the time its `input` event is over. A switch
  // turns when the key is let go.
  window.watch = (element) => {
    root = element;
    seen = picture();
  };
  for (const type of ["keydown", "keyup"])
    addEventListener(type, (event) => { pressed = event.timeStamp; }, true);
  addEventListener("input", () => { sample = measure(pressed); }, true);
  addEventListener("pointermove", ({ buttons, timeStamp }) => {
    if (buttons) sample = measure(timeStamp);
  }, true);

  // A kernel answers later: the sample ends when another picture is there and decoded.
  window.watchKernel = (element) => {
    window.watch(element);
    addEventListener("keydown", (event) => {
      const since = event.timeStamp;
      sample = new Promise((resolve) => { finish = () => resolve(measure(since)); });
    }, true);
    new MutationObserver(async () => {
      const now = picture();
      if (!finish || !now || now === seen) return;
      const done = finish;
      finish = null;
      await root.querySelector("img")?.decode();
      done();
    }).observe(element, { childList: true, subtree: true, attributes: true });
  };
})();
