/* Moves the pictures of a page: native controls, one picture, no dependency. What a state looks like
   comes from a source: what the build wrote beside the picture, in the form that frames.py describes,
   or what somebody draws when asked, who is handed in by the event "explore-source".
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
  let named = [];  // the pictures that are moved, the last one first: what its address starts with, its values
  // Says of an entry of the history that it was here.
  const mark = (address = location.href) => history.replaceState({ ...history.state, explored: true }, "", address);

  const panels = new WeakMap();  // how a control gets another source

  const start = (root, data) => {
    data ??= JSON.parse(root.querySelector("script.explore-data").textContent);
    const view = root.querySelector(".explore-view");
    const announce = root.querySelector(".explore-announce");
    const reset = root.querySelector(".explore-reset");
    const controls = [...root.querySelectorAll("[data-control]")].map((element, i) => {
      const fields = [...element.querySelectorAll("input, select")];
      const { get, set } = KINDS[element.dataset.control];
      return {
        name: data.names[i], start: data.starts[i], keys: data.keys[i], texts: data.texts[i],
        fields, get: () => get(fields), set: (at) => set(fields, at), finer: 1,
        output: element.querySelector("output"), play: element.querySelector(".explore-play"),
        slides: element.dataset.control === "slider",
      };
    });
    const built = data.changes && makeBuilt(view, data.changes, controls);
    let source = built, state = [], resting = 0;
    const picture = () => view.querySelector(".explore-picture");
    // Where a book has pointed the links of its picture, by their names: "scores: chapter 4".
    const pointed = new Map([...view.querySelectorAll(".explore-link")].map(
      (link) => [link.getAttribute("aria-label").split(":")[0], link.cloneNode(true)]));
    const point = (seen) => {
      for (const link of seen.querySelectorAll(".explore-link")) {
        const own = pointed.get(link.getAttribute("aria-label"));
        if (!own) link.remove();  // it leads nowhere
        else {
          for (const { name, value } of own.attributes) link.setAttribute(name, value);
          link.prepend(...[...own.children].filter((part) => part.localName === "title").map((part) => part.cloneNode(true)));
        }
      }
      return seen;
    };
    const say = ({ output, fields: [field] }, text) => {
      if (!output || output.textContent === text) return;
      output.textContent = text;
      field.setAttribute("aria-valuetext", text);
    };

    // Resolves when the state is seen, where that takes time.
    const patch = (withTable = view.querySelector(".explore-numbers")?.open) => {
      state = controls.map((control) => control.get());
      controls.forEach((control, i) => { if (state[i] in control.texts) say(control, control.texts[state[i]]); });
      const untouched = controls.every((control, i) => state[i] === control.start);
      if (reset.disabled !== untouched) reset.disabled = untouched;
      return source?.show(state, withTable);
    };

    const section = root.closest("section[id]");
    const anchor = section && `#${encodeURI(section.id)}`;
    let link = anchor;
    for (let n = 2; links.has(link); n++) link = `${anchor}.${n}`;

    // What a moving hand need not wait for: the folded table, the words, the address.
    const rest = async () => {
      await patch(true);
      announce.textContent = picture()?.getAttribute("aria-label") ?? view.textContent;
      const others = named.filter(([start]) => start !== link);
      if (!section || (reset.disabled && others.length === named.length)) return;
      const values = new URLSearchParams(controls.map(({ name, keys }, i) => [name, keys[Math.round(state[i])]]));
      named = reset.disabled ? others : [[link, values], ...others];
      mark(named.length ? `#${named.map(([start, values]) => `${start.slice(1)}?${values}`).join(";")}` : anchor);
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
    view.addEventListener("click", ({ target }) => {
      const choice = target.dataset.choose;
      if (!choice) return;
      for (const [, control, at] of choice.matchAll(/(\d+) (\d+)/g)) controls[control].set(+at);
      moved();
    });
    reset.addEventListener("click", () => {
      const { fields } = controls[0];  // the button is about to go: hand on its focus
      (fields.find((field) => field.checked) ?? fields[0]).focus({ preventScroll: true });
      show(controls.map((control) => control.start));
    });
    for (const control of controls) if (control.play) makePlay(control, view, patch, moved);
    const placed = built?.sides.length && makeDraggable(view, controls, built, () => state, show);
    // Without values: as at first.
    if (section) links.set(link, (values) => {
      if (!values && reset.disabled) return;
      show(controls.map(({ name, keys, start }) => {
        const at = keys.indexOf(values?.get(name));
        return at < 0 ? start : at;
      }));
      if (!values) return;
      named = [[link, values], ...named.filter(([start]) => start !== link)];
      root.scrollIntoView({ block: "nearest" });
    });

    const rows = root.querySelector(".explore-controls");
    const words = document.createElement("p");
    words.className = "explore-hint";
    words.setAttribute("role", "status");
    // Another source, or none: then the one of the build. `isSame`: it shows what is seen already.
    panels.set(root, ({ ask, finer = [], isSame, said }) => {
      source?.leave?.();
      const pointing = async (state) => {
        const { seen, texts } = await ask(state);
        return { seen: point(seen), texts };
      };
      source = ask ? makeAsked(view, pointing, (texts, positions) => {
        controls.forEach((control, i) => say(control, texts[i]));
        placed?.(positions);
      }) : built;
      controls.forEach((control, i) => {
        control.finer = ask && control.slides ? finer[i] ?? 1 : 1;
        if (control.finer === 1) control.set(Math.round(control.get()));
        if (control.slides) control.fields[0].step = control.get() in control.texts ? 1 : 1 / control.finer;
      });
      rows.hidden = !source;
      root.toggleAttribute("data-bare", !placed);  // nobody knows where a ring would go
      if (said && !words.parentElement) rows.append(words);
      words.textContent = said ?? "";
      if (!isSame || controls.some((control, i) => control.get() !== control.start)) patch(true);
    });
    // A hand may stop between two values, where those are values too; keys go from one to the next.
    for (const control of controls) if (control.slides) {
      const [field] = control.fields;
      field.addEventListener("pointerdown", () => { field.step = 1 / control.finer; });
      field.addEventListener("keydown", () => { field.step = 1; });
    }
    if (built) patch(true);  // A reloaded page may have kept its controls' positions.
    rows.hidden = false;
    root.dataset.ready = "";
  };

  // What the build wrote: the elements that ever change, and what each is in which state.
  const makeBuilt = (view, list, controls) => {
    const picture = view.querySelector(".explore-picture"), table = view.querySelector(".explore-numbers");
    // Found once, before anything is patched: a patch may replace what is inside an element.
    const marked = [view, ...view.querySelectorAll("*")].filter((e) => e.hasAttribute("data-x"));
    const changes = list.map(([element, what, which, values, picks]) => {
      const target = marked[element];
      return { target, what, which, values, picks, inTable: table?.contains(target) };
    });
    const hasFields = picture.querySelector("input"), ring = picture.querySelector(".explore-ring");
    const places = changes.filter(({ target }) => target === ring);
    const valueIn = ({ which, values, picks }, positions) =>
      values[picks[which.reduce((n, c) => n * controls[c].texts.length + positions[c], 0)]];
    const nodes = [...view.childNodes];
    return {
      // Where the ring is in a state, as far as it moves, and which sliders move it: what was chosen
      // stays chosen.
      sides: places.map(({ what }) => what),
      free: [...new Set(places.flatMap(({ which }) => which))].filter((c) => controls[c].slides),
      placeAt: (positions) => Object.fromEntries(places.map((change) => [change.what, +valueIn(change, positions)])),
      show: (state, withTable) => {
        if (nodes[0].parentNode !== view) view.replaceChildren(...nodes);
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
      },
      // What comes now has elements of its own: these stay as they are.
      leave: () => view.replaceChildren(...nodes.map((node) => node.cloneNode(true))),
    };
  };

  // Somebody who answers later: one question at a time; of those that wait, only the newest counts.
  const makeAsked = (view, ask, say) => {
    let wanted = null, asked = "", answering = null, isLeft = false;
    const work = async () => {
      try {
        while (wanted && !isLeft) {
          const state = wanted;
          wanted = null;
          const { seen, texts } = await ask(state);
          if (isLeft) return;
          morph(view, seen);
          if (texts) say(texts, state);
        }
      } finally { answering = null; }
    };
    return {
      show: (state) => {
        if (String(state) === asked) return answering;
        asked = String(wanted = state);
        // Who ends it hands in another source.
        answering ??= work().catch(() => {});
        return answering;
      },
      leave: () => { isLeft = true; },
    };
  };

  // Make one tree as another one, and keep of it what is the same: what a hand holds stays.
  const morph = (old, now) => {
    if (old.nodeName !== now.nodeName) return old.replaceWith(now);
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== now.data) old.data = now.data;
      return;
    }
    for (const { name } of [...old.attributes])
      if (name !== "open" && !now.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of now.attributes)
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.nodeName === "INPUT") old.checked = old.defaultChecked;
    const [from, to] = [[...old.childNodes], [...now.childNodes]];
    to.forEach((node, i) => from[i] ? morph(from[i], node) : old.append(node));
    from.slice(to.length).forEach((node) => node.remove());
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

  // The ring in a picture has a place in each state: a hand that drags it picks the nearest, or one
  // between two states where there is one.
  const makeDraggable = (view, controls, { sides, free, placeAt }, now, show) => {
    let hand = null, shift = {};
    const ring = () => view.querySelector(".explore-ring");
    const inDrawing = ({ clientX, clientY }) =>
      new DOMPoint(clientX, clientY).matrixTransform(ring().ownerSVGElement.getScreenCTM().inverse());
    const withAt = (positions, c, at) => positions.map((old, i) => i === c ? at : old);
    // How far a ring goes with a step of one slider.
    const way = (positions, c, step) => {
      const at = positions[c] + step;
      if (!(at in controls[c].texts)) return null;
      const [from, to] = [placeAt(positions), placeAt(withAt(positions, c, at))];
      return sides.map((side) => to[side] - from[side]);
    };
    view.addEventListener("pointerdown", (event) => {
      hand = null;
      if (!event.target.closest(".explore-ring")) return;
      event.preventDefault();  // WebKit would select the text that the hand passes
      view.setPointerCapture(event.pointerId);
      const point = inDrawing(event);
      hand = { cx: ring().getAttribute("cx") - point.x, cy: ring().getAttribute("cy") - point.y };
      for (const c of free) controls[c].fields[0].step = 1 / controls[c].finer;
    });
    view.addEventListener("pointermove", (event) => {
      if (!hand || !ring() || !view.hasPointerCapture(event.pointerId)) return;
      const point = inDrawing(event), state = now();
      const to = { cx: point.x + hand.cx - (shift.cx ?? 0), cy: point.y + hand.cy - (shift.cy ?? 0) };
      // Where several states share a place, the one that moves the fewest controls.
      const cost = (positions) => {
        const place = placeAt(positions);
        return Math.hypot(...sides.map((side) => place[side] - to[side])) + positions.filter((at, c) => at !== state[c]).length / 100;
      };
      const reachable = free.reduce((states, c) => states.flatMap(
        (positions) => controls[c].texts.map((_, at) => withAt(positions, c, at))), [state.map(Math.round)]);
      const costs = reachable.map(cost), nearest = reachable[costs.indexOf(Math.min(...costs))];
      const place = placeAt(nearest), positions = [...nearest];
      let left = sides.map((side) => to[side] - place[side]);
      for (const c of free) if (controls[c].finer > 1)
        for (const step of [-1, 1]) {
          const along = way(nearest, c, step);
          const part = along && left.reduce((sum, x, i) => sum + x * along[i], 0) / along.reduce((sum, x) => sum + x * x, 0);
          if (!(part > 0)) continue;
          const stop = Math.round(Math.min(part, 1) * controls[c].finer) / controls[c].finer;
          positions[c] += step * stop;
          left = left.map((x, i) => x - stop * along[i]);
        }
      if (positions.some((at, c) => at !== state[c])) show(positions);
    });
    // A picture may have its ring elsewhere than the build knew: it stays as far off.
    return (positions) => {
      const base = positions.map(Math.floor), place = placeAt(base);
      sides.forEach((side, i) => {
        const between = positions.reduce((sum, at, c) => sum + (at > base[c] ? (at - base[c]) * way(base, c, 1)[i] : 0), 0);
        shift[side] = ring() ? ring().getAttribute(side) - place[side] - between : 0;
      });
    };
  };

  const follow = () => {
    // Who sent the address may have encoded it once more.
    const { hash } = location, plain = hash.includes("?") ? hash : hash.replace(/%3[BDF]|%26/gi, (code) => decodeURIComponent(code));
    const parts = new Map(plain.slice(1).split(";").map((part) => part.split("?")));
    const values = (link) => parts.get(link.slice(1));
    // Back at an entry that was here, what it does not name is as at first; a link to a section leaves all as it is.
    if (history.state?.explored) {
      named = [];
      for (const [link, show] of links) if (values(link) === undefined) show();
    } else mark();
    for (const part of [...parts.keys()].reverse()) {
      const link = `#${part}`;
      if (values(link) !== undefined) links.get(link)?.(new URLSearchParams(values(link)));
    }
  };
  addEventListener("explore-source", ({ target, detail }) => {
    if (!panels.has(target)) start(target, detail.data);
    panels.get(target)(detail);
  });
  const startAll = () => {
    document.querySelectorAll(".explore[data-controls]").forEach((root) => start(root));
    follow();
    addEventListener("hashchange", follow);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
