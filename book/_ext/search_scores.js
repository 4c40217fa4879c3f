// The order of search results: the glossary's entry, the chapter of that name, other chapters, the rest.
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: {0: 15, 1: 5, 2: -5}, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2, // so far Sphinx's own
  score: ([page, title, , , score]) => {
    if (!/^book\/\d\d_/.test(page)) return score;
    const asked = new URLSearchParams(location.search).get("q").toLowerCase().match(/[\p{L}\d_]+/gu);
    const name = title.toLowerCase().split(":")[0];
    return score + 3 + 12 * (asked ?? []).some((word) => word.length > 3 && name.includes(word));
  },
};
