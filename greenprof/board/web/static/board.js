"use strict";
// Every page is complete without this script.
document.documentElement.classList.add("scripted");

// Times in the time of who looks.
const told = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
function tellTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = told.format(moment);
  }
}
tellTimes(document);

// An invite's key comes in the part of the address that is never sent; it leaves the address at once.
const key = document.querySelector("[data-from-address]");
if (key && location.hash.length > 1) {
  key.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;

// The ranking changes by itself, and can be paused.
const region = document.querySelector("[data-live]");
if (region && "EventSource" in window) {
  const state = document.querySelector("[data-live-state]");
  const pause = document.querySelector("[data-live-pause]");
  let source = null;
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  const show = (html) => {
    const held = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const open = [...region.querySelectorAll("details")].map((part) => part.open);
    region.innerHTML = html;
    region.querySelectorAll("details").forEach((part, number) => { part.open = Boolean(open[number]); });
    tellTimes(region);
    if (held) region.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  };
  const begin = () => {
    source = new EventSource(region.dataset.live);
    source.addEventListener("open", () => say(state.dataset.on));
    source.addEventListener("error", () => say(state.dataset.lost));
    source.addEventListener("changed", (event) => show(event.data));
    pause.textContent = pause.dataset.pause;
  };
  pause.addEventListener("click", () => {
    if (!source) { begin(); return; }
    source.close();
    source = null;
    say(state.dataset.off);
    pause.textContent = pause.dataset.resume;
  });
  begin();
}

// A submission that waits for its judge: its page is loaded again when something has changed, and only then.
const waiting = document.querySelector("[data-refresh]");
if (waiting) {
  let before = null;
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.refresh);
      const { state } = await answer.json();
      if (before !== null && state !== before) location.reload();
      before = state;
    } catch { /* the board is away for a moment */ }
  };
  look();
  setInterval(() => { if (document.visibilityState === "visible") look(); }, 2000);
}
