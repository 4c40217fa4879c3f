// HTML that comes out of a cell, without script, without events, without any other address.
const TAGS = new Set(`a abbr b bdi blockquote br button caption cite code col colgroup dd del details div dl dt em
  fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd label legend li mark meter ol optgroup
  option output p pre progress q s samp section select small span strong style sub summary sup table tbody td
  tfoot th thead time tr u ul var wbr
  circle clippath defs desc ellipse g image line lineargradient marker mask path pattern polygon polyline
  radialgradient rect stop svg symbol text textpath title tspan use
  math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle
  msub msubsup msup mtable mtd mtext mtr munder munderover semantics`.split(/\s+/));
const ADDRESSES = new Set(["href", "xlink:href", "src"]);
const NAMES = new Set(["id", "for", "name", "aria-labelledby", "aria-describedby", "aria-controls", "headers"]);
const REFUSED = /^(on|form|action$|srcset|srcdoc|ping$|target$|popover|command|background$|poster$|data$|formaction)/;
// A style may point into its own picture, and nowhere else.
const OUTSIDE = /@import|expression\(|image-set\(|image\(|src\(|url\((?!\s*["']?#)/i;
// A style may write its letters as numbers, and comments between them.
const unescaped = (text) => text.replace(/\/\*[^]*?\*\//g, "").replace(/\\([0-9a-f]{1,6})?\s?/gi,
  (all, code) => code ? String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)) : "");
let shown = 0;

// Its names begin with the prefix, so that they are found by nothing else on the page.
const sanitized = (html, prefix = `out${++shown}-`) => {
  const { body } = new DOMParser().parseFromString(`<body>${html}`, "text/html");
  for (const node of [...body.querySelectorAll("*")]) {
    if (!TAGS.has(node.localName.toLowerCase())) {
      node.remove();
      continue;
    }
    if (node.localName === "style" && OUTSIDE.test(unescaped(node.textContent))) node.remove();
    for (const { name, value } of [...node.attributes]) {
      const plain = name.toLowerCase(), clean = unescaped(value).trim();
      if (REFUSED.test(plain)) node.removeAttribute(name);
      else if (ADDRESSES.has(plain)) {
        if (clean.startsWith("#")) node.setAttribute(name, `#${prefix}${clean.slice(1)}`);
        else if (node.localName === "a" || !/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(clean))
          node.removeAttribute(name);
      } else if (NAMES.has(plain)) node.setAttribute(name, clean.replace(/\S+/g, `${prefix}$&`));
      else if (OUTSIDE.test(clean)) node.removeAttribute(name);
      else if (clean.includes("url(")) node.setAttribute(name, value.replace(/url\((["']?)#/g, `url($1#${prefix}`));
    }
  }
  return [...body.childNodes];
};
