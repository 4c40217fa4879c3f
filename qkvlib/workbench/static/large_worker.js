// A large file for Python, in the worker: fetched in pieces, each by its hash, kept by the browser
// where it can be. What has come stays, so that a second try goes on where the first one ended.
"use strict";
const written = new Set();  // pieces that Python's disk has
let fetching = null;

const tellLarge = (what) => tell({ large: what });
self.haltLarge = () => fetching?.abort();

// A store of its own: pages without Python need nothing of it. `why` there is none, if there is none.
const openStore = async () => {
  try { return { store: await caches.open("workbench large") }; } catch ({ message }) { return { why: message }; }
};

// One buffer for all pieces: what each brings of its own would lie about for a while.
const readInto = async (buffer, { body }) => {
  const reader = body.getReader();
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (size + part.value.length > buffer.length) break;  // it is another file
    buffer.set(part.value, size);
    size += part.value.length;
  }
  return buffer.subarray(0, size);
};
// A browser that checks what it fetches holds all of it in memory; so it is checked here. Without a
// secure connection it cannot be: then Python finds out what is wrong, but not where.
const isRight = async (data, { size, sha256 }) => {
  if (!crypto.subtle) return data.length === size;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
};
// What comes goes through the store, so that it is in memory once.
const fetchPiece = async (kept, url, signal) => {
  if (kept.store) {
    const response = await fetch(url, { signal, cache: "no-store" });  // it is kept once
    try {
      await kept.store.put(url, response);
      return await kept.store.match(url);
    } catch ({ message }) { Object.assign(kept, { store: null, why: message }); }  // the disk is full
  }
  return fetch(url, { signal });
};
const getPiece = async (kept, url, piece, buffer, signal) => {
  for (const find of [() => kept.store?.match(url), () => fetchPiece(kept, url, signal)]) {
    const found = await find();
    const data = found && await readInto(buffer, found);
    signal.throwIfAborted();
    if (data && await isRight(data, piece)) return data;
    if (data) await kept.store?.delete(url);
  }
  throw new Error(`${piece.name} is another file than is meant`);
};

// Gives what makes the file of use, or nothing if it did not come whole.
const fetchLarge = async (address) => {
  const { signal } = fetching = new AbortController();
  let done = 0, size = 0;
  try {
    const list = await (await fetch(address, { signal })).json(), kept = await openStore();
    const path = `/large/${list.file}`, folder = new URL(".", address).href;
    const buffer = new Uint8Array(Math.max(...list.pieces.map((piece) => piece.size)));
    size = list.size;
    python.FS.mkdirTree("/large");
    if (!written.size) {
      python.FS.writeFile(path, "");
      python.FS.truncate(path, size);  // once, not again with each piece
    }
    const stream = python.FS.open(path, "r+");
    try {
      for (const piece of list.pieces) {
        if (!written.has(piece.name)) {
          tellLarge({ done, size });
          const data = await getPiece(kept, folder + piece.name, piece, buffer, signal);
          python.FS.write(stream, data, 0, data.length, done);
          written.add(piece.name);
        }
        done += piece.size;
      }
    } finally { python.FS.close(stream); }
    // Pieces of an older edition of this very book.
    const names = new Set(list.pieces.map(({ name }) => folder + name));
    for (const { url } of await kept.store?.keys() ?? [])
      if (url.startsWith(folder) && !names.has(url)) await kept.store.delete(url);
    return { then: list.then, isKept: Boolean(kept.store), why: kept.why };
  } catch (error) {
    tellLarge(signal.aborted ? { stopped: true, done, size } : { failed: error.message });
  } finally { fetching = null; }
};
const unpackLarge = (got) => {
  if (!got) return;  // what was wrong is said
  tellLarge({ unpacking: true });
  try {
    python.runPython(got.then, { globals: python.toPy({ checked: Boolean(crypto.subtle) }) });
    tellLarge({ ready: true, ...got });
  } catch (error) {
    written.clear();  // all anew
    tellLarge({ failed: error.message.trim().split("\n").pop() });
  }
  loaded();  // the list is there without a network, too
};
