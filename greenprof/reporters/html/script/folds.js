// Long stretches of source without a sample are folded.
for (const cold of document.querySelectorAll("tbody.cold")) {
  const row = cold.insertRow(0);
  row.className = "cut";
  const cell = row.insertCell();
  cell.colSpan = cold.rows[1].cells.length;
  const lines = Array.from(cold.rows).slice(1);
  const button = document.createElement("button");
  button.type = "button";
  const unfold = (open) => {
    for (const line of lines) line.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.textContent = _("{number} lines without a sample", { number: numeral(lines.length) });
  button.addEventListener("click", () => unfold(button.getAttribute("aria-expanded") !== "true"));
  cold.addEventListener("unfold", () => unfold(true)); // a link into it bubbles up to here
  cell.append(button);
  unfold(false);
}
