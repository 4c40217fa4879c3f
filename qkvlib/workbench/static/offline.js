// Gives what a page that ran Python was made of, and Python, where there is no network.
"use strict";
const opened = () => caches.open(`workbench ${registration.scope}`);
// What has another name when it is another thing: what others give by its version, ours by its hash.
const isFixed = (url) => !url.startsWith(registration.scope) || /-[0-9a-f]{8}[./]/.test(url);

const answer = async (request) => {
  const get = async () => (await opened()).match(request, { ignoreVary: true });
  if (isFixed(request.url)) return await get() ?? fetch(request);
  try {
    return await fetch(request);
  } catch (why) {
    const kept = await get();
    if (kept) return kept;
    throw why;
  }
};
// What a page was made of, once it runs, and all that Python may be made of. Where there is more, the
// book has a new edition: what was kept of the old one goes, its pages too, which name what is gone.
const keep = async ({ used, known }) => {
  const kept = await opened(), had = new Set((await kept.keys()).map(({ url }) => url));
  if ([...had].some((url) => isFixed(url) && !known.includes(url))) {
    const old = [...had].filter((url) => !known.includes(url));
    await Promise.all(old.map((url) => (had.delete(url), kept.delete(url))));
  }
  const wanted = new Set(used.filter((url) => url.startsWith("http")));
  for (const url of wanted) if (!had.has(url) || !isFixed(url)) await kept.add(url).catch(({ message }) => console.info(`${url}: ${message}`));
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith("http")) event.respondWith(answer(event.request));
});
addEventListener("message", (event) => event.waitUntil(keep(event.data)));
