// The call tree: a function's row opens and closes the rows of what it called.
for (const whole of document.querySelectorAll(".calltree")) {
  const rows = Array.from(whole.querySelectorAll("tbody tr"), (element) => ({
    element,
    parent: Number(element.dataset.parent),
    twist: element.querySelector(".twist"),
    open: element.querySelector(".twist[aria-expanded=true]") !== null,
    seen: true,
  }));

  function show() {
    for (const row of rows) {
      const caller = rows[row.parent]; // callers come first
      row.seen = !caller || (caller.seen && caller.open);
      row.element.hidden = !row.seen;
      if (row.twist) row.twist.setAttribute("aria-expanded", String(row.open));
    }
  }

  const places = new Map(rows.filter((row) => row.twist).map((row) => [row.twist, row]));
  whole.addEventListener("click", (event) => {
    const row = places.get(event.target.closest(".twist"));
    if (!row) return;
    row.open = !row.open;
    show();
  });
  document.getElementById("branches").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    for (const row of rows) row.open = button.dataset.open === "1";
    show();
  });
  show();
}
