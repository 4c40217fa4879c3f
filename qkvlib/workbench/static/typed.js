// Numbers that are typed into fields: another way to write a cell's code, judged by what the page holds.
const readNumber = (typed) => {
  const plain = typed.replace(/−/g, "-").replace(/ /g, "").replace(/(\d),(?=\d{3}(?!\d))/g, "$1").replace(",", ".");
  const parts = plain.split("/"), [over, under = 1] = parts;
  const isRead = parts.length < 3 && parts.every((part) => /^-?\d*\.?\d+$/.test(part));
  return isRead && Number(under) ? over / under : NaN;
};
const judgeTyped = (fields, numbers) => {
  for (const [place, [label, answer, within, mistakes]] of fields.entries()) {
    const number = numbers[place], is = (other) => Math.abs(number - other) <= within + 1e-9;
    if (is(answer)) continue;
    const named = mistakes.find(([wrong]) => is(wrong))?.[1];
    return `${label}: ${isNaN(number) ? "type a number." : named ?? (number > answer ? "too large." : "too small.")}`;
  }
  return "";
};

const makeTyped = (cell, { changed, right }) => {
  const box = cell.root.querySelector(".typed");
  if (!box) return;
  const { call, praise, fields } = JSON.parse(box.querySelector("script").textContent);
  const form = box.querySelector("form"), said = box.querySelector(".typed-said"), inputs = [...form.querySelectorAll("input")];
  const numbers = () => inputs.map(({ value }) => readNumber(value));
  const asCode = () => {
    const given = numbers().map((number) => isNaN(number) ? "None" : String(+number.toPrecision(12)));
    return given.every((one) => one === "None") ? cell.original : `${call}(${given.join(", ")})`;
  };
  const say = () => {
    const wrong = judgeTyped(fields, numbers()), isEmpty = inputs.every(({ value }) => !value.trim());
    said.textContent = isEmpty ? "" : wrong ? `✗ ${wrong}` : `✓ ${praise}`;
    box.dataset.state = wrong ? "" : "right";
    return !wrong;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    cell.write(asCode());
    changed(cell);
    if (say()) right(cell);
  });
  // As the page opens, or its text came from elsewhere: what the code says stands in the fields.
  cell.fill = () => {
    const given = cell.text === cell.original ? [] : cell.text.match(/\(([^)]*)\)/)?.[1].split(",") ?? [];
    inputs.forEach((input, place) => {
      const number = readNumber(given[place] ?? "");
      if (readNumber(input.value) !== number) input.value = isNaN(number) ? "" : number;
    });
    say();
  };
  cell.root.classList.add("wb-typed");
  form.hidden = false;
};
