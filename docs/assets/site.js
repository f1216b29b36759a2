// What the reader has seen and done, in this browser only: {seen: {path: 1}, done: {exercise: 1}}.
const course = { seen: {}, done: {}, ...(__md_get("course") || {}) };
const path = link => new URL(link.href).pathname;
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

document$.subscribe(() => {
  // What Material's templates lack for a screen reader: names of the search and of the message "Copied to clipboard".
  document.querySelector(".md-search").ariaLabel = "Search";
  document.querySelector(".md-search-result__list").role = "list";
  document.querySelector(".md-dialog__inner").role = "status";
  const quiet = () => {
    for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.role = "none";
  };
  new MutationObserver(quiet).observe(document.querySelector("article"), { childList: true, subtree: true });
  quiet();
  // Menu and search are labels, which a keyboard does not reach: buttons in them are.
  for (const label of document.querySelectorAll(".md-header__button:is([for=__drawer], [for=__search])")) {
    const button = make("button", { type: "button", ariaLabel: label.htmlFor == "__drawer" ? "Menu" : "Search" });
    button.append(...label.childNodes);
    button.addEventListener("click", () => document.getElementById(label.htmlFor).click());
    label.append(button);
  }
  const drawer = document.getElementById("__drawer");
  document.addEventListener("keydown", event => {
    if (event.key != "Escape" || !drawer.checked) return;
    drawer.click();
    document.querySelector("[for=__drawer] > button").focus();
  });
  palette();
  progress();
  folds();
  frames();
  search();
});

// The palette is that of the system until the reader chooses; partials/javascripts/palette.html has `dark` and `paint`.
function palette() {
  const button = document.querySelector(".palette");
  const bar = make("meta", { name: "theme-color" }); // of a phone's browser
  const ways = ["", "light", "dark"];
  const next = () => ways[(ways.indexOf(__md_get("palette") || "") + 1) % ways.length];
  const show = () => {
    paint();
    button.title = button.ariaLabel = `Switch to the ${next() || "system's"} palette`;
    bar.content = getComputedStyle(document.body).backgroundColor;
  };
  document.head.append(bar);
  button.addEventListener("click", () => {
    __md_set("palette", next());
    show();
  });
  dark.addEventListener("change", show);
  show();
}

function progress() {
  const save = () => __md_set("course", course);
  if (document.querySelector(".where")) {
    course.seen[location.pathname] = 1;
    save();
  }
  const cards = [...document.querySelectorAll(".where a, .cards a")];
  for (const link of cards) link.classList.toggle("seen", path(link) in course.seen);
  // On the front page: the first page that is still to be read, after one that was.
  const way = document.querySelector(".continue");
  const next = cards.find((link, place) => place && !(path(link) in course.seen) && path(cards[place - 1]) in course.seen);
  if (way && next) {
    Object.assign(way.firstElementChild, { href: next.href, textContent: next.textContent });
    way.classList.add("known");
  }
  for (const exercise of document.querySelectorAll(".exercise")) {
    const id = exercise.dataset.exercise;
    const box = make("input", { type: "checkbox", checked: id in course.done });
    box.addEventListener("change", () => {
      if (box.checked) course.done[id] = 1;
      else delete course.done[id];
      save();
    });
    exercise.querySelector(".exercise-kind")?.append(make("label", {}, box, " Done"));
  }
  for (const link of document.querySelectorAll('td a[href*="#exercise-"]'))
    if (link.hash.replace("#exercise-", "") in course.done) link.closest("tr").classList.add("done");
}

function folds() {
  const answers = [...document.querySelectorAll("summary")]
    .filter(summary => summary.textContent.startsWith("Answer")).map(summary => summary.parentElement);
  const panel = document.querySelector(".run-it");
  if (!panel || !answers.length) return;
  const button = make("button", { type: "button", className: "answers", textContent: "Open all answers" });
  button.addEventListener("click", () => {
    const open = button.textContent.startsWith("Open");
    for (const answer of answers) answer.open = open;
    button.textContent = open ? "Close all answers" : "Open all answers";
  });
  panel.firstElementChild.append(button);
}

// Figures of one cell that differ in one value: one at a time, under a slider.
function frames() {
  for (const row of document.querySelectorAll(".frames")) {
    const figures = [...row.querySelectorAll("figure")];
    if (!figures.length) continue; // an author's own box of this name
    const slider = make("input", { type: "range", max: figures.length - 1, value: 0, ariaLabel: "Choose a figure" });
    const label = make("span", { ariaHidden: "true" }); // the slider says it
    const show = () => {
      figures.forEach((figure, place) => figure.classList.toggle("away", place != slider.value));
      label.textContent = slider.ariaValueText = figures[slider.value].dataset.frame;
    };
    slider.addEventListener("input", show);
    row.prepend(make("p", {}, slider, label));
    row.classList.add("live");
    show();
  }
}

// A formula is copied as its LaTeX.
document.addEventListener("copy", event => {
  const selection = getSelection();
  if (!selection.rangeCount) return;
  const copied = selection.getRangeAt(0).cloneContents();
  const formulas = copied.querySelectorAll("math");
  if (!formulas.length) return;
  for (const math of formulas) {
    const latex = math.querySelector("annotation")?.textContent;
    if (latex) math.replaceWith(math.getAttribute("display") == "block" ? `$$${latex}$$` : `$${latex}$`);
  }
  const shown = make("div", { className: "copied" }, copied);
  document.body.append(shown); // innerText needs a drawn element
  event.clipboardData.setData("text/plain", shown.innerText);
  shown.remove();
  event.preventDefault();
});

// A search that finds nothing tries the nearest words that the site has, one letter away, and says so.
function search() {
  const input = document.querySelector(".md-search__input");
  const meta = document.querySelector(".md-search-result__meta");
  let words, asked, tried; // words: how often each stands in the index, and how it is written
  const read = async () => {
    const index = await (await fetch(new URL("search/search_index.json", __md_scope))).json();
    words = new Map();
    for (const { title, text } of index.docs)
      for (const [word] of `${title} ${text.replace(/<[^>]*>/g, " ")}`.matchAll(/[A-Za-z]{4,}/g)) {
        const known = words.get(word.toLowerCase()) || { count: 0, spelled: word.toLowerCase() };
        if (/[a-z][A-Z]/.test(word)) known.spelled = word; // which the index has in its parts
        known.count++;
        words.set(word.toLowerCase(), known);
      }
  };
  const near = (one, other) => {
    let start = 0, end = 0;
    const least = Math.min(one.length, other.length);
    while (start < least && one[start] == other[start]) start++;
    while (end < least - start && one.at(-1 - end) == other.at(-1 - end)) end++;
    const [a, b] = [one, other].map(word => word.slice(start, word.length - end));
    return (a.length <= 1 && b.length <= 1) || (a.length == 2 && a == [...b].reverse().join(""));
  };
  const nearest = word => {
    if (word.length < 4) return word;
    const key = words.has(word) ? word : [...words.keys()].filter(other => near(word, other))
      .sort((one, other) => words.get(other).count - words.get(one).count)[0];
    return key ? words.get(key).spelled : word;
  };
  const link = (page, text) => make("a", { href: new URL(page, __md_scope), textContent: text });
  const help = async () => {
    const now = input.value.trim().toLowerCase();
    if (!now || !meta.textContent.trim().startsWith("No matching")) {
      if (tried && now == asked && !meta.querySelector("em"))
        meta.append(" for ", make("em", { textContent: tried }), `: no page has “${now}”`);
      return;
    }
    if (!words) await read();
    const better = now.split(/\s+/).map(nearest).join(" ");
    if (input.value.trim().toLowerCase() != now) return;
    if (better != now) {
      if (asked == now) return;
      [asked, tried] = [now, better];
      const typed = input.value;
      input.value = better;
      input.dispatchEvent(new Event("keyup"));
      input.value = typed;
    } else {
      tried = "";
      meta.replaceChildren(
        `No page has “${now}”. Look through the `, link("glossary/", "glossary"), ", the ",
        link("reference/api/", "names"), " or the ", link("tutorials/reference/errors/", "error messages"), ".",
      );
    }
  };
  new MutationObserver(help).observe(meta, { childList: true });
}
