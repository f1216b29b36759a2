// The questions of the day, on the front page: what this reader got wrong or answered some days ago, and cards made of the
// errors. A question is read from its page as it is now; all that is known of the reader stays in this browser.
const COUNT = 5, ERRORS = "tutorials/look_up/errors/";

const documents = new Map();
const read = (path, root) => {
  if (!documents.has(path)) documents.set(path, (async () => {
    const address = new URL(path, root), response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const name of ["href", "src"]) for (const element of page.querySelectorAll(`article [${name}]`))
      element.setAttribute(name, new URL(element.getAttribute(name), address));
    return page;
  })());
  return documents.get(path);
};

// The cards of the errors: code, and the first lines of three messages, of which it raises one.
function cardsOf(page) {
  const raises = [...page.querySelectorAll(".output.error > pre")].map(output => {
    let code = output.closest(".output"), heading = code;
    while (code && !code.matches(".highlight")) code = code.previousElementSibling;
    while (heading && !heading.matches("h3")) heading = heading.previousElementSibling;
    return { code, heading, message: output.firstChild.textContent.trim() };
  });
  return raises.filter(({ code, heading, message }) => code && heading?.id && message.length < 200);
}

async function today(place, { make, quoted, known, kept, keep, asked, day, choose, answers: isAnswer, hash, nameOf, root, guard }) {
  const due = () => Object.entries(kept("asked") ?? {}).filter(([, [, when]]) => when <= day())
    .sort(([, [a, one]], [, [b, other]]) => a - b || one - other).map(([name]) => name);
  const status = make("p", { role: "status" }), question = make("div", {});
  const next = make("button", { type: "button" });

  // What to show of a question, what to do when it is there, and what answers it.
  const ofChoices = (page, name, path) => {
    const list = [...page.querySelectorAll("article .choose")].find(one => nameOf(path, one) == name);
    if (!list) return null;
    const box = list.closest(".admonition"), shown = [box ?? list], answers = [];
    if (!box) for (let before = list.previousElementSibling; before?.matches("p, ul, ol") && shown.length < 3; before = before.previousElementSibling)
      shown.unshift(before);
    for (let after = (box ?? list).nextElementSibling; after?.matches(".highlight, details"); after = after.nextElementSibling) {
      if (after.matches(".highlight") && !answers.length) shown.push(after);
      else if (isAnswer(after)) answers.push(after);
      else break;
    }
    return { shown, list, answers };
  };
  const show = async (name, done) => {
    const [path, id] = name.split("#"), page = await read(path, root), title = page.querySelector("h1")?.firstChild.textContent;
    const from = address => make("p", { className: "from" }, "From ", make("a", { href: new URL(address, root), textContent: title }));
    if (id[0] == "?") {
      const found = ofChoices(page, name, path);
      if (!found) return false;
      question.replaceChildren(from(path), ...found.shown);
      choose(found.list, guard, (_, right) => done(right), () => {
        for (const answer of found.answers) answer.open = true;
        question.append(...found.answers);
      });
    } else if (id[0] == "!") {
      const cards = cardsOf(page), card = cards.find(({ heading }) => heading.id == id.slice(1));
      if (!card) return false;
      const others = cards.map(({ message }) => message).filter(message => message != card.message)
        .sort((a, b) => hash(a + id) - hash(b + id)).slice(0, 2);
      const messages = [card.message, ...others].sort((a, b) => hash(a) - hash(b));
      const list = make("div", { className: "choose" }, make("ul", {}, ...messages.map(message =>
        make("li", {}, make("code", { textContent: message })))));
      list.dataset.right = messages.indexOf(card.message);
      question.replaceChildren(from(`${path}#${id.slice(1)}`), make("p", { textContent: "What does this raise?" }), card.code, list);
      choose(list, guard, (_, right) => done(right));
    } else {
      const exercise = page.querySelector(`[data-exercise="${CSS.escape(id)}"]`), stub = exercise?.querySelector("[data-predict]");
      if (!stub) return false;
      const shown = [];
      for (let part = exercise.firstElementChild; part != stub; part = part.nextElementSibling)
        if (part.matches("p:not(.exercise-kind), ul, ol, .highlight, table")) shown.push(part);
      question.replaceChildren(from(`${path}#exercise-${id}`), ...shown, stub);
      const form = await import("./predicted.js");
      form.show(stub, JSON.parse(stub.dataset.predict), null, { make, quoted, changed() {}, judged: done });
      stub.remove();
    }
    return true;
  };

  // The day's questions: what is due, what was wrong first; then cards that this reader has not had.
  const collected = async () => {
    const queue = due().slice(0, COUNT), had = kept("asked") ?? {}, of = card => `${ERRORS}#!${card.heading.id}`;
    if (queue.length < COUNT) {
      const cards = cardsOf(await read(ERRORS, root)).filter(card => !(of(card) in had));
      cards.sort((a, b) => hash(a.message + day()) - hash(b.message + day()));
      queue.push(...cards.slice(0, COUNT - queue.length).map(of));
    }
    return queue;
  };
  const summary = () => {
    const left = due().length, all = Object.values(kept("asked") ?? {}).map(([, when]) => when).filter(when => when > day());
    if (left) return left == 1 ? "1 question is due." : `${left} questions are due.`;
    const days = all.length ? Math.min(...all) - day() : 0;
    if (!days) return "Nothing is due.";
    return days == 1 ? "Nothing is due; the next question comes tomorrow." : `Nothing is due; the next question comes in ${days} days.`;
  };
  let queue, at = 0, right = 0;
  const step = guard(async () => {
    queue ??= await collected();
    next.hidden = true;
    while (at < queue.length) {
      const name = queue[at];
      at += 1;
      const there = await show(name, guard(was => {
        if (!next.hidden) return;
        right += was;
        asked(name, was);
        Object.assign(next, { hidden: false, textContent: at < queue.length ? "Next" : "Finish" });
      }));
      if (there) return void (status.textContent = `Question ${at} of ${queue.length}`);
      const { [name]: gone, ...rest } = kept("asked") ?? {}; // its page asks it no more
      keep("asked", rest);
    }
    question.replaceChildren();
    status.textContent = `Done for today: ${right} of ${queue.length} right. ${summary()}`;
    next.hidden = true;
  });
  next.addEventListener("click", step);

  // What is left of a path: all of the course, or a part.
  const parts = [...document.querySelectorAll(".cards")].map(list => [list.previousElementSibling.firstChild.textContent.trim(), list]);
  const path = make("select", { ariaLabel: "Path" }, ...["The course", ...parts.map(([title]) => title)].map(textContent => make("option", { textContent })));
  const left = make("span", {});
  const count = guard(() => {
    const { seen, done } = known(), chosen = parts.find(([title]) => title == path.value);
    const tiles = (chosen ? [chosen] : parts).flatMap(([, list]) => [...list.querySelectorAll("a")]);
    const unread = tiles.filter(tile => !(new URL(tile.href).pathname in seen));
    const minutes = unread.reduce((sum, tile) => sum + Number(tile.dataset.minutes ?? 0), 0);
    const time = minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
    left.textContent = `${tiles.length - unread.length} of ${tiles.length} pages read, ${Object.keys(done).length} exercises done, ${unread.length ? `about ${time} left` : "all read"}.`;
    keep("path", path.value);
  });
  path.value = parts.some(([title]) => title == kept("path")) ? kept("path") : "The course";
  path.addEventListener("change", count);
  count();

  const carry = make("button", { type: "button", textContent: "Carry to another browser" });
  const address = make("input", { readOnly: true, hidden: true, ariaLabel: "Open this address in the other browser" });
  carry.addEventListener("click", guard(() => {
    address.value = `${location.origin}${location.pathname}#carry=${packed({ course: known(), asked: kept("asked") ?? {} })}`;
    address.hidden = false;
    address.select();
    navigator.clipboard?.writeText(address.value).then(() => { carry.textContent = "Copied: open it in the other browser"; }, () => {});
  }));
  Object.assign(next, { textContent: due().length ? "Begin" : "Ask me five" });
  status.textContent = summary();
  place.replaceChildren(
    make("h2", { textContent: "Today" }), status, question, next,
    make("p", { className: "path" }, path, " ", left), make("p", {}, carry, " ", address),
  );
  place.classList.add("live");
}

const packed = value => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))));

// What another browser knew, beside what this one knows: of a question what was answered last.
function unpacked(text, mine) {
  const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt());
  const { course, asked } = JSON.parse(new TextDecoder().decode(bytes));
  const whole = Object.entries(asked).every(([name, value]) => name.includes("#") && value.length == 2 && value.every(Number.isInteger));
  if (!whole || typeof course.seen != "object" || typeof course.done != "object") throw new Error("not a reader's record");
  const later = Object.entries(asked).filter(([name, [, due]]) => !(mine.asked[name]?.[1] >= due));
  return {
    course: { seen: { ...course.seen, ...mine.course.seen }, done: { ...course.done, ...mine.course.done } },
    asked: { ...mine.asked, ...Object.fromEntries(later) },
  };
}

export { today, unpacked };
