// A key splits in three; the reader gives one of them to each of two draws, and sees the numbers of both.
export function draw({ draws, users }, { make, svg, text, drawing }) {
  const keys = Object.keys(draws), chosen = [0, 1], x = place => 50 + place * 100;
  const tree = drawing(190, "Which key each draw gets"), lines = users.map(() => svg("path", { class: "line" }));
  const node = (cx, cy, label) => [
    svg("rect", { x: cx - 40, y: cy - 13, width: 80, height: 26, rx: 6, class: "node" }), text(cx, cy + 4, label),
  ];
  for (const place of keys.keys()) tree.append(svg("path", { d: `M150 33L${x(place)} 67`, class: "faint" }));
  tree.append(...lines, ...node(150, 20, "key"), ...keys.flatMap((key, place) => node(x(place), 80, key)));
  tree.append(...users.flatMap((user, place) => node(100 + 100 * place, 165, user)));

  const cloud = drawing(230, "The numbers of the two draws"), dots = svg("g", { class: "dots" });
  const across = value => 155 + value * 40, down = value => 105 - value * 33;
  cloud.append(svg("path", { d: "M25 105H285M155 5V205", class: "faint" }), dots,
    text(155, 224, `${users[1]} (up) against ${users[0]} (across)`));

  const told = make("output", {});
  const buttons = users.map((user, who) => make("p", { role: "group", ariaLabel: `Key for ${user}` }, `${user}: `,
    ...keys.map((key, place) => {
      const button = make("button", { type: "button", textContent: key });
      button.addEventListener("click", () => {
        chosen[who] = place;
        show();
      });
      return button;
    })));
  const correlation = (one, other) => {
    const centred = [one, other].map(all => all.map(value => value - all.reduce((sum, each) => sum + each) / all.length));
    const dot = (u, v) => u.reduce((sum, value, place) => sum + value * v[place], 0), [u, v] = centred;
    return dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v));
  };
  const show = () => {
    const [one, other] = chosen.map(place => draws[keys[place]]), reused = chosen[0] == chosen[1];
    chosen.forEach((place, who) => {
      lines[who].setAttribute("d", `M${x(place)} 93L${100 + 100 * who} 152`);
      lines[who].classList.toggle("bad", reused);
      buttons[who].querySelectorAll("button").forEach((button, other) => (button.ariaPressed = other == place));
    });
    dots.replaceChildren(...one.map((value, place) => svg("circle", { cx: across(value), cy: down(other[place]), r: 2.6 })));
    dots.classList.toggle("bad", reused);
    const r = correlation(one, other).toFixed(2).replace("-", "−");
    told.textContent = reused
      ? `Both draw with ${keys[chosen[0]]}: the same numbers, correlation ${r}. Nothing fails.`
      : `Two keys, two draws: correlation ${r}.`;
  };
  show();
  return [...buttons, make("p", {}, told), tree, cloud];
}
