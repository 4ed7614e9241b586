// Findings: found by a word, a rule, a severity or a file, sorted, and copied as Markdown.
for (const tools of document.querySelectorAll("#findings-tools")) {
  const list = document.querySelector("ol.findings");
  const open = Number(tools.dataset.open);
  const filter = document.getElementById("findings-filter");
  const all = document.getElementById("findings-all");
  const order = document.getElementById("findings-order");
  const status = tools.querySelector("[role=status]");
  const choices = Array.from(tools.querySelectorAll("select[data-by]"));
  let items = Array.from(list.children, (element, rank) => ({
    element,
    rank,
    rule: Number(element.dataset.rule),
    file: Number(element.dataset.file),
    line: Number(element.querySelector(".place").textContent.match(/:(\d+)[^:]*$/)?.[1] ?? 0),
    executions: Number(element.dataset.executions || -1),
    text: element.textContent.toLowerCase(),
    shown: true,
  }));

  const matches = () => items.filter((item) => item.match);

  function show() {
    const wanted = filter.value.trim().toLowerCase();
    const chosen = choices.filter((choice) => choice.value !== "");
    const everything = all.getAttribute("aria-pressed") === "true";
    let number = 0;
    for (const item of items) {
      item.match = item.text.includes(wanted) && chosen.every((choice) => item.element.dataset[choice.dataset.by] === choice.value);
      number += item.match;
      const shown = item.match && (everything || number <= open);
      if (shown !== item.shown) item.element.hidden = !shown;
      item.shown = shown;
    }
    const seen = everything ? number : Math.min(open, number);
    all.hidden = !everything && number <= open;
    all.textContent = everything ? _("Show the first only") : _("Show all {number}", { number: numeral(number) });
    const values = { seen: numeral(seen), number: numeral(number), all: numeral(items.length) };
    status.textContent = number < items.length ? _("{seen} of {number} shown, {all} in all", values) : _("{seen} of {number} shown", values);
  }

  function sort() {
    const by = {
      rank: (a, b) => a.rank - b.rank,
      executions: (a, b) => b.executions - a.executions || a.rank - b.rank,
      rule: (a, b) => a.rule - b.rule || a.rank - b.rank,
      file: (a, b) => a.file - b.file || a.line - b.line,
    };
    items.sort(by[order.value]);
    list.append(...items.map((item) => item.element));
    show();
  }

  // Code in Markdown stands between more backticks than it has itself.
  function code(text, block) {
    const longest = Math.max(block ? 2 : 0, ...(text.match(/`+/g) || []).map((ticks) => ticks.length));
    const fence = "`".repeat(longest + 1);
    return block ? `${fence}${block}\n${text}\n${fence}` : `${fence} ${text} ${fence}`;
  }

  const textOf = (element, selector) => (element.querySelector(selector)?.textContent ?? "").trim();

  function markdown({ element }) {
    const share = textOf(element, ".share");
    const parts = [
      `**${textOf(element, ".joules")}**${share && ` (${share})`} ${_("{rule} at {place}", { rule: code(textOf(element, ".rule")), place: code(textOf(element, ".place")) })}`,
      code(textOf(element, ".message")),
    ];
    const source = textOf(element, "pre.source");
    const words = textOf(element, "p.fix");
    const facts = Array.from(element.querySelectorAll(".facts span"), (fact) => fact.textContent).join("; ");
    if (source) parts.push(code(source, "python"));
    parts.push(code(words ? `${facts}. ${words}` : facts));
    const diff = element.querySelector("pre.diff");
    if (diff) parts.push(code(diff.textContent.trimEnd(), "diff"));
    return parts.join("\n\n");
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // An older browser, or one that trusts no page from disk.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  filter.addEventListener("input", show);
  for (const choice of choices) choice.addEventListener("change", show);
  if (order) order.addEventListener("change", sort);
  all.addEventListener("click", () => {
    all.setAttribute("aria-pressed", String(all.getAttribute("aria-pressed") !== "true"));
    show();
  });
  document.getElementById("findings-copy").addEventListener("click", async (event) => {
    const chosen = matches();
    await copy(chosen.map(markdown).join("\n\n---\n\n") + "\n");
    event.target.focus();
    const values = { number: numeral(chosen.length) };
    status.textContent = chosen.length === 1 ? _("{number} finding copied", values) : _("{number} findings copied", values);
  });
  // A link to a finding that is filtered away shows it again.
  list.addEventListener("unfold", (event) => {
    const item = items.find(({ element }) => element === event.target);
    if (!item || item.shown) return;
    if (!item.match) {
      filter.value = "";
      for (const choice of choices) choice.value = "";
      show();
    }
    if (!item.shown) all.click();
  });
  show();
}
