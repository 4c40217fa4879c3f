// Back to the book's own text, on this page or everywhere, and back again; along, and back from there.
const makeFoot = ({ add, pageIds, reload, along }) => {
  const carried = element("p", { class: "wb-carried", role: "status" });
  const carry = (name) => async () => {
    try {
      carried.textContent = await along(name);
    } catch (why) { carried.textContent = why.message ?? why; }
  };
  const line = element("p", { class: "wb-kept" });
  const offer = (words, act) => line.append(button(words, "link", act), " ");
  const reset = (words, ids) => () => {
    const back = keep.forget(ids());
    reload();
    line.replaceChildren(`${words} `);
    offer("Undo", () => { back(); reload(); rest(); });
  };
  const isSafari = /^(?!.*(chrome|android)).*safari/i.test(navigator.userAgent);
  const rest = () => {
    const where = isSafari ? "this browser, which forgets it after seven days without a visit" : "this browser";
    line.replaceChildren(keep.lasts ? `What you write is kept in ${where}. `
      : "This browser keeps nothing here: what you write is gone when you leave the page. ");
    if (!keep.lasts) return;
    offer("Reset this page", reset("This page is as the book has it.", pageIds));
    offer("Reset everything", reset("Every page is as the book has it.", keep.ids));
  };
  rest();
  return element("div", { class: "wb-foot" }, button("Add a cell of your own", "add", () => add()), " ",
    button("Take it with you", "take", carry("take")), " ", button("Bring it back", "bring", carry("bring")), carried, line);
};
