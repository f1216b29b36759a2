// A drawing whose parts say what code they are of, as snippets/drawing.py names them in its SVG: `of-NUMBER-PLACE-CODE`. What
// follows ` | ` in CODE is of an output. Parts of the same code are one step; a part is lit, and its code, where the reader
// points, touches or walks, in the drawing or in the code.
const MARGIN = 3; // points around a part, in which one points at it

// Where a text has a piece, as ranges: within words it does not count.
function rangesIn(block, piece) {
  const edge = (look, sign) => (/\w/.test(sign) ? look : "");
  const quoted = piece.replace(/[^\w\s]/g, "\\$&");
  const pattern = new RegExp(edge("(?<!\\w)", piece[0]) + quoted + edge("(?!\\w)", piece.at(-1)), "g");
  const nodes = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) {
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  const place = (range, side, at) => {
    const [from, node] = nodes.findLast(([from]) => from < at || !from);
    range[side](node, at - from);
  };
  return [...text.matchAll(pattern)].map(({ index }) => {
    const range = document.createRange();
    place(range, "setEnd", index + piece.length);
    place(range, "setStart", index);
    return range;
  });
}

// The places of code in the nearest listing above a figure that has it, and of what follows in the nearest output.
function placesOf(code, figure) {
  const above = selector => [...document.querySelectorAll(`article ${selector}`)].reverse().filter(block =>
    !block.closest("details") && block.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING);
  const blocks = [above(".highlight code"), above(".output pre")];
  return code.split(" | ").flatMap((piece, place) => {
    for (const block of blocks[Math.min(place, 1)]) {
      const ranges = rangesIn(block, piece);
      if (ranges.length) return ranges;
    }
    return [];
  });
}

// A drawing that knows both palettes follows the one of the page. An id of it is of its own shadow.
function inside(host, svg) {
  const style = svg.querySelector("style"), colours = {};
  for (const [, name, colour] of style.textContent.matchAll(/--(\w+):([^;]+)/g)) (colours[name] ??= []).push(colour);
  style.textContent = `:host { ${Object.entries(colours).map(([name, [light, dark]]) =>
    `--${name}: light-dark(${light}, ${dark ?? light})`).join("; ")} }
    svg { display: block; width: 100%; height: auto } [id^=axes] > g { transition: opacity .15s }
    .on [id^=axes] > g:not(.lit) { opacity: .25 } .on .lit text { font-weight: bold }`;
  svg.ariaHidden = "true"; // the host says what it shows
  host.attachShadow({ mode: "open" }).append(svg);
}

// The steps of a drawing: its code, the groups of its parts, the box of each part, the places in code and outputs.
function stepsOf(svg, figure) {
  const parts = {}, steps = new Map();
  for (const group of svg.querySelectorAll("[id^=of-]")) {
    const [, number, code] = group.id.match(/^of-(\d+)-\d+-?(.*)$/), part = (parts[number] ??= { groups: [] });
    part.groups.push(group);
    if (code) part.code = decodeURIComponent(code);
  }
  for (const { code, groups } of Object.values(parts)) { // by their numbers
    if (!steps.has(code)) steps.set(code, { code, groups: [], boxes: [], ranges: placesOf(code, figure) });
    const step = steps.get(code), all = groups.map(group => group.getBBox());
    const [left, top] = ["x", "y"].map(side => Math.min(...all.map(box => box[side])));
    const right = Math.max(...all.map(box => box.x + box.width)), bottom = Math.max(...all.map(box => box.y + box.height));
    step.groups.push(...groups);
    step.boxes.push({ left: left - MARGIN, top: top - MARGIN, right: right + MARGIN, bottom: bottom + MARGIN });
  }
  return [...steps.values()];
}

// Which step has the smallest of its boxes around a place; -1 without one.
function at(steps, boxesOf, x, y) {
  let found = -1, least = Infinity;
  for (const [place, step] of steps.entries()) for (const { left, top, right, bottom } of boxesOf(step)) {
    const size = (right - left) * (bottom - top);
    if (left <= x && x <= right && top <= y && y <= bottom && size < least) [found, least] = [place, size];
  }
  return found;
}

export async function tie(figure, make, guard) {
  const image = figure.querySelector("img"), response = await fetch(image.src);
  if (!response.ok) throw new Error(`${image.src}: ${response.status}`);
  const svg = document.importNode(new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement, true);
  const host = make("div", { className: "tied", role: "img", ariaLabel: image.alt });
  inside(host, svg);
  const area = make("div", { className: "tied", role: "slider", tabIndex: 0, ariaLabel: "Parts of the drawing" });
  const [width, height] = ["width", "height"].map(side => image.getAttribute(side));
  area.style.aspectRatio = `${width} / ${height}`;
  host.style.maxWidth = area.style.maxWidth = `${width}px`;
  const said = make("span", { role: "status" });
  const [back, on] = [["Previous part", "\u25c2", -1], ["Next part", "\u25b8", 1]].map(([ariaLabel, textContent, by]) => {
    const button = make("button", { type: "button", ariaLabel, title: ariaLabel, textContent });
    button.addEventListener("click", guard(() => walk(chosen + by, true)));
    return button;
  });
  figure.querySelector("figcaption").before(host, area, make("p", { className: "steps" }, back, on, said));
  figure.classList.add("live");

  const steps = stepsOf(svg, figure), many = steps.length, lights = globalThis.Highlight && CSS.highlights;
  if (lights && !lights.has("tie")) lights.set("tie", new Highlight());
  let chosen = -1, lit = -1; // what the reader walked to, and what is lit: that, or what is pointed at
  const light = (place, force) => {
    if (place == lit && !force) return;
    for (const step of steps) {
      const is = step == steps[place];
      for (const group of step.groups) group.classList.toggle("lit", is);
      for (const range of step.ranges) lights?.get("tie")[is ? "add" : "delete"](range);
    }
    lit = place;
    svg.classList.toggle("on", place >= 0);
    const pieces = steps[place]?.code.split(" | ").flatMap(textContent => [" ", make("code", { textContent })]);
    said.replaceChildren(...(pieces ? [`${place + 1} of ${many}:`, ...pieces] : [`${many} parts, each with its code`]));
    Object.assign(area, { ariaValueMin: 0, ariaValueMax: many, ariaValueNow: place + 1, ariaValueText: said.textContent });
  };
  // Behind the last part the whole drawing is seen, and before the first.
  const walk = (place, aloud = false) => {
    said.ariaLive = aloud ? "polite" : "off"; // what has the focus says its value itself
    chosen = (place + 1 + many + 1) % (many + 1) - 1;
    light(chosen);
  };
  const inDrawing = ({ clientX, clientY }) => {
    const { left, top, width } = area.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / width;
    return at(steps, step => step.boxes, (clientX - left) * scale, (clientY - top) * scale);
  };
  const inCode = ({ clientX, clientY }) => at(steps, step => step.ranges.flatMap(range => [...range.getClientRects()]), clientX, clientY);
  const listen = (place, find, press) => {
    place.addEventListener("pointermove", guard(event => {
      const found = find(event);
      if (place == area) area.style.cursor = found < 0 ? "zoom-in" : "pointer";
      if (event.pointerType != "touch") {
        said.ariaLive = "off";
        light(found < 0 ? chosen : found);
      }
    }));
    place.addEventListener("pointerleave", guard(() => light(chosen)));
    place.addEventListener("click", guard(event => press(find(event), event)));
  };
  listen(area, inDrawing, found => {
    if (found < 0) figure.querySelector("button").click(); // which enlarges it
    else walk(found == chosen ? -1 : found);
  });
  for (const block of new Set(steps.flatMap(step => step.ranges.map(range => range.startContainer.parentElement.closest("code, pre")))))
    listen(block, inCode, (found, event) => {
      if (event.pointerType == "touch") walk(found);
    });
  area.addEventListener("keydown", guard(event => {
    const to = { ArrowRight: chosen + 1, ArrowDown: chosen + 1, ArrowLeft: chosen - 1, ArrowUp: chosen - 1, Home: 0, End: many - 1, Escape: -1 };
    if (!(event.key in to)) return;
    event.preventDefault();
    walk(to[event.key]);
  }));
  light(-1, true);
}
