// Answers that are chosen, one `<details name>` of several, stay chosen.
const makeChoices = () => {
  const groups = new Map();
  for (const fold of document.querySelectorAll("article details[name]")) {
    const name = fold.getAttribute("name");
    groups.set(name, [...groups.get(name) ?? [], fold]);
  }
  const all = [...groups.values()].map((folds) => {
    // A question has no id: what it says stands for it.
    const said = folds.map((fold) => fold.querySelector("summary").textContent).join("\n");
    return { id: `choice/${hashOf(said)}`, folds };
  });
  for (const { id, folds } of all)
    folds.forEach((fold, place) => fold.addEventListener("toggle", () => {
      const chosen = keep.get(id)?.chosen;
      if (fold.open && chosen !== place) keep.set(id, { chosen: place });
      if (!fold.open && chosen === place) keep.set(id, null);
    }));
  return {
    ids: all.map(({ id }) => id),
    load: () => all.forEach(({ id, folds }) => {
      const chosen = keep.get(id)?.chosen;
      folds.forEach((fold, place) => { fold.open = place === chosen; });
    }),
  };
};
