/* Moves the pictures of a built page: native controls, one patched picture, no dependency.
   The data beside each picture lists what every state changes; frames.py says in which form.
   The address bar names the state that was moved last, as in #section?query=its&key=mom.
   A picture may have a ring, which the hand can drag in place of the controls, and areas that
   choose a value when they are clicked. */
(() => {
  "use strict";
  const REST = 500;  // milliseconds without a move, after which the reader's hand rests

  // How the fields of a control are read and set. A position counts the control's values.
  const NUMBER = { get: ([field]) => +field.value, set: ([field], at) => { field.value = at; } };
  const KINDS = {
    slider: NUMBER,
    menu: NUMBER,
    switch: { get: ([box]) => +box.checked, set: ([box], at) => { box.checked = at; } },
    choice: {
      get: (radios) => radios.findIndex((radio) => radio.checked),
      set: (radios, at) => { radios[at].checked = true; },
    },
  };
  const links = new Map();  // what an address starts with, and what shows the values it names

  const start = (root) => {
    const data = JSON.parse(root.querySelector("script.explore-data").textContent);
    const view = root.querySelector(".explore-view");
    const picture = view.querySelector(".explore-picture");
    const table = view.querySelector(".explore-numbers");
    const announce = root.querySelector(".explore-announce");
    const reset = root.querySelector(".explore-reset");
    const controls = [...root.querySelectorAll("[data-control]")].map((element, i) => {
      const fields = [...element.querySelectorAll("input, select")];
      const { get, set } = KINDS[element.dataset.control];
      return {
        name: data.names[i], start: data.starts[i], keys: data.keys[i], texts: data.texts[i],
        fields, get: () => get(fields), set: (at) => set(fields, at),
        output: element.querySelector("output"), play: element.querySelector(".explore-play"),
        slides: element.dataset.control === "slider",
      };
    });
    // Found once, before anything is patched: a patch may replace what is inside an element.
    const marked = [view, ...view.querySelectorAll("*")].filter((e) => e.hasAttribute("data-x"));
    const changes = data.changes.map(([element, what, which, values, picks]) => {
      const target = marked[element];
      return { target, what, which, values, picks, inTable: table?.contains(target) };
    });
    const hasFields = picture.querySelector("input");
    let state = [], resting = 0;

    const valueIn = ({ which, values, picks }, positions) =>
      values[picks[which.reduce((n, c) => n * controls[c].texts.length + positions[c], 0)]];

    const patch = (withTable = table?.open) => {
      const before = state;
      state = controls.map((control) => control.get());
      controls.forEach(({ output, texts, fields }, i) => {
        if (!output || state[i] === before[i]) return;
        output.textContent = texts[state[i]];
        fields[0].setAttribute("aria-valuetext", texts[state[i]]);
      });
      for (const change of changes) {
        if (change.inTable && !withTable) continue;
        const { target, what } = change, value = valueIn(change, state);
        if (value === change.shown) continue;
        change.shown = value;
        if (what === "#text") target.textContent = value;
        else if (what === "#html") target.innerHTML = value;
        else if (value === null) target.removeAttribute(what);
        else target.setAttribute(what, value);
      }
      // A drawing may hold fields of its own: a new state starts as drawn, not as last touched.
      if (hasFields)
        for (const field of picture.querySelectorAll("input")) field.checked = field.defaultChecked;
      const untouched = controls.every((control, i) => state[i] === control.start);
      if (reset.disabled !== untouched) reset.disabled = untouched;
    };

    const section = root.closest("section[id]");
    const anchor = section && `#${encodeURI(section.id)}`;
    let link = anchor;
    for (let n = 2; links.has(link); n++) link = `${anchor}.${n}`;

    // What a moving hand need not wait for: the folded table, the words, the address.
    const rest = () => {
      patch(true);
      announce.textContent = picture.getAttribute("aria-label");
      if (!section) return;
      const values = new URLSearchParams(controls.map(({ name, keys }, i) => [name, keys[state[i]]]));
      history.replaceState(history.state, "", reset.disabled ? anchor : `${link}?${values}`);
    };
    const moved = () => {
      patch();
      clearTimeout(resting);
      resting = setTimeout(rest, REST);
    };
    const show = (positions) => {
      controls.forEach((control, i) => control.set(positions[i]));
      moved();
    };

    root.addEventListener("input", (event) => {
      if (event.target.closest("[data-control]")) moved();
    });
    picture.addEventListener("click", ({ target }) => {
      const choice = target.dataset.choose;
      if (!choice) return;
      const [control, at] = choice.split(" ");
      controls[control].set(+at);
      moved();
    });
    reset.addEventListener("click", () => {
      const { fields } = controls[0];  // the button is about to go: hand on its focus
      (fields.find((field) => field.checked) ?? fields[0]).focus({ preventScroll: true });
      show(controls.map((control) => control.start));
    });
    for (const control of controls) if (control.play) makePlay(control, view, patch, moved);
    const ring = picture.querySelector(".explore-ring");
    if (ring) {
      const places = changes.filter(({ target }) => target === ring);
      // What was chosen stays chosen: a hand moves sliders alone.
      const free = new Set(places.flatMap(({ which }) => which).filter((c) => controls[c].slides));
      const reachable = () => controls.reduce((states, { texts }, c) => !free.has(c) ? states
        : states.flatMap((positions) => texts.map((_, at) => positions.map((old, i) => i === c ? at : old))),
      [state]);
      makeDraggable(ring, show, () => reachable().map((positions) => ({
        positions,
        moves: positions.filter((at, c) => at !== state[c]).length,
        ...Object.fromEntries(places.map((change) => [change.what, valueIn(change, positions)])),
      })));
    }
    if (section) links.set(link, (values) => {
      show(controls.map(({ name, keys, start }) => {
        const at = keys.indexOf(values.get(name));
        return at < 0 ? start : at;
      }));
      root.scrollIntoView({ block: "nearest" });
    });
    patch(true);  // A reloaded page may have kept its controls' positions.
    root.querySelector(".explore-controls").hidden = false;
    root.dataset.ready = "";
  };

  // Steps through the values to the last one, until the reader does anything or looks elsewhere.
  const makePlay = ({ play, texts, get, set }, view, patch, moved) => {
    let timer = 0;
    const say = (word) => {
      play.setAttribute("aria-label", play.getAttribute("aria-label").replace(play.textContent, word));
      play.textContent = word;
    };
    const stop = () => {
      if (!timer) return;
      timer = clearInterval(timer);
      say("Play");
      moved();
    };
    const step = () => {
      const { top, bottom } = view.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) return stop();
      set((get() + 1) % texts.length);
      patch();
      if (get() === texts.length - 1) stop();
    };
    play.addEventListener("click", () => {
      if (timer) return stop();
      timer = setInterval(step, play.dataset.step);
      say("Pause");
      step();
    });
    for (const type of ["pointerdown", "keydown", "input", "hashchange", "visibilitychange"])
      addEventListener(type, ({ target, key = "Enter" }) => {
        if (target !== play || !["Enter", " "].includes(key)) stop();  // those are its own clicks
      }, true);
  };

  // The ring in a picture has a place in each state: a hand that drags it picks the nearest.
  const makeDraggable = (ring, show, spots) => {
    const svg = ring.ownerSVGElement;
    const inDrawing = ({ clientX, clientY }) =>
      new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    let offset;  // from the hand to the middle of the ring
    ring.addEventListener("pointerdown", (event) => {
      event.preventDefault();  // WebKit would select the text that the hand passes
      ring.setPointerCapture(event.pointerId);
      const { x, y } = inDrawing(event);
      offset = [ring.getAttribute("cx") - x, ring.getAttribute("cy") - y];
    });
    ring.addEventListener("pointermove", (event) => {
      if (!ring.hasPointerCapture(event.pointerId)) return;
      const { x, y } = inDrawing(event), toX = x + offset[0], toY = y + offset[1];
      // Where several states share a place, the one that moves the fewest controls.
      const cost = ({ cx = toX, cy = toY, moves }) => Math.hypot(cx - toX, cy - toY) + moves / 100;
      const nearest = spots().reduce((best, spot) => cost(spot) < cost(best) ? spot : best);
      if (nearest.moves) show(nearest.positions);
    });
  };

  const follow = () => {
    const [link, values] = location.hash.split("?");
    if (values !== undefined) links.get(link)?.(new URLSearchParams(values));
  };
  const startAll = () => {
    document.querySelectorAll(".explore[data-controls]").forEach(start);
    follow();
    addEventListener("hashchange", follow);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
