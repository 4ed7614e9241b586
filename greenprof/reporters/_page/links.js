// A link into a closed part opens it. Paper shows every part but tables that repeat a picture
// (data), and what is too long for paper (unprinted).
function openTarget() {
  const name = location.hash.slice(1);
  const target = name && document.getElementById(name);
  if (!target) return;
  const part = target.closest("details");
  for (let outer = part; outer; outer = outer.parentElement.closest("details")) outer.open = true;
  const hidden = target.hidden;
  if (hidden) target.dispatchEvent(new Event("unfold", { bubbles: true })); // whoever hid it shows it
  if (part || hidden) target.scrollIntoView({ block: part === target ? "start" : "center" });
}
window.addEventListener("hashchange", openTarget);
openTarget();
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = Array.from(document.querySelectorAll("details:not([open], .data, .unprinted)"));
  for (const part of opened) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of opened) part.open = false;
});
