// A link into a closed part opens it. Paper shows every part but the tables that repeat a picture.
function openTarget() {
  const name = location.hash.slice(1);
  const target = name && document.getElementById(name);
  const part = target && target.closest("details");
  if (!part) return;
  for (let outer = part; outer; outer = outer.parentElement.closest("details")) outer.open = true;
  if (target.hidden) target.closest("tbody").dispatchEvent(new Event("unfold"));
  target.scrollIntoView({ block: "center" });
}
window.addEventListener("hashchange", openTarget);
openTarget();
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = Array.from(document.querySelectorAll("details:not([open], .data)"));
  for (const part of opened) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of opened) part.open = false;
});
