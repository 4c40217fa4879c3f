// Reads through the text of all sections (PAGES, by search_sections.py) for what is asked, as it is typed.
(() => {
  const [field, results] = [document.querySelector(".bd-search-container input"), document.querySelector("#search-results")];
  const SHOWN = 40, EACH = 3, LONG = 320;

  // One writing for all ways to write a thing: QKᵀ, QK^T and q @ k.T; W_Q and Wq; √d_k and sqrt(d_k); -ise and -ize.
  const plain = (text) => text.replace(/ᵀ|\.T\b|\^\{?\s*\\?(?:top|intercal|T|⊤)\b\}?/gi, "^t").normalize("NFKC").toLowerCase()
    .replace(/\\?sqrt\s*[({]?|√\s*\(?/g, " √").replace(/\\[a-z]+/g, " ")
    .replace(/\b([a-z])\s*[·*@]?\s*(?=[a-z]\^t)/g, "$1").replace(/\b([a-z])\s*[·@]\s*(?=[a-z]\b)/g, "$1")
    .replace(/\^t/g, "t").replace(/(?<![a-z\d])([a-z])_\{?(?=[a-z\d])/g, "$1")
    .replace(/(?<=[a-z]{2})our/g, "or").replace(/is(e[ds]?|ing|ations?)\b/g, "iz$1").replace(/ll(ed|ing)\b/g, "l$1").replace(/grey/g, "gray");
  const stem = (word) => (word.length > 3 ? word.replace(/ies$/, "y").replace(/(?<=[^su])s$/, "") : word);
  const words = (text) => (plain(text).match(/√?[\p{L}\d]+/gu) ?? []).flatMap((word) => (word[0] === "√" ? [word, word.slice(1)] : [stem(word)]));
  const COMMON = new Set("a an and are as at by do for from how in is it of on or than that the this to what when where which who why with".split(" "));
  const asked = (text) => { const all = words(text), rare = all.filter((word) => !COMMON.has(word)); return rare.length ? rare : all; };

  // Each word's places in a section, once for all searches.
  const sections = PAGES.flatMap(([address, weight, found]) => found.map(([anchor, heading, text, term], place) => {
    const counts = new Map();
    for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return { address, weight, page: found[0][1], anchor, heading, text, term, first: place === 0, counts, head: words(heading) };
  }));
  const known = new Map();
  for (const { counts, head } of sections) for (const word of new Set([...counts.keys(), ...head])) known.set(word, (known.get(word) ?? 0) + 1);

  // Whether a word of the text is the one asked, or begins with it; one of two letters is a symbol.
  const begins = (other, word) => other === word || (word.length > 2 || word[0] === "√") && other.startsWith(word);

  // How well a section has a word, whole or as a beginning; a heading counts more, most that of a page or a term.
  function fit(section, word) {
    const rare = Math.log(1 + sections.length / (known.get(word) ?? 1));
    let best = 0;
    for (const [other, count] of section.counts)
      if (begins(other, word)) best = Math.max(best, (other === word ? 1 : .5) * rare * count / (count + 2));
    for (const other of section.head)
      if (begins(other, word)) best = Math.max(best, (other === word ? 1 : .7) * rare * (section.first || section.term ? 4 : 2) / Math.sqrt(1 + section.head.length / 3));
    return best;
  }

  function find(wanted) {
    const ranked = sections.map((section) => {
      const fits = wanted.map((word) => fit(section, word));
      const term = section.term ? section.head.join(" ") : "", phrase = wanted.join(" ");
      const named = term === phrase ? 99 : term.startsWith(phrase) ? 9 : 0;
      return { section, all: fits.every(Boolean), score: (fits.reduce((sum, value) => sum + value, 0) + named) * section.weight };
    }).filter(({ score }) => score > 0);
    const complete = ranked.filter(({ all }) => all), found = complete.length ? complete : ranked;
    // A page that says it in many sections is about it.
    const pages = new Map();
    for (const { section: { address }, score } of found) pages.set(address, (pages.get(address) ?? 0) + score);
    const most = Math.max(...pages.values());
    for (const one of found) one.score *= 1 + pages.get(one.section.address) / most;
    return found.sort((a, b) => b.score - a.score);
  }

  // How many letters must change, go, come or change places.
  function apart(a, b) {
    let [before, row] = [[], [...Array(b.length + 1).keys()]];
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
        if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, row] = [row, next];
    }
    return row[b.length];
  }

  // The word of the book that somebody may have meant who wrote one that it does not have.
  function meant(word) {
    if (word.length < 4 || [...known.keys()].some((other) => other.startsWith(word))) return word;
    const near = [...known].map(([other, count]) => [apart(word, other), -count, other]).filter(([far]) => far <= (word.length > 6 ? 2 : 1));
    return near.length ? near.sort((a, b) => a[0] - b[0] || a[1] - b[1])[0][2] : word;
  }

  // The text from the sentence that has most of the words on.
  function excerpt(text, wanted) {
    const sentences = text.match(/.+?(?:[.?!:](?=\s)|$)\s*/g) ?? [];
    const hits = sentences.map((sentence) => { const own = words(sentence); return wanted.filter((word) => own.some((other) => begins(other, word))).length; });
    const start = Math.max(0, hits.indexOf(Math.max(...hits)));
    const found = sentences.slice(start).join("");
    return found.length > LONG ? found.slice(0, LONG).replace(/\s\S*$/, " …") : found;
  }

  const make = (name, attributes, ...children) => { const made = Object.assign(document.createElement(name), attributes); made.append(...children); return made; };
  const marked = (text, wanted) => text.split(/([\s,;:()]+)/).map((piece) => {
    const own = words(piece);
    return own.length && own.some((word) => wanted.some((other) => begins(word, other))) ? make("mark", {}, piece) : piece;
  });
  const item = ({ section }, wanted) => make("li", {},
    make("a", { href: section.first ? section.address : `${section.address}#${section.anchor}` }, section.first ? section.page : section.heading),
    section.first ? "" : make("span", { className: "search-page" }, ` ${section.page}`),
    make("p", { className: "context" }, ...marked(excerpt(section.text, wanted), wanted)));

  function show() {
    const query = field.value.trim(), wanted = asked(query), near = wanted.map(meant);
    const found = find(near), seen = new Map();
    const few = found.filter(({ section: { address } }) => { seen.set(address, (seen.get(address) ?? 0) + 1); return seen.get(address) <= EACH; });
    const summary = found.length ? `${found.length} ${found.length === 1 ? "section" : "sections"} found.` : query ? "Nothing found. Try fewer or other words." : "";
    results.replaceChildren(make("p", { className: "search-summary" }, summary));
    results.firstChild.setAttribute("role", "status");
    if (found.length && near.join() !== wanted.join())
      results.append(make("p", { className: "search-meant" }, `Nothing has “${query}”. This is for `, make("strong", {}, near.join(" ")), "."));
    results.append(make("ul", {}, ...few.slice(0, SHOWN).map((one) => item(one, near))));
  }

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", show);
  show();
})();
