// Each feature stands alone: where a theme has no place for it, it does nothing; where it fails, the console says which one
// it is, and the others go on. A feature gets `guard`, for what it does later.
const features = {};

function guarded(name, act) {
  const fail = error => console.error(`The feature "${name}" of site.js failed:`, error);
  return (...given) => {
    try {
      const result = act(...given);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// How much two words have in common, from 0 to 1: the pairs of signs that both have, their ends included.
function alike(one, other) {
  const [a, b] = [one, other].map(word => new Set([...`${word} `].map((sign, place) => (word[place - 1] ?? " ") + sign)));
  return [...a].filter(pair => b.has(pair)).length * 2 / (a.size + b.size);
}

// What is kept in this browser only, named as Material names it, so that it belongs to this site and no other of its host.
// What a browser does not store, because it may not or has no room, is kept as long as the page; what is damaged is lost.
const scope = window.__md_scope ? `${__md_scope.pathname}.` : "", memory = new Map();
const kept = name => {
  try {
    return JSON.parse(memory.get(name) ?? localStorage.getItem(scope + name));
  } catch {
    return null;
  }
};
const keep = (name, value) => {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(scope + name, text);
    memory.delete(name);
  } catch {
    memory.set(name, text);
  }
};
// What the reader has seen and done: {seen: {path: 1}, done: {exercise: 1}}.
const known = () => {
  const { seen, done } = kept("course") ?? {};
  return { seen: { ...seen }, done: { ...done } };
};

// What Material's templates lack for a screen reader.
features.labels = () => {
  const lacking = [
    [".md-search", { ariaLabel: "Search" }],
    [".md-search-result__list", { role: "list" }],
    [".md-dialog:not([role]) > .md-dialog__inner", { role: "status" }],
  ];
  for (const [selector, properties] of lacking)
    for (const element of document.querySelectorAll(selector)) Object.assign(element, properties);
};

// The buttons over code are no navigation.
features.code = guard => {
  const article = document.querySelector("article");
  if (!article) return;
  const quiet = guard(() => {
    for (const nav of article.querySelectorAll(".md-code__nav:not([role])")) nav.role = "none";
  });
  new MutationObserver(quiet).observe(article, { childList: true, subtree: true });
  quiet();
};

// Menu and search are labels, which a keyboard does not reach: buttons in them are.
features.buttons = () => {
  for (const label of document.querySelectorAll(".md-header__button:is([for=__drawer], [for=__search])")) {
    if (!label.control) continue;
    const button = make("button", { type: "button", ariaLabel: label.htmlFor == "__drawer" ? "Menu" : "Search" });
    button.append(...label.childNodes);
    button.addEventListener("click", () => label.control.click());
    label.append(button);
  }
};

features.menu = guard => {
  const drawer = document.getElementById("__drawer");
  if (!drawer) return;
  document.addEventListener("keydown", guard(event => {
    if (event.key != "Escape" || !drawer.checked) return;
    drawer.click();
    document.querySelector("[for=__drawer] > button")?.focus();
  }));
};

// The palette is that of the system until the reader chooses; partials/javascripts/palette.html has `paint`.
features.palette = guard => {
  const button = document.querySelector(".palette");
  if (!button || !window.paint) return;
  const bar = make("meta", { name: "theme-color" }); // of a phone's browser
  const ways = ["", "light", "dark"];
  const labels = {
    "": "Switch to the system's palette", light: "Switch to the light palette", dark: "Switch to the dark palette",
  };
  const next = () => ways[(ways.indexOf(kept("palette") || "") + 1) % ways.length];
  const show = guard(() => {
    paint(kept("palette"));
    button.title = button.ariaLabel = labels[next()];
    bar.content = getComputedStyle(document.body).backgroundColor;
  });
  document.head.append(bar);
  button.addEventListener("click", guard(() => {
    keep("palette", next());
    show();
  }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
};

// How many pages were read and exercises done, of the numbers that the page says.
function showProgress() {
  const line = document.querySelector(".progress"), { seen, done } = known();
  const [exercises, pages] = (line?.dataset.all ?? line?.textContent)?.match(/\d+/g)?.reverse() ?? [];
  if (!exercises) return;
  line.dataset.all ??= line.textContent;
  const of = (some, all) => `${Math.min(Object.keys(some).length, all)} of ${all}`;
  const tasks = `${of(done, exercises)} exercises`;
  line.textContent = pages ? `${of(seen, pages)} pages read, ${tasks} done` : tasks;
}

// Pages that were read are marked; the front page goes on after the last.
features.reading = () => {
  const course = known();
  if (document.querySelector(".run-it")) {
    course.seen[location.pathname] = 1;
    keep("course", course);
  }
  const path = piece => new URL(piece.dataset.page ?? piece.href, location).pathname;
  const pages = [...document.querySelectorAll(".where i, .cards a")];
  for (const page of pages) page.classList.toggle("seen", path(page) in course.seen);
  for (const part of document.querySelectorAll(".where li > a"))
    part.ariaLabel = `${part.title}, ${part.querySelectorAll(".seen").length} of ${part.childElementCount} read`;
  showProgress();
  const begin = document.querySelector(".begin"), last = pages.findLastIndex(page => page.classList.contains("seen"));
  const next = [...pages.slice(last), ...pages].find(page => !page.classList.contains("seen"));
  if (begin && last >= 0 && next) Object.assign(begin, { href: next.href, textContent: `Go on: ${next.textContent}` });
};

// An exercise can be ticked, and the table of exercises shows it.
features.exercises = guard => {
  for (const exercise of document.querySelectorAll(".exercise")) {
    const line = exercise.querySelector(".exercise-kind");
    if (!line) continue;
    const id = exercise.dataset.exercise;
    const box = make("input", { type: "checkbox", checked: id in known().done });
    box.addEventListener("change", guard(() => {
      const course = known();
      if (box.checked) course.done[id] = 1;
      else delete course.done[id];
      keep("course", course);
      showProgress();
    }));
    line.append(make("label", {}, box, " Done"));
  }
  for (const link of document.querySelectorAll('td a[href*="#exercise-"]'))
    if (link.hash.replace("#exercise-", "") in known().done) link.closest("tr")?.classList.add("done");
};

// A page to look things up in shows the entries that have the words typed, else those that have most of them, and leads to
// the best: the one whose words are the rarest. A word that no entry has stands for the one that is most like it.
// Exercises are chosen by kind, time and what is done, too.
features.filter = guard => {
  const place = document.querySelector(".filter");
  if (!place) return;
  const entries = place.matches(".sections") ? sections(place) : [...document.querySelectorAll(".long tbody tr")]
    .map(row => ({ parts: [row], text: row.textContent.toLowerCase() }));
  const box = make("input", {
    type: "search", ariaLabel: place.title || "Show the entries with these words", placeholder: place.title || "Words of an entry",
  });
  if (place.id) { // a browser gives the focus to what an address names
    box.id = place.id;
    place.removeAttribute("id");
  }
  const told = make("p", { role: "status" }), choices = [];
  const choose = (name, options) => {
    const select = make("select", { ariaLabel: name }, ...options.map(([text, value]) => make("option", { value }, text)));
    choices.push(select);
    return select;
  };
  place.replaceChildren(box);
  if (place.matches(".choices")) place.append(
    choose("Kind", [["every kind", ""], ...["predict", "repair", "build"].map(kind => [kind, kind])]),
    choose("Time", [["any time", ""], ...[5, 10, 15].map(time => [`up to ${time} minutes`, time])]),
    choose("State", [["done or not", ""], ["not done", "todo"], ["done", "done"]]),
  );
  place.append(told);
  const fits = ({ parts: [row] }) => {
    const [kind, time, state] = choices.map(choice => choice.value), cells = row.cells;
    return (!kind || cells[3].textContent == kind) && (!time || +cells[4].textContent <= +time) &&
      (!state || row.classList.contains("done") == (state == "done"));
  };
  const wordsOf = text => text.match(/[\p{L}_.]{2,}/gu) ?? [], having = word => entries.filter(entry => entry.text.includes(word));
  let all; // the words of all entries
  const nearest = word => {
    if (word.length < 4 || having(word).length) return word;
    all ??= [...new Set(entries.flatMap(entry => wordsOf(entry.text)))];
    const [near, other] = all.map(other => [alike(word, other), other]).reduce((one, next) => (next[0] > one[0] ? next : one), [0]);
    return near > 0.6 ? other : word;
  };
  const show = guard(() => {
    const typed = wordsOf(box.value.toLowerCase()), words = typed.map(nearest);
    const chosen = choices.length ? entries.filter(fits) : entries;
    const found = entry => words.filter(word => entry.text.includes(word)).length;
    const most = Math.max(...chosen.map(found), Math.min(words.length, 1)), shown = new Set(chosen.filter(entry => found(entry) >= most));
    const counts = words.map(word => having(word).length);
    const rarity = ({ text }) => words.reduce((sum, word, n) => sum + (text.includes(word) ? 1 / counts[n] : 0), 0);
    const best = [...shown].reduce((one, next) => (one && rarity(one) >= rarity(next) ? one : next), null);
    for (const entry of entries) for (const part of entry.parts) part.hidden = !shown.has(entry);
    for (const { head, from } of place.heads ?? []) for (const part of head) part.hidden = shown.size < entries.length &&
      (part != head[0] || !entries.slice(...from).some(entry => shown.has(entry)));
    const some = most < words.length ? `, with ${most} of ${words.length} words` : "";
    const read = words.flatMap((word, n) => (word == typed[n] ? [] : `, “${word}” for “${typed[n]}”`)).join("");
    const all = entries.length;
    told.textContent = shown.size < all ? `${shown.size} of ${all}${some}${read}` : `${all} entries`;
    const heading = words.length && shown.size > 1 && best.parts[0].id && best.parts[0].cloneNode(true);
    if (!heading) return;
    heading.querySelector(".headerlink")?.remove();
    told.append(". Best: ", make("a", { href: `#${heading.id}` }, ...heading.childNodes));
  });
  for (const control of [box, ...choices]) control.addEventListener("input", show);
  addEventListener("hashchange", guard(() => {
    if (!document.querySelector(":target[hidden], [hidden] :target")) return;
    for (const control of [box, ...choices]) control.value = "";
    show();
    document.querySelector(":target").scrollIntoView();
  }));
  show();
  if (location.hash == `#${box.id}`) box.focus(); // the front page leads there
};

// The entries of a page: its smallest headings with what follows, and of each larger one what precedes its first entry.
// In the reference of a package a heading is within the block of its object, whose source is not looked at.
function sections(place) {
  const parts = [], entries = [];
  for (let part = place.nextElementSibling; part && !part.matches(".run-it, .stamp"); part = part.nextElementSibling) parts.push(part);
  const level = part => (part.matches(".doc-object") ? part.querySelector(":scope > :is(h2, h3)") : part)?.localName;
  const smallest = parts.some(part => level(part) == "h3") ? "h3" : "h2";
  let at = [];
  place.heads = [{ head: at, from: [0] }]; // what precedes all headings belongs to no entry
  for (const part of parts) {
    if (level(part) == smallest) entries.push({ parts: at = [], text: "" });
    else if (level(part) == "h2") place.heads.push({ head: at = [], from: [entries.length] });
    at.push(part);
  }
  place.heads.forEach((head, index) => head.from.push(place.heads[index + 1]?.from[0] ?? entries.length));
  const read = part => [...part.querySelectorAll(".mkdocstrings-source")]
    .reduce((text, source) => text.replace(source.textContent, ""), part.textContent);
  for (const entry of entries) entry.text = entry.parts.map(read).join(" ").toLowerCase();
  return entries;
}

// A long name in a table breaks behind its dots and underscores, before it breaks anywhere.
features.names = () => {
  for (const code of document.querySelectorAll("td code"))
    for (const text of [...code.childNodes].filter(node => node.nodeType == Node.TEXT_NODE)) {
      const pieces = text.data.split(/(?<=[._])(?=\w)/);
      text.replaceWith(...pieces.flatMap((piece, place) => (place ? [make("wbr", {}), piece] : [piece])));
    }
};

// A phone's button opens the contents; they close behind a link.
features.contents = guard => {
  const contents = document.getElementById("contents");
  contents?.addEventListener("click", guard(event => {
    if (event.target.closest("a") && contents.matches(":popover-open")) contents.hidePopover();
  }));
};

// What a term means: Escape closes it; the first touch shows it, the second follows.
features.terms = guard => {
  let shown = null;
  document.addEventListener("keydown", guard(event => {
    if (event.key != "Escape") return;
    for (const term of document.querySelectorAll(".term:is(:hover, :focus-within)")) {
      term.classList.add("away");
      for (const name of ["pointerleave", "focusout"])
        term.addEventListener(name, () => term.classList.remove("away"), { once: true });
    }
  }));
  document.addEventListener("click", guard(event => {
    const link = event.target.closest?.(".term > a");
    if (event.pointerType == "touch" && link && link != shown) {
      event.preventDefault();
      link.focus();
    }
    shown = link;
  }));
};

// An address that is not here: the pages whose names are nearest to it come first.
features.missing = () => {
  const list = document.querySelector(".missing");
  if (!list) return;
  const words = text => new Set(decodeURIComponent(text).toLowerCase().match(/\p{L}{3,}/gu) ?? []);
  const wanted = words(location.pathname.replace(new URL(window.__md_scope ?? "/", location).pathname, ""));
  const near = link => Math.max(0, ...[...wanted].flatMap(word =>
    [...words(new URL(link.href).pathname.split("/").slice(-3).join(" ") + link.textContent)].map(other => alike(word, other))));
  const best = [...list.querySelectorAll("a")].map(link => [near(link), link])
    .filter(([score]) => score > 0.6).sort(([one], [other]) => other - one).slice(0, 3);
  if (best.length) list.before(make("p", {}, "Perhaps you want: ", ...best.flatMap(([, link], place) =>
    [place ? ", " : "", link.cloneNode(true)]), "."));
};

// A sentence whose names are quoted as in Markdown.
const quoted = text => text.split("`").map((part, place) => (place % 2 ? make("code", { textContent: part }) : part));

// Acts once, when an element comes near to what is seen.
const whenNear = (elements, act) => {
  const near = new IntersectionObserver(seen => {
    for (const { target, isIntersecting } of seen)
      if (isIntersecting) {
        near.unobserve(target);
        act(target);
      }
  }, { rootMargin: "50%" });
  for (const element of elements) near.observe(element);
};

// A prediction is answered on the page, with the verdict of its check.
features.predictions = guard => whenNear(document.querySelectorAll("[data-predict]"), guard(async stub => {
  const exercise = stub.closest(".exercise");
  if (!exercise) return;
  const { show } = await import("./predicted.js");
  const id = exercise.dataset.exercise;
  show(stub, JSON.parse(stub.dataset.predict), kept("answers")?.[id], {
    make, quoted,
    changed: guard(values => keep("answers", { ...kept("answers"), [id]: values })),
    judged: guard(right => {
      const done = exercise.querySelector(".exercise-kind [type=checkbox]");
      if (right && done && !done.checked) done.click();
      asked(`${here}#${id}`, right);
    }),
  });
  stub.hidden = true;
  const work = exercise.querySelector(".work");
  if (work) work.firstChild.textContent = "Or write your answer in the ";
}));

// What was asked, to be asked again after days: {name: [times right in a row, the day when it is due]}. Who is right only
// after being wrong is asked tomorrow all the same.
const AGAIN = [1, 3, 7, 21, 60];
const day = () => Math.floor((Date.now() / 6e4 - new Date().getTimezoneOffset()) / 1440);
const asked = (name, right) => {
  const all = kept("asked") ?? {}, [times, due] = all[name] ?? [0, 0];
  if (right && due > day()) return;
  const next = right ? Math.min(times + 1, AGAIN.length - 1) : 0;
  keep("asked", { ...all, [name]: [next, day() + AGAIN[next]] });
};
const root = new URL(window.__md_scope ?? "/", location), here = location.pathname.replace(root.pathname, "");

// A list to choose from: the answer, or the output of the next cell, is shown to who has chosen.
function choices(list, guard, chosen, settled = () => {}) {
  const items = [...list.querySelectorAll(":scope > ul > li")], right = items[list.dataset.right];
  if (!right) return;
  const told = make("p", { role: "status" });
  const settle = guard(place => {
    items.forEach((item, at) => {
      const button = item.querySelector("button");
      item.classList.toggle("right", item == right);
      item.classList.toggle("wrong", at == place && item != right);
      button.ariaPressed = String(at == place);
    });
    told.textContent = items[place] == right ? "Right." : items[place] ? "Not so." : "";
    list.classList.add("settled");
    settled(place);
  });
  for (const [place, item] of items.entries()) {
    const button = make("button", { type: "button" }, ...item.childNodes), formulas = button.querySelectorAll("math");
    if (formulas.length) { // which a screen reader may not read
      const said = button.cloneNode(true);
      for (const formula of said.querySelectorAll("math")) formula.replaceWith(formula.querySelector("annotation")?.textContent ?? formula.textContent);
      button.ariaLabel = said.textContent;
      for (const inner of button.querySelectorAll("[tabindex]")) inner.removeAttribute("tabindex");
    }
    for (const link of button.querySelectorAll(".term, a")) link.replaceWith(...(link.querySelector("a") ?? link).childNodes);
    button.addEventListener("click", guard(() => {
      if (list.matches(".settled")) return;
      settle(place);
      chosen(place, items[place] == right);
    }));
    item.replaceChildren(button);
  }
  const pass = make("button", { type: "button", className: "pass", textContent: "Show me" });
  pass.addEventListener("click", guard(() => {
    settle(-1);
    chosen(-1, false);
  }));
  list.append(pass, told);
  return settle;
}

// A number that stays the same for a text; the name of a question: its page, and what it lets one choose.
const hash = text => [...text].reduce((sum, sign) => (sum * 31 + sign.charCodeAt()) % 1e9, 7);
const nameOf = (path, list) => `${path}#?${hash(list.textContent)}`;

// Whether a fold answers a question.
const begins = (text, ...words) => words.some(word => text?.startsWith(word));
const answers = fold => begins(fold.querySelector("summary")?.textContent, "Answer", "Run it");

features.choices = guard => {
  for (const list of document.querySelectorAll("article .choose")) {
    const name = nameOf(here, list), folds = [];
    const inOrder = [...document.querySelectorAll("article :is(h1, h2, h3, .choose, details)")];
    for (const next of inOrder.slice(inOrder.indexOf(list) + 1)) {
      if (next.localName != "details") break;
      if (answers(next)) folds.push(next);
    }
    const settle = choices(list, guard, (place, right) => {
      keep("chosen", { ...kept("chosen"), [name]: place });
      asked(name, right);
      for (const fold of folds) fold.open = true;
    }, () => folds.forEach(fold => fold.classList.remove("later")));
    if (!settle) continue;
    for (const fold of folds) fold.classList.add("later");
    const before = kept("chosen")?.[name];
    if (before != null) settle(before);
  }
};

// The questions of the day, for who has begun; an address may bring what another browser knew.
features.today = guard => {
  const place = document.querySelector(".today");
  if (!place) return;
  const start = guard(async () => {
    const { today, unpacked } = await import("./today.js"), brought = location.hash.split("#carry=")[1];
    if (brought) {
      history.replaceState(null, "", location.pathname);
      try {
        const all = unpacked(brought, { course: known(), asked: kept("asked") ?? {} });
        for (const name of ["course", "asked"]) keep(name, all[name]);
      } catch {
        place.before(make("p", { role: "status", textContent: "This address is not whole: nothing was carried over. Copy it again." }));
      }
    }
    await today(place, { make, quoted, known, kept, keep, asked, day, choose: choices, answers, hash, nameOf, root, guard });
  });
  if (location.hash.startsWith("#carry=") || Object.keys(known().seen).length) return start();
};

// A button that opens all answers of a page.
features.answers = guard => {
  const folds = [...document.querySelectorAll("summary")]
    .filter(summary => begins(summary.textContent, "Answer")).map(summary => summary.parentElement);
  const aims = document.querySelector(".abstract");
  if (!aims || !folds.length) return;
  const [toOpen, toClose] = ["Open all answers", "Close all answers"];
  const button = make("button", { type: "button", className: "answers", textContent: toOpen });
  button.addEventListener("click", guard(() => {
    const open = button.textContent == toOpen;
    for (const answer of folds) {
      answer.open = open;
      answer.classList.remove("later");
    }
    button.textContent = open ? toClose : toOpen;
  }));
  aims.append(button);
};

// On a phone the aims of a page are behind their title, so that the lesson begins on the first screen.
features.aims = guard => {
  const phone = matchMedia("(max-width: 44em)"); // as in site.css
  const fold = guard(() => {
    for (const title of document.querySelectorAll(".abstract > .admonition-title")) {
      if (!phone.matches || title.querySelector("button")) continue;
      const button = make("button", { type: "button", ariaExpanded: "false" }, ...title.childNodes);
      button.addEventListener("click", guard(() => {
        button.ariaExpanded = String(title.parentElement.classList.toggle("open"));
      }));
      title.append(button);
    }
  });
  phone.addEventListener("change", fold);
  fold();
};

// The frames of a figure, which differ in one value: one at a time, under a slider.
features.frames = guard => {
  for (const figure of document.querySelectorAll(".frames")) {
    const frames = [...figure.querySelectorAll(":scope > figure")];
    if (!frames.length) continue;
    const slider = make("input", { type: "range", max: frames.length - 1, value: 0, ariaLabel: "Choose a value" });
    const label = make("span", { ariaHidden: "true" }); // the slider says it
    const show = guard(() => {
      frames.forEach((frame, place) => frame.classList.toggle("away", place != slider.value));
      label.textContent = slider.ariaValueText = frames[slider.value].dataset.frame;
    });
    slider.addEventListener("input", show);
    figure.prepend(make("p", {}, slider, label));
    figure.classList.add("live");
    show();
  }
};

// A figure with a handle, in place of the table that shows its values without scripts; its program comes when it is near.
features.handles = guard => {
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const drawing = (height, label) => svg("svg", { viewBox: `0 0 300 ${height}`, role: "img", "aria-label": label });
  const text = (x, y, content, anchor = "middle") => svg("text", { x, y, "text-anchor": anchor }, content);
  whenNear(document.querySelectorAll("[data-handle]"), guard(async target => {
    const { draw } = await import(`./handles/${target.dataset.handle}.js`);
    target.append(make("div", { className: "drawn" }, ...await draw(JSON.parse(target.dataset.values), { make, svg, text, drawing })));
    target.classList.add("live");
  }));
};

// The parts of a drawing light the code that they are of, and the code lights them.
features.ties = guard => whenNear(document.querySelectorAll("[data-ties]"), guard(async figure => {
  const { tie } = await import("./ties.js");
  await tie(figure, make, guard);
}));

// A formula is copied as its LaTeX.
features.copying = guard => document.addEventListener("copy", guard(event => {
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
}));

// The search: search.js answers, fetches its index when the field gets the focus, and says here what it corrected.
features.search = guard => {
  if (!window.__md_scope) return; // another theme's search
  const told = {}; // of each query
  const link = (page, text) => make("a", { href: new URL(page, __md_scope), textContent: text });
  const failure = () => [make("b", { textContent: "The search could not be loaded." })];
  const nothing = (typed, instead) => [make("span", { className: "none" },
    `No page has “${typed}”.`,
    ...instead.flatMap((page, place) => [
      place ? (place + 1 < instead.length ? ", the " : " or the ") : " Look through the ", link(...page),
    ]),
    instead.length ? "." : "",
  )];
  const correction = (before, tried, typed) => [before, make("em", { textContent: tried }), `: no page has “${typed}”`];
  const listen = (place, changes, help) => {
    new MutationObserver(help).observe(place, changes);
    let answers;
    try {
      answers = new BroadcastChannel("search");
    } catch { // some browsers refuse it where they refuse to store: hits come all the same
      return;
    }
    answers.addEventListener("message", guard(({ data }) => {
      told[data.query] = data;
      help();
    }));
  };
  const input = document.querySelector(".md-search__input");
  const meta = document.querySelector(".md-search-result__meta");
  if (input && meta) {
    listen(meta, { childList: true }, guard(() => {
      const { tried, instead, failed } = told[input.value] || {}, typed = input.value.trim();
      if (failed) {
        if (!meta.querySelector("b")) meta.replaceChildren(...failure());
      } else if (typed && instead) {
        if (!meta.querySelector(".none")) meta.replaceChildren(...nothing(typed, instead));
      } else if (tried && !meta.querySelector("em")) meta.append(...correction(" for ", tried, typed));
    }));
    // Material listens to keys, and a text can be pasted, dropped or dictated.
    input.addEventListener("input", () => input.dispatchEvent(new Event("keyup")));
    input.addEventListener("focus", guard(() => {
      if (input.value) return;
      for (const value of [" ", ""]) { // Material asks the worker for what is new
        input.value = value;
        input.dispatchEvent(new Event("keyup"));
      }
      meta.textContent = "Loading …";
    }), { once: true });
  }
  // Zensical's search is in a shadow of its own, and writes its number of results anew: ours stands below.
  const shadow = [...document.body.children].find(element => element.shadowRoot)?.shadowRoot;
  if (!shadow) return;
  const line = make("p", { role: "status", style: "margin: 0" });
  listen(shadow, { childList: true, subtree: true, characterData: true }, guard(() => {
    const [field, count] = ["[role=combobox]", "div[role=status]"].map(selector => shadow.querySelector(selector));
    if (!field || !count) return;
    if (line.previousSibling != count) count.after(line);
    line.className = count.className;
    const { tried, instead, failed } = told[field.value] || {}, typed = field.value.trim();
    const none = typed && instead;
    const said = failed ? failure() : none ? nothing(typed, instead) : tried ? correction("Results for ", tried, typed) : [];
    const { textContent, childNodes } = make("p", {}, ...said);
    if (line.textContent == textContent) return;
    line.replaceChildren(...childNodes);
    line.hidden = !textContent;
    for (const link of line.querySelectorAll("a")) link.style.color = "inherit";
  }));
};

const start = () => {
  for (const [name, feature] of Object.entries(features)) {
    const guard = act => guarded(name, act);
    guard(feature)(guard);
  }
};
if (window.document$?.subscribe) document$.subscribe(start);
else if (document.readyState == "loading") document.addEventListener("DOMContentLoaded", start);
else start();
