// Power over time: pointing at a span, or moving to it with the keyboard, says what ran in it.
for (const chart of document.querySelectorAll("#watts")) {
  const spans = Array.from(chart.querySelectorAll(".span"), (box) => {
    const title = box.querySelector("title");
    const [time, watts, ...ran] = title.textContent.split("\n");
    title.remove(); // it would cover the picture; the words stand below it now
    return { left: parseFloat(box.getAttribute("x")), width: parseFloat(box.getAttribute("width")), time, watts, ran };
  });
  const pictures = Array.from(document.querySelectorAll(".spans"), (figure) => {
    const plot = figure.querySelector("svg.plot");
    const marker = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    marker.setAttribute("class", "marker");
    marker.setAttribute("height", "100%");
    (plot.querySelector("svg.room") || plot).append(marker);
    return { plot, marker, readout: figure.querySelector(".readout") };
  });
  const peak = Number(chart.dataset.peak);
  let current = peak;

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function show(number) {
    current = Math.max(0, Math.min(spans.length - 1, number));
    const span = spans[current];
    for (const { plot, marker, readout } of pictures) {
      marker.setAttribute("x", `${span.left}%`);
      marker.setAttribute("width", `${span.width}%`);
      plot.setAttribute("aria-valuenow", String(current + 1));
      plot.setAttribute("aria-valuetext", [span.time, span.watts, ...span.ran].join("; "));
      const list = document.createElement("ul");
      list.append(...span.ran.map((line) => element("li", line)));
      const head = element("p", "");
      head.append(element("strong", span.time), `${current === peak ? `, ${_("the program's peak")}` : ""}: ${span.watts}`);
      const hint = element("p", _("Point at another span, or go there with the arrow keys."));
      hint.className = "hint";
      readout.replaceChildren(head, list, hint);
    }
  }

  for (const { plot } of pictures) {
    const name = plot.getAttribute("aria-label");
    for (const [attribute, value] of Object.entries({
      role: "slider", tabindex: "0", "aria-orientation": "horizontal",
      "aria-label": `${_("Span of the run.")} ${name}`, "aria-valuemin": "1", "aria-valuemax": String(spans.length),
    })) plot.setAttribute(attribute, value);
    const keys = {
      ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -spans.length, End: spans.length,
    };
    plot.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
      event.preventDefault();
      show(current + keys[event.key]);
    });
    const point = (event) => {
      const { left, width } = plot.getBoundingClientRect();
      const at = (100 * (event.clientX - left)) / width;
      show(spans.findLastIndex((span) => span.left <= at));
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
  }
  show(peak);
}
