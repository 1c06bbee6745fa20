"use strict";
// Keeps the page itself at hand. What it knows of permits is never answered from here.
const KEPT = "permitbot-gate", PARTS = ["/gate", "/gate/gate.js", "/gate/gate_law.js", "/gate/gate.css"];
self.addEventListener("install", event => event.waitUntil(
  caches.open(KEPT).then(kept => kept.addAll(PARTS)).then(() => self.skipWaiting())));
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
const asked = async request => {
  const kept = await caches.open(KEPT), path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(3000) });
    if (answer.ok) await kept.put(path, answer.clone());
    return answer;
  } catch (away) {
    return (await kept.match(path)) || Response.error();
  }
};
self.addEventListener("fetch", event => {
  if (event.request.method === "GET" && PARTS.includes(new URL(event.request.url).pathname)) event.respondWith(asked(event.request));
});
