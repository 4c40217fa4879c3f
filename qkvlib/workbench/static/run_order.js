// Which cells run, and what is out of date. A cell has `text`, `original`, `kind`, and `ran`, null or
// {text, turn, since}: with which text, in which turn, and since which turn with that text.
const isOwn = ({ kind }) => kind === "exercise" || kind === "scratch";
const isChanged = ({ text, original }) => text !== original;
const above = (cells, cell) => cells.slice(0, cells.indexOf(cell));

// A cell above has another text than when this one ran.
const isStale = (cells, cell) => Boolean(cell.ran) && above(cells, cell).some(
  (other) => other.kind === "cell" && other.ran && other.ran.since > cell.ran.turn);

const needsRun = (cells, cell) => !cell.ran || cell.ran.text !== cell.text || isStale(cells, cell);

// What runs before a cell: all above, never a solution, and of exercises what is written.
const runBefore = (cells, cell) => {
  let renewed = false;  // what comes after it is out of date, if it has run
  return above(cells, cell).filter((other) => {
    if (other.kind === "solution" || isOwn(other) && !isChanged(other)) return false;
    const runs = renewed || needsRun(cells, other);
    if (other.kind === "cell" && runs) renewed ||= other.ran?.text !== other.text;
    return runs;
  });
};

// Whether a cell gives what the book shows below it: here and above all is the book's.
const isBooks = (cells, cell) => !isChanged(cell) && above(cells, cell).every(
  (other) => other.kind === "cell" ? !isChanged(other) : !other.ran || other.ran.text === other.original);

const noteRun = (cell, text, turn) => {
  cell.ran = { text, turn, since: cell.ran?.text === text ? cell.ran.since : turn };
};
