// What a reader wrote, kept in this browser: an entry for each cell, by the book's id and the cell's.
// An entry belongs to the text that the cell had: {of: its hash, text, other, passed}.
const hashOf = (text) => {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  return (hash >>> 0).toString(36);
};

const openKeep = (book) => {
  const prefix = `workbench/${book}/`, memory = new Map();
  const inMemory = {
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => { memory.set(key, value); },
    removeItem: (key) => { memory.delete(key); },
    keys: () => [...memory.keys()],
  };
  let store = inMemory;
  try {
    // Private windows, frames of learning platforms and full disks refuse.
    // And a page may have put something in its place that keeps nothing.
    Storage.prototype.setItem.call(localStorage, prefix, "");
    localStorage.removeItem(prefix);
    store = localStorage;
  } catch { /* Everything runs all the same; the page says that nothing will be kept. */ }
  const allKeys = () => store === inMemory ? inMemory.keys() : Object.keys(store);
  const read = (value) => {
    try { return JSON.parse(value); } catch { return null; }
  };
  const keep = {
    get lasts() { return store !== inMemory; },
    get: (id) => read(store.getItem(prefix + id)),
    set: (id, entry) => {
      if (!entry) return store.removeItem(prefix + id);
      try {
        store.setItem(prefix + id, JSON.stringify(entry));
      } catch {  // it is full: go on with what there is, for this page only
        for (const key of allKeys()) memory.set(key, store.getItem(key));
        store = inMemory;
        keep.set(id, entry);
      }
    },
    ids: () => allKeys().filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
    // What another tab writes.
    listen: (heard) => addEventListener("storage", ({ key, newValue }) => {
      if (key?.startsWith(prefix)) heard(key.slice(prefix.length), read(newValue));
    }),
    // Forget entries; gives what brings them back.
    forget: (ids) => {
      const old = ids.map((id) => [id, keep.get(id)]);
      for (const id of ids) keep.set(id, null);
      return () => { for (const [id, entry] of old) keep.set(id, entry); };
    },
  };
  return keep;
};
