// Colors of code while it is edited, in Pygments' own classes: what a beginner's Python is made of.
const PARTS = [
  ["c1", "#.*"],
  ["s2", String.raw`(?:\b[rbfuRBFU]{1,2})?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)`],
  ["mi", String.raw`\b\d[\w.]*`],
  ["kc", String.raw`\b(?:None|True|False)\b`],
  ["ow", String.raw`\b(?:and|in|is|not|or)\b`],
  ["k", String.raw`\b(?:as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|lambda|nonlocal|pass|raise|return|try|while|with|yield)\b`],
  ["nb", String.raw`\b(?:abs|all|any|bool|dict|enumerate|float|int|len|list|map|max|min|print|range|round|set|sorted|str|sum|tuple|type|zip)\b`],
  ["n", String.raw`[^\W\d]\w*`],
  ["o", String.raw`[-+*/%@&|^~<>=!]+`],
];
const PART = new RegExp(PARTS.map(([, pattern]) => `(${pattern})`).join("|"), "g");

const colored = (text) => {
  const made = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(PART)) {
    made.append(text.slice(end, found.index));
    const kind = PARTS[found.slice(1).findIndex((part) => part !== undefined)][0];
    made.append(element("span", { class: kind }, found[0]));
    end = found.index + found[0].length;
  }
  // A last line that is empty has a height too.
  made.append(text.slice(end), "\n");
  return made;
};
