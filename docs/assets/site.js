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
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.role = "none";
  // Menu and search are labels, which a keyboard does not reach: buttons in them are.
  for (const label of document.querySelectorAll(".md-header__button[for]")) {
    const button = make("button", { type: "button", ariaLabel: label.htmlFor == "__drawer" ? "Menu" : "Search" });
    button.append(...label.childNodes);
    button.addEventListener("click", () => document.getElementById(label.htmlFor).click());
    label.append(button);
  }
  progress();
  folds();
  frames();
  search();
});

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
    way.hidden = false;
  }
  for (const exercise of document.querySelectorAll(".exercise")) {
    const id = exercise.dataset.exercise;
    const box = make("input", { type: "checkbox", checked: id in course.done });
    box.addEventListener("change", () => {
      if (box.checked) course.done[id] = 1;
      else delete course.done[id];
      save();
    });
    exercise.querySelector(".exercise-kind").append(make("label", {}, box, " Done"));
  }
  for (const link of document.querySelectorAll('td a[href*="#exercise-"]'))
    if (link.hash.replace("#exercise-", "") in course.done) link.closest("tr").classList.add("done");
}

function folds() {
  const answers = [...document.querySelectorAll(".question + details")];
  const panel = document.querySelector(".run-it");
  if (!panel || !answers.length) return;
  const button = make("button", { type: "button", className: "answers", textContent: "Open all answers" });
  button.addEventListener("click", () => {
    const open = button.textContent.startsWith("Open");
    for (const answer of answers) answer.open = open;
    button.textContent = open ? "Close all answers" : "Open all answers";
  });
  panel.after(button);
}

// Figures of one cell that differ in one value: one at a time, under a slider.
function frames() {
  for (const row of document.querySelectorAll(".frames")) {
    const figures = [...row.querySelectorAll("figure")];
    const slider = make("input", { type: "range", min: 0, max: figures.length - 1, value: 0 });
    const label = make("output", {});
    const show = () => {
      figures.forEach((figure, place) => figure.classList.toggle("away", place != slider.value));
      label.textContent = slider.ariaValueText = figures[slider.value].dataset.frame;
    };
    slider.ariaLabel = row.ariaLabel;
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

// A search that finds nothing tries the nearest words that the site has, one letter away.
function search() {
  const input = document.querySelector(".md-search__input");
  const meta = document.querySelector(".md-search-result__meta");
  let words; // of the index, which Material has loaded by then
  const near = (one, other) => {
    if (Math.abs(one.length - other.length) > 1) return false;
    let start = 0, end = 0;
    const least = Math.min(one.length, other.length);
    while (start < least && one[start] == other[start]) start++;
    while (end < least - start && one.at(-1 - end) == other.at(-1 - end)) end++;
    const [a, b] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
    return Math.max(a.length, b.length) <= 1 || (a.length == 2 && a == [...b].reverse().join(""));
  };
  const correct = async () => {
    const asked = input.value.trim();
    if (!asked || !meta.textContent.trim().startsWith("No matching")) return;
    if (!words) {
      const index = await (await fetch(new URL("search/search_index.json", __md_scope))).json();
      const text = index.docs.map(doc => `${doc.title} ${doc.text.replace(/<[^>]*>/g, " ")}`).join(" ");
      words = new Map();
      for (const [word] of text.toLowerCase().matchAll(/[a-z]{4,}/g)) words.set(word, (words.get(word) || 0) + 1);
    }
    const better = asked.toLowerCase().split(/\s+/).map(word => {
      if (words.has(word) || word.length < 4) return word;
      const found = [...words.keys()].filter(other => near(word, other));
      return found.sort((one, other) => words.get(other) - words.get(one))[0] || word;
    }).join(" ");
    if (input.value.trim() != asked) return;
    if (better != asked.toLowerCase()) {
      input.value = better;
      input.dispatchEvent(new Event("keyup", { bubbles: true }));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dataset.asked = asked;
    } else {
      const link = (page, text) => make("a", { href: new URL(page, __md_scope).href, textContent: text });
      meta.replaceChildren(
        `No page has “${asked}”. Look through the `, link("glossary/", "glossary"), ", the ",
        link("reference/api/", "names"), " or the ", link("tutorials/reference/errors/", "error messages"), ".",
      );
    }
  };
  new MutationObserver(correct).observe(meta, { childList: true, characterData: true, subtree: true });
}
