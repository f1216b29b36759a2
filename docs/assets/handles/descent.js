// Descent on a quadratic loss at the rate that the reader chooses: path, loss by step, factors of the two distances.
export function draw(values, { make, svg, text, drawing }) {
  const { hessian: [[a, b], [, c]], best, start, floor, rate, largest, steps, names, ranges } = values;
  const mean = (a + c) / 2, root = Math.hypot((a - c) / 2, b), curvatures = [mean - root, mean + root];
  const angle = (Math.atan2(2 * b, a - c) / 2) * (180 / Math.PI) + 90; // of the flat direction
  const loss = ([x, y]) => floor + (a * x * x + 2 * b * x * y + c * y * y) / 2;
  const run = rate => { // distances to the best
    const path = [[start[0] - best[0], start[1] - best[1]]];
    for (let step = 0; step < steps; step++) {
      const [x, y] = path.at(-1);
      path.push([x - rate * (a * x + b * y), y - rate * (b * x + c * y)]);
    }
    return path;
  };

  const [[left, right], [low, high]] = ranges, unit = 300 / (right - left), height = unit * (high - low);
  const place = ([x, y]) => [(best[0] + x - left) * unit, (high - best[1] - y) * unit];
  const [cx, cy] = place([0, 0]), plane = drawing(height + 20, "The path of the parameters over the loss");
  const inside = svg("svg", { width: 300, height, viewBox: `0 0 300 ${height}` });
  for (const level of [0.1, 0.5, 2, 8, 32, 128]) {
    const [rx, ry] = curvatures.map(curvature => Math.sqrt((2 * level) / curvature) * unit);
    inside.append(svg("ellipse", { cx, cy, rx, ry, transform: `rotate(${-angle} ${cx} ${cy})`, class: "faint" }));
  }
  const path = svg("polyline", { class: "line" }), dots = svg("g", { class: "dots" });
  inside.append(path, dots, svg("circle", { cx, cy, r: 5, class: "goal" }), text(cx + 8, cy + 4, "best", "start"));
  plane.append(inside, text(150, height + 15, `${names[0]} across, ${names[1]} up`));

  const across = step => 34 + (step / steps) * 261, up = loss => 115 - Math.log10(loss) * 35;
  const curve = drawing(180, "The loss by step");
  const losses = svg("polyline", { class: "line" }), frame = svg("svg", { width: 300, height: 155 }, losses); // it may leave
  for (const tick of [0.1, 1, 10, 100, 1000])
    curve.append(svg("path", { d: `M34 ${up(tick)}H295`, class: "faint" }), text(31, up(tick) + 4, tick, "end"));
  curve.append(svg("path", { d: `M34 ${up(floor)}H295`, class: "floor" }), frame, text(160, 172, `loss by step, 0 to ${steps}`));

  const along = factor => 150 + Math.max(-1.6, Math.min(1.6, factor)) * 85;
  const axis = drawing(62, "The factors of a step in two directions"), marks = curvatures.map(() => svg("circle", { cy: 20, r: 6, class: "mark" }));
  axis.append(svg("path", { d: `M${along(-1)} 20H${along(1)}`, class: "band" }), svg("path", { d: "M10 20H290", class: "faint" }));
  for (const tick of [-1, 0, 1]) axis.append(text(along(tick), 44, `${tick}`.replace("-", "−")));
  axis.append(...marks, text(150, 59, "factors of a step; outside the band it diverges"));

  const slider = make("input", { type: "range", min: 0, max: largest, step: largest / 160, value: rate, ariaLabel: "Learning rate" });
  const told = make("output", {}), minus = number => number.toFixed(2).replace("-", "−");
  const show = () => {
    const points = run(+slider.value), seen = points.map(place).filter(xy => xy.every(value => Math.abs(value) < 1e4));
    path.setAttribute("points", seen.join(" "));
    dots.replaceChildren(...seen.map(([cx, cy]) => svg("circle", { cx, cy, r: 2.2 })));
    const all = points.map(loss);
    losses.setAttribute("points", all.map((loss, step) => [across(step), up(loss)]).join(" "));
    const factors = curvatures.map(curvature => 1 - slider.value * curvature);
    factors.forEach((factor, place) => marks[place].setAttribute("cx", along(factor)));
    const last = all.at(-1);
    slider.ariaValueText = told.textContent = `rate ${(+slider.value).toFixed(3)}: factors ${
      factors.map(minus).join(" and ")}, loss after ${steps} steps ${last < 1e4 ? last.toFixed(2) : last.toExponential(1)}`;
  };
  slider.addEventListener("input", show);
  show();
  return [make("p", {}, slider, told), plane, make("div", {}, curve, axis)];
}
