// Tables of lines and functions: sorted by a column, filtered by a word, the first rows or all of them.
for (const whole of document.querySelectorAll(".sortable")) {
  const table = whole.querySelector("table");
  const body = table.tBodies[0];
  const rest = whole.querySelector(".rest");
  if (rest) {
    body.append(...rest.querySelectorAll("tbody tr"));
    rest.remove();
  }
  const open = Number(whole.dataset.open);
  const input = whole.querySelector("input");
  const button = whole.querySelector(".tools button");
  const status = whole.querySelector("[role=status]");
  let rows = Array.from(body.rows, (element) => ({ element, text: element.textContent.toLowerCase() }));

  function show() {
    const wanted = input.value.trim().toLowerCase();
    const all = wanted !== "" || !button || button.getAttribute("aria-pressed") === "true";
    let number = 0;
    let share = 0;
    for (const row of rows) {
      const match = row.text.includes(wanted);
      row.element.hidden = !match;
      if (!match) continue;
      number += 1;
      share += Number(row.element.dataset.share);
      row.element.classList.toggle("beyond", !all && number > open);
    }
    const values = { number: numeral(number), all: numeral(rows.length), noun: whole.dataset.noun, share: `${numeral(100 * share, 1)} %` };
    const found = share > 0 ? _("{number} of {all} {noun}, their own share together {share}", values) : _("{number} of {all} {noun}", values);
    status.textContent = wanted === "" ? "" : found;
  }

  // Numbers begin with the largest, words with A; what is unknown comes last either way.
  function sort(column, heading, numeric) {
    const before = heading.getAttribute("aria-sort");
    const descending = before === null ? numeric : before === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const value = ({ element }) => {
      const cell = element.cells[column];
      return numeric ? cell.dataset.v : cell.textContent;
    };
    const order = (a, b) => (numeric ? Number(a) - Number(b) : a.localeCompare(b, language, { numeric: true }));
    rows = rows.map((row) => [value(row), row]).sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === "");
      return descending ? order(b, a) : order(a, b);
    }).map(([, row]) => row);
    body.append(...rows.map((row) => row.element));
    show();
  }

  if (!input) continue;
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const numeric = body.rows[0].cells[column].dataset.v !== undefined;
    const sorter = document.createElement("button");
    sorter.type = "button";
    sorter.className = "sorter";
    sorter.append(...heading.childNodes);
    heading.append(sorter);
    sorter.addEventListener("click", () => sort(column, heading, numeric));
  });
  input.addEventListener("input", show);
  if (button) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
  show();
}
