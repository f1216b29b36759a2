// The verdict on a prediction, as `predicted` of snippets/checking.py gives it: same entries, same counts, same sentences.
// A value of Python is a boolean, a string, null for None, undefined for `...`, {number, int}, {kind, items} for a list, a
// tuple or a set, or {kind: "dict", items} with pairs.
const SIGNS = /\s+|#.*|\\\n/y;
const TOKEN = /((?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|([A-Za-z_]\w*)|(\.\.\.|\*\*|\/\/|[-+*\/%()[\]{},:=;])/y;
const ESCAPES = { n: "\n", t: "\t", "\n": "", "\\": "\\", "'": "'", '"': '"' };
const NAMES = { True: true, False: false, None: null };
const number = (value, int) => ({ number: value, int: int && Number.isSafeInteger(value) });
const isNumber = value => typeof value == "boolean" || value?.number != null;
const numeric = value => (typeof value == "boolean" ? Number(value) : value.number);
const hashable = value => !value?.items || (value.kind == "tuple" && value.items.every(hashable));
const OPERATORS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b), "%": (a, b) => a - b * Math.floor(a / b), "**": (a, b) => a ** b,
};

class Unreadable extends Error {}

function tokens(text) {
  const found = [];
  for (let at = 0; at < text.length; ) {
    const line = text.slice(0, at).split("\n").length;
    SIGNS.lastIndex = TOKEN.lastIndex = at;
    const space = SIGNS.exec(text);
    if (space) {
      if (space[0].includes("\n") && space[0][0] != "\\") found.push({ newline: true, line });
      at = SIGNS.lastIndex;
      continue;
    }
    const [whole, digits, quoted, name, sign] = TOKEN.exec(text) || [];
    if (!whole) throw new Unreadable(line);
    const quotes = quoted && (/^("""|''')/.test(quoted) ? 3 : 1);
    const string = quoted?.slice(quotes, -quotes).replace(/\\([^])/g, (_, one) => {
      if (one in ESCAPES) return ESCAPES[one];
      throw new Unreadable(line);
    });
    found.push({ digits, string, name, sign, line });
    at = TOKEN.lastIndex;
  }
  return found;
}

// The value of the last name that the text defines, or of the one asked for.
function read(text, wanted) {
  const all = tokens(text), known = {};
  let place = 0, depth = 0;
  const look = () => {
    while (depth && all[place]?.newline) place += 1;
    return all[place] || {};
  };
  const fail = () => { throw new Unreadable((all[place] || all.at(-1) || { line: 1 }).line); };
  const take = sign => (look().sign == sign ? (place += 1) : fail());
  const inside = (open, close, one) => {
    const items = [];
    let comma = false;
    take(open);
    if ((depth += 1) > 200) fail(); // as Python's own parser
    while (look().sign != close) {
      items.push(one());
      comma = look().sign == ",";
      if (comma) place += 1;
      else if (look().sign != close) fail();
    }
    depth -= 1;
    take(close);
    return [items, comma];
  };
  const entry = () => { // of a dictionary or a set
    const key = value();
    if (!hashable(key)) fail();
    if (look().sign != ":") return key;
    take(":");
    return [key, value()];
  };
  const keyword = () => {
    const key = look().name ?? fail();
    place += 1;
    take("=");
    return [key, value()];
  };
  const braces = () => {
    const [items] = inside("{", "}", entry), pairs = items.filter(Array.isArray).length;
    if (pairs && pairs < items.length) fail();
    return { kind: pairs == items.length ? "dict" : "set", items };
  };
  const atom = () => {
    const { digits, string, name, sign } = look();
    if (digits != null) {
      place += 1;
      return number(Number(digits.replaceAll("_", "")), /^[\d_]+$/.test(digits));
    }
    if (string != null) {
      let whole = "";
      for (; look().string != null; place += 1) whole += look().string;
      return whole;
    }
    if (sign == "...") return void (place += 1);
    if (sign == "[") return { kind: "list", items: inside("[", "]", value)[0] };
    if (sign == "{") return braces();
    if (sign == "(") {
      const [items, comma] = inside("(", ")", value);
      return items.length == 1 && !comma ? items[0] : { kind: "tuple", items };
    }
    if (name in NAMES) return (place += 1), NAMES[name];
    if (name in known) return (place += 1), known[name];
    if (name == "dict" && all[place + 1]?.sign == "(") {
      place += 1;
      return { kind: "dict", items: inside("(", ")", keyword)[0] };
    }
    if ((name == "set" || name == "frozenset") && all[place + 1]?.sign == "(") {
      place += 1;
      const [items] = inside("(", ")", value);
      const members = items.flatMap(one => (typeof one == "string" ? [...one] : one?.items ?? fail()))
        .map(one => (Array.isArray(one) ? one[0] : one)); // of a dictionary its keys
      return members.every(hashable) ? { kind: "set", items: members } : fail();
    }
    return fail();
  };
  const calculated = (a, sign, b) => {
    if (!isNumber(a) || !isNumber(b)) fail();
    const [x, y] = [numeric(a), numeric(b)];
    const int = [a, b].every(one => typeof one == "boolean" || one.int) && sign != "/" && (sign != "**" || y >= 0);
    const result = OPERATORS[sign](x, y);
    return Number.isFinite(result) ? number(result, int) : fail();
  };
  const power = () => {
    const base = atom();
    if (look().sign != "**") return base;
    place += 1;
    return calculated(base, "**", signed());
  };
  const signed = () => {
    const sign = look().sign;
    if (sign != "-" && sign != "+") return power();
    place += 1;
    return calculated(number(0, true), sign, signed());
  };
  const chain = (next, ...signs) => {
    let result = next();
    while (signs.includes(look().sign)) {
      const sign = all[place].sign;
      place += 1;
      result = calculated(result, sign, next());
    }
    return result;
  };
  const value = () => chain(() => chain(signed, "*", "/", "//", "%"), "+", "-");
  const line = () => { // a tuple needs no parentheses
    const first = value();
    if (look().sign != ",") return first;
    const items = [first];
    while (look().sign == ",") {
      place += 1;
      if (!look().newline && place < all.length) items.push(value());
    }
    return { kind: "tuple", items };
  };
  while (place < all.length) {
    if (all[place].newline || all[place].sign == ";") place += 1;
    else if (wanted == null) return line();
    else {
      const names = [];
      do {
        names.push(look().name ?? fail());
        place += 1;
        take("=");
      } while (look().name != null && all[place + 1]?.sign == "="); // a = b = 1
      const given = line();
      for (const name of names) known[name] = given;
      if (place < all.length && !all[place].newline && all[place].sign != ";") fail();
    }
  }
  return known[wanted];
}

const shownNumber = ({ number: value, int }) => {
  if (int) return String(value);
  const text = String(value).replace("Infinity", "inf").replace("NaN", "nan");
  return /^-?\d+$/.test(text) ? `${text}.0` : text.replace(/e([+-])(\d)$/, "e$10$2");
};
const shown = value => {
  if (value === undefined) return "Ellipsis";
  if (value === null) return "None";
  if (typeof value == "boolean") return value ? "True" : "False";
  if (typeof value == "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    return quote + value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(quote, `\\${quote}`) + quote;
  }
  if (value.number != null) return shownNumber(value);
  if (value.kind == "dict") return `{${unique(value).map(pair => pair.map(shown).join(": ")).join(", ")}}`;
  const items = value.items.map(shown).join(", ");
  if (value.kind == "list") return `[${items}]`;
  if (value.kind == "set") return value.items.length ? `{${items}}` : "set()";
  return value.items.length == 1 ? `(${items},)` : `(${items})`;
};
const said = value => (typeof value == "string" ? value : shown(value));
// Two values are equal if their codes are: 1, 1.0 and True are.
const code = value => (isNumber(value) ? `n${numeric(value)}` : value?.items ? `${value.kind}(${
  value.items.map(one => (Array.isArray(one) ? one.map(code).join(":") : code(one))).join(",")})` : `s${shown(value)}`);
const unique = dict => [...new Map(dict.items.map(pair => [code(pair[0]), pair])).values()];
const holds = value => value?.kind == "dict" || value?.kind == "list";
const parts = value => (value.kind == "dict" ? unique(value)
  : value.items.map((item, index) => [number(index, true), item]));
const pathCode = path => path.map(code).join("/");

function entries(tree, form, path = []) {
  if (!holds(form) || typeof tree == "string") return [[path, tree]];
  if (!holds(tree) && tree?.kind != "tuple") throw new Error(`${shown(tree)} should be a ${form.kind}`);
  const known = new Map(parts(form).map(([key, value]) => [code(key), value]));
  const shapes = [...known.values()].every(value => value?.kind == "tuple");
  if (shapes && tree.kind == "tuple" && tree.items.every(item => item?.int)) return [[path, tree]];
  const none = { kind: "tuple", items: [] };
  return parts(tree).flatMap(([key, value]) =>
    entries(value, known.has(code(key)) ? known.get(code(key)) : none, [...path, key]));
}

function isRight(given, right, rtol) {
  if (typeof given == "string" && typeof right != "string") {
    if (/^\p{L}/u.test(given.trim()) && !["True", "False", "None"].includes(given)) return false;
    throw new Error(`${shown(given)} is a text; write the value itself, without quotes`);
  }
  if (typeof right == "string" || right === null)
    return said(given).trim().toLowerCase() == said(right).toLowerCase();
  if (right.kind == "tuple") {
    const sized = given?.kind == "tuple" || given?.kind == "list";
    if (sized && given.items.every(size => typeof size == "boolean" || size?.int))
      return code({ ...given, kind: "tuple" }) == code(right);
    throw new Error(`${shown(given)} is not a shape, such as (), (3,) or (2, 3)`);
  }
  if (right.kind == "set") {
    const items = given?.kind == "dict" ? given.items.map(pair => pair[0]) : given?.items;
    if (!items?.every(hashable)) throw new Error(`${shown(given)} is not a set, such as set() or {'a', 'b'}`);
    const mine = new Set(items.map(code)), theirs = new Set(right.items.map(code));
    return mine.size == theirs.size && [...mine].every(item => theirs.has(item));
  }
  let value = given;
  while ((value?.kind == "list" || value?.kind == "tuple") && value.items.length == 1) value = value.items[0];
  const wanted = typeof right == "boolean";
  if (!isNumber(value) || (typeof value == "boolean") != wanted)
    throw new Error(`${shown(given)} is not ${wanted ? "True or False" : "a number"}`);
  const limit = wanted || right.int ? 0 : rtol * Math.abs(right.number) + 1e-6;
  return Math.abs(numeric(value) - numeric(right)) <= limit;
}

// The sentence on a text, or "" if it is right, and the reasons by entry.
function verdict(text, question) {
  const [name, truth, reasons, rtol] = read(question).items;
  const form = `${name} must be a dictionary of the form shown in the cell above`;
  let given;
  try {
    given = read(text, name);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return [`Line ${error.message} is more than this page can read: numbers, texts, True, False, None, and dictionaries, ` +
      "lists, tuples and sets of them. In the notebook any code will do.", []];
  }
  const again = "Change your prediction and run this check again.";
  if (given?.kind != "dict") return [`Define ${name}, run its cell, then this check: ${form}. ${again}`, []];
  const asked = new Map(entries(truth, truth).map(entry => [pathCode(entry[0]), entry]));
  let right, yours;
  try {
    yours = new Map(entries(given, truth).map(entry => [pathCode(entry[0]), entry]));
    right = new Set([...asked.keys()].filter(path => yours.has(path) && isRight(yours.get(path)[1], asked.get(path)[1], rtol.number)));
  } catch (problem) {
    return [`${form}, and ${problem.message}. ${again}`, []];
  }
  const begins = (whole, part) => part.every((key, index) => whole.length > index && code(whole[index]) == code(key));
  const isAsked = path => [...asked.values()].some(([whole]) => begins(whole, path));
  const wrong = [...yours].filter(([path, [keys]]) => !right.has(path) && isAsked(keys)).map(([, entry]) => entry);
  const others = [...yours.values()].filter(([keys]) => !isAsked(keys));
  const missing = [...asked].filter(([path, [keys]]) => !yours.has(path) && !wrong.some(([part]) => begins(keys, part)));
  if (!wrong.length && !others.length && !missing.length) return ["", []];
  const named = some => some.map(([keys]) => keys.map(said).join(".")).join(", ");
  let told = `${right.size} of the ${asked.size} entries of ${name} are right.`;
  if (missing.length) told += ` Missing: ${missing.length}.`;
  if (wrong.length) told += ` Not right: ${named(wrong)}.`;
  if (others.length) told += ` Not asked for: ${named(others)}.`;
  const words = new Set([...asked.values()].map(([, value]) => said(value).toLowerCase()));
  const odd = wrong.map(([, value]) => value)
    .find(value => typeof value == "string" && !words.has(value.trim().toLowerCase()));
  if (odd != null) told += ` The answer is ${shown(odd)} for no entry.`;
  const why = new Map(parts(reasons).map(([key, value]) => [code(key), value]));
  const reason = ([keys]) => [...keys.map((_, index) => ({ kind: "tuple", items: keys.slice(0, keys.length - index) })), keys[0]]
    .map(key => why.get(code(key))).find(Boolean);
  return [`${told} ${again}`, wrong.map(entry => [named([entry]), reason(entry)]).filter(([, text]) => text)];
}

export { verdict };
