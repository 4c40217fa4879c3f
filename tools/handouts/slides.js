// Turns slides by keys and buttons, and opens a window with the speaker's notes.
(() => {
  "use strict";
  const slides = [...document.querySelectorAll(".slide")];
  const nav = document.querySelector("nav");
  let now = 0;
  let speaker = null;

  // The slide in the middle of the window, wherever keys, fingers or links have led.
  const middle = () =>
    slides.findIndex((slide) => slide.getBoundingClientRect().bottom > innerHeight / 2);

  const arrive = (to) => {
    now = to;
    nav.querySelector("output").textContent = `${now + 1} / ${slides.length}`;
    if (location.hash !== `#${slides[now].id}`) history.replaceState(null, "", `#${slides[now].id}`);
    tell();
  };

  const turn = (to) => {
    const next = Math.max(0, Math.min(slides.length - 1, to));
    slides[next].scrollIntoView({ block: "center", behavior: "instant" });
    arrive(next);
  };

  // The text of a slide is as large as nothing is cut off, also with an option of the quiz open.
  const fit = (slide) => {
    const boxes = [...slide.querySelectorAll(".body, .beside > div")];
    const folds = [...slide.querySelectorAll("details:not(.code)")];
    const overflows = () => boxes.some((box) => box.scrollHeight > box.clientHeight + 1);
    const ever = () => overflows() || folds.some((fold) => {
      fold.open = true;
      const over = overflows();
      fold.open = false;
      return over;
    });
    const body = boxes[0];
    const largest = body.matches(".beside, .title *") ? 100 : 124;
    for (let size = largest; size >= 60; size -= 4) {
      body.style.fontSize = `${size}%`;
      if (!ever()) return;
    }
  };

  // The window of the speaker is written from here: so it works from a file too.
  const openNotes = () => {
    if (speaker && !speaker.closed) return speaker.focus();
    speaker = open("", "notes", "width=640,height=560");
    if (!speaker) return;
    const page = speaker.document;
    page.title = "Speaker's notes";
    page.body.innerHTML = "<p><b id=time></b> <span id=place></span></p><h1></h1><div></div><p id=next></p>";
    page.body.style.cssText = "font: 20px/1.5 system-ui, sans-serif; margin: 1em";
    const start = Date.now();
    speaker.setInterval(() => {
      const seconds = Math.floor((Date.now() - start) / 1000);
      page.getElementById("time").textContent =
        `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }, 500);
    page.onkeydown = press;
    tell();
  };

  const titleOf = (slide) => slide ? slide.querySelector("h1, h2").textContent : "the end";
  const tell = () => {
    if (!speaker || speaker.closed) return;
    const page = speaker.document;
    const notes = document.getElementById(`notes-${slides[now].dataset.part}`);
    page.querySelector("h1").textContent = titleOf(slides[now]);
    page.querySelector("div").innerHTML = notes ? notes.innerHTML : "";
    page.getElementById("place").textContent = `slide ${now + 1} of ${slides.length}`;
    page.getElementById("next").textContent = `Next: ${titleOf(slides[now + 1])}`;
  };

  // First the answer to the question of the picture, then the next slide.
  const forward = () => {
    const answer = slides[now].querySelector(".answer:not([open])");
    if (answer) answer.open = true;
    else turn(now + 1);
  };

  const actions = {
    ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": forward,
    ArrowLeft: () => turn(now - 1), ArrowUp: () => turn(now - 1), PageUp: () => turn(now - 1),
    Home: () => turn(0), End: () => turn(slides.length - 1),
    Escape: () => {
      document.activeElement.blur();
      slides[now].querySelector(".code[open]")?.removeAttribute("open");
    },
    n: openNotes,
    d: () => {
      const root = document.documentElement;
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    },
  };

  const press = (event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
    // These keys are a control's own, until Escape leaves it.
    if (event.key !== "Escape" && event.target.closest("input, select")) return;
    if (event.key === " " && event.target.closest("summary, button")) return;
    event.preventDefault();
    action();
  };

  document.addEventListener("keydown", press);
  nav.addEventListener("click", (event) => actions[event.target.dataset.key]?.());
  addEventListener("scroll", () => arrive(middle()));
  addEventListener("beforeprint", () =>
    document.querySelectorAll(".answer").forEach((answer) => { answer.open = true; }));
  document.getElementById(location.hash.slice(1).split("?")[0])?.scrollIntoView({ block: "center" });
  arrive(middle());
  nav.hidden = false;
  document.fonts.ready.then(() => slides.forEach(fit));
})();
