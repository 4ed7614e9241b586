// Zoom, search and keyboard for the flame graph. Without this script the whole tree is still drawn.
const tree = document.getElementById("tree");
if (tree) {
  const boxes = Array.from(tree.querySelectorAll("g"), (element, order) => ({
    element,
    order,
    frame: element.querySelector("svg"),
    left: Number(element.dataset.left),
    width: Number(element.dataset.width),
    parent: Number(element.dataset.parent),
    level: Number(element.getAttribute("aria-level")),
  }));
  const places = new Map(boxes.map((box) => [box.element, box]));
  const whole = document.getElementById("whole");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const detail = document.querySelector("#detail span");
  const source = document.getElementById("detail-source");
  const rowHeight = Number(boxes[0].frame.getAttribute("height"));
  const worthARow = 0.1;
  const narrow = 32; // pixels: a box with no room for a word has none
  let zoomed = 1;
  let current = boxes[0];

  function describe(box) {
    detail.textContent = box.element.getAttribute("aria-label");
    source.hidden = !box.element.dataset.to;
    if (box.element.dataset.to) source.href = `#${box.element.dataset.to}`;
  }

  const percent = (part) => `${(100 * part).toFixed(3)}%`;

  function isCallerOf(box, other) {
    for (let at = other; at; at = boxes[at.parent]) if (at === box) return true;
    return false;
  }

  // As high as the levels that fill a tenth of the width, what was found and what is in focus: no blank below thin stacks.
  function fit() {
    const covered = new Map();
    const pixels = tree.clientWidth;
    let levels = 1;
    for (const box of shown()) {
      box.element.classList.toggle("narrow", (Math.min(1, box.width / zoomed)) * pixels < narrow);
      const width = (covered.get(box.level) || 0) + Math.min(1, box.width / zoomed);
      covered.set(box.level, width);
      if (width >= worthARow || box.match || box === current) levels = Math.max(levels, box.level);
    }
    tree.setAttribute("height", String(rowHeight * levels));
  }

  function zoom(target) {
    const left = target ? target.left : 0;
    const width = target ? target.width : 1;
    for (const box of boxes) {
      const inside = !target || isCallerOf(target, box);
      const above = !inside && isCallerOf(box, target);
      box.element.classList.toggle("away", !inside && !above);
      box.frame.setAttribute("x", above ? "0%" : percent((box.left - left) / width));
      box.frame.setAttribute("width", above ? "100%" : percent(box.width / width));
    }
    whole.disabled = !target;
    zoomed = width;
    fit();
  }

  function move(box) {
    if (!box || box.element.classList.contains("away")) return;
    current.element.tabIndex = -1;
    current = box;
    current.element.tabIndex = 0;
    fit();
    current.element.focus();
  }

  const shown = () => boxes.filter((box) => !box.element.classList.contains("away"));
  const children = (box) => boxes.filter((other) => other.parent === box.order);
  const beside = (box, step) => {
    const level = shown().filter((other) => other.level === box.level);
    return level[level.indexOf(box) + step];
  };
  const keys = {
    ArrowDown: () => move(children(current)[0]),
    ArrowUp: () => move(boxes[current.parent]),
    ArrowRight: () => move(beside(current, 1)),
    ArrowLeft: () => move(beside(current, -1)),
    Home: () => move(shown()[0]),
    End: () => move(shown().at(-1)),
    Enter: () => zoom(current),
    " ": () => zoom(current),
    Escape: () => zoom(null),
  };

  window.addEventListener("resize", fit);
  fit();
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  tree.addEventListener("click", (event) => {
    const box = places.get(event.target.closest("g"));
    if (box) {
      zoom(box);
      move(box);
    }
  });
  tree.addEventListener("focusin", (event) => {
    current.element.tabIndex = -1;
    current = places.get(event.target.closest("g"));
    current.element.tabIndex = 0;
    describe(current);
  });
  tree.addEventListener("pointerover", (event) => {
    const box = places.get(event.target.closest("g"));
    if (box) describe(box);
  });
  tree.addEventListener("pointerleave", () => describe(current));
  whole.addEventListener("click", () => {
    zoom(null);
    move(boxes[0]);
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    let number = 0;
    let share = 0;
    for (const box of boxes) {
      const match = wanted !== "" && box.element.getAttribute("aria-label").toLowerCase().includes(wanted);
      box.match = match;
      box.element.classList.toggle("found", match);
      if (!match) continue;
      number += 1;
      let caller = boxes[box.parent];
      while (caller && !caller.match) caller = boxes[caller.parent];
      if (!caller) share += box.width;
    }
    fit();
    found.textContent = wanted === "" ? "" : _("{number} found, together {share}", { number: numeral(number), share: `${numeral(100 * share, 1)} %` });
  });
}
