// An exercise to predict, answered on its page: a field for each `...` of its stub, a verdict and a reason for each field.
// publishing/site/forms.py says what is right.
const tidy = text => text.trim().replace(/[“”„«»‘’‚`]/g, '"').replace(/[−–]/g, "-").replace(/[,;:]$/, "").trim();
const bare = text => text.replace(/["']/g, "").trim();
const isWord = text => /^["']?\p{L}/u.test(text);

// The value of numbers with + - * / ** and parentheses; NaN of anything else.
function arithmetic(text) {
  const signs = text.replaceAll("_", "").match(/(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\*\*|\S/gi) ?? [];
  const has = (...wanted) => wanted.includes(signs[0]);
  const atom = () => {
    if (!has("(")) return signs.length ? Number(signs.shift()) : NaN;
    signs.shift();
    const value = sum();
    return !signs.length || signs.shift() == ")" ? value : NaN;
  };
  const power = () => {
    const base = atom();
    return has("**") ? (signs.shift(), base ** signed()) : base;
  };
  const signed = () => (has("-") ? (signs.shift(), -signed()) : has("+") ? (signs.shift(), signed()) : power());
  const product = () => {
    let value = signed();
    while (has("*", "/")) value = signs.shift() == "*" ? value * signed() : value / signed();
    return value;
  };
  const sum = () => {
    let value = product();
    while (has("+", "-")) value = signs.shift() == "+" ? value + product() : value - product();
    return value;
  };
  const value = sum();
  return signs.length || !Number.isFinite(value) ? NaN : value;
}

// A tree of shapes and words as forms.py writes it: sorted, without blanks and quotes, whether closed at its end or not.
function tree(text) {
  const signs = text.replace(/["']/g, "").match(/[^\s()[\]{},:]+|[()[\]{},:]/g) ?? [];
  const items = close => {
    const all = [];
    while (signs.length && signs[0] != close) {
      const item = one();
      all.push(signs[0] == ":" ? (signs.shift(), `${item}:${one()}`) : item);
      if (signs[0] == ",") signs.shift();
    }
    signs.shift();
    return all;
  };
  const one = () => {
    const sign = signs.shift() ?? "";
    if (sign == "{") return `{${items("}").sort()}}`;
    return sign == "(" || sign == "[" ? `(${items(sign == "(" ? ")" : "]")})` : sign;
  };
  return one() + signs.join("");
}

// Whether a text is right, or an Error with a sentence if it is of no form that could be.
function isRight(typed, is) {
  const text = tidy(typed);
  if (is === null || typeof is == "boolean" || typeof is == "string")
    return bare(text).toLowerCase() == String(is ?? "None").toLowerCase();
  if (is.number != null) {
    const value = arithmetic(text);
    if (/^-?\d+,\d+$/.test(text)) throw new Error(`${text} has a comma; write ${text.replace(",", ".")}`);
    if (Number.isNaN(value) && !isWord(text)) throw new Error(`${text} is not a number, such as 3, -0.5 or 2**0.5`);
    return Math.abs(value - is.number) <= is.within;
  }
  if (is.set) {
    const inside = bare(text.replace(/^(set|frozenset)\b/, "").replace(/[()[\]{}]/g, " "));
    const mine = inside.split(/[\s,;]+/).filter(Boolean);
    return mine.length == is.set.length ? is.set.every(item => mine.includes(item)) : !is.set.length && /^(none|empty)$/i.test(inside);
  }
  if (is.tree) return tree(text) == is.tree;
  if (isWord(text)) return false;
  if (!/^[\d\s,×x()[\]]*$/.test(text)) throw new Error(`${text} is not a shape, such as (), (3,) or (2, 3)`);
  return String(text.match(/\d+/g)?.map(Number) ?? []) == String(is.shape);
}

// Show a form in a place: `saved` are the texts of its fields, `quoted` makes code of what backticks enclose.
function show(place, { name, count, pieces, passed }, saved, { make, quoted, changed, judged }) {
  const fields = [], lines = [];
  let line, beside = ""; // what a field asks about stands at the end of its line
  const newLine = () => {
    if (beside) line.append(make("span", { className: "beside", textContent: beside }));
    beside = "";
    lines.push(line = make("div", { className: "line" }));
  };
  const input = (label, properties = {}) => make("input", {
    ariaLabel: label, size: 8, spellcheck: false, autocapitalize: "off", autocomplete: "off", ...properties,
  });
  const told = make("p", { role: "status" });
  const marked = (place, ...elements) => {
    const field = make("span", { className: "field" }, ...elements);
    place.append(field);
    return right => {
      field.className = right == null ? "field" : right ? "field right" : "field wrong";
      for (const element of field.children) element.ariaInvalid = right === false ? "true" : "false";
    };
  };
  const text = ({ of, is, why }) => {
    const element = input(of, { placeholder: "…" });
    return { of, is, why, line, mark: marked(line, element), get value() { return element.value; }, set value(to) { element.value = to; } };
  };
  const choice = ({ of, is, why, options }) => {
    const element = make("span", { role: "radiogroup", ariaLabel: of }), group = `${name}.${of}`;
    const buttons = options.map(option => make("input", { type: "radio", name: group, value: option }));
    buttons.forEach((button, place) => element.append(make("label", {}, button, options[place])));
    return {
      of, is, why, line, mark: marked(line, element),
      get value() { return buttons.find(button => button.checked)?.value ?? ""; },
      set value(to) { for (const button of buttons) button.checked = button.value == to; },
    };
  };
  // A dictionary of the reader's own: a name and a value in each row, and always an empty row.
  const rows = ({ of, rows: wanted }) => {
    const element = make("div", { className: "rows" }), all = [];
    const add = () => {
      const row = { of, line: make("div", { className: "line" }) };
      row.key = input(`${of} name ${all.length + 1}`, { size: 24, placeholder: "name" });
      row.to = input(`${of} value ${all.length + 1}`, { placeholder: "…" });
      row.mark = marked(row.line, row.key, " : ", row.to);
      all.push(row);
      element.append(row.line);
    };
    add();
    element.addEventListener("input", () => (all.at(-1).key.value && add()));
    line.append("{", element, "}");
    return {
      of, wanted, all,
      get value() { return all.map(({ key, to }) => [key.value, to.value]).filter(([key]) => key); },
      set value(to) {
        for (const pair of [...to, ["", ""]]) {
          if (all.at(-1).key.value) add();
          [all.at(-1).key.value, all.at(-1).to.value] = pair;
        }
        for (const row of to.length ? [] : all.splice(1)) row.line.remove();
        if (!to.length) all[0].key.value = all[0].to.value = "";
      },
    };
  };
  newLine();
  for (const piece of pieces) {
    if (typeof piece == "string") {
      piece.split("\n").forEach((part, place) => {
        if (place) newLine();
        line.append(part);
      });
      continue;
    }
    fields.push((piece.rows ? rows : piece.options ? choice : text)(piece));
    beside = piece.beside ?? beside;
  }
  const all = () => fields.map(field => field.value);
  const fill = values => fields.forEach((field, place) => { field.value = values?.[place] ?? (field.wanted ? [] : ""); });
  if (Array.isArray(saved)) fill(saved);

  const form = make("form", { className: "predict" });
  const again = make("button", { type: "button", textContent: "Start again" });
  const clear = () => {
    told.textContent = told.className = "";
    for (const old of form.querySelectorAll("details")) old.remove();
    for (const field of fields) (field.all ?? [field]).forEach(one => one.mark(null));
  };
  let before = null; // what "Start again" took away
  again.addEventListener("click", () => {
    const now = all();
    fill(before ?? []);
    before = before ? null : now;
    again.textContent = before ? "Undo" : "Start again";
    clear();
    changed(all());
  });
  form.addEventListener("input", () => {
    before = null;
    again.textContent = "Start again";
    changed(all());
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    clear();
    let right = 0, missing = 0;
    const others = [], reasons = new Map();
    const judge = ({ line, is, why, mark }, value) => {
      let fits = false, reason = why;
      try {
        fits = isRight(value, is);
      } catch (problem) {
        reason = `${problem.message}.`;
      }
      mark(fits);
      right += fits;
      if (!fits && reason) reasons.set(line, [...new Set([...(reasons.get(line) ?? []), reason])]);
    };
    for (const field of fields) {
      if (!field.wanted) {
        if (tidy(field.value).replace(/^\.+$|^…$/, "")) judge(field, field.value);
        else missing += 1;
        continue;
      }
      const left = new Set(Object.keys(field.wanted));
      for (const row of field.all.filter(({ key }) => bare(tidy(key.value)))) {
        const key = bare(tidy(row.key.value)).replace(/\s+/g, " ").replace(/\s*\/\s*/g, "/"), asked = field.wanted[key];
        if (!left.delete(key)) {
          row.mark(false);
          others.push(key);
        } else judge({ ...asked, line: row.line, mark: row.mark }, row.to.value);
      }
      missing += left.size;
    }
    const done = right == count && !others.length;
    const filled = all().some(value => (Array.isArray(value) ? value.length : value));
    told.textContent = done ? "" : filled ? `${right} of the ${count} entries of ${name} are right.` +
      (missing ? ` Missing: ${missing}.` : "") +
      (others.length ? ` Not asked for: ${others.join(", ")}.` : "") : "Fill in the dots.";
    if (done) told.append(...quoted(passed));
    told.className = done ? "right" : "wrong";
    for (const [line, texts] of reasons)
      line.append(make("details", {}, make("summary", { textContent: "Why" }),
        ...texts.map(reason => make("p", {}, ...quoted(reason)))));
    judged(done);
  });
  form.append(make("div", { className: "code" }, ...lines), make("button", { textContent: "Check" }), again, told);
  place.after(form);
}

export { isRight, show };
