// The worker that answers searches in place of the theme's, by name in course.html. At the first query
// it loads what publishing/site/words.py wrote, ranks the sections that have its words, shows the texts
// of the first pages, and corrects a word that no page has; no sign in a query means anything but itself.
// `asked.json`, of which words.json has all, says which section answers words that readers use and pages do not, how pages
// write full names, through which pages to look instead, and which pages come behind others.
const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3]; // messages of Material and Zensical
// What a word weighs in a title, in the first line of an error, in what readers ask a section, elsewhere.
const TITLE = 4, MESSAGE = 3, ASKED = 2, TEXT = 1;
const LETTER = "[\\p{L}\\p{N}_]", WORD = new RegExp(`${LETTER}+`, "gu");
const SHOWN = 10; // pages whose texts come soon after an answer
let pages; // tells site.js what was corrected
try {
  pages = new BroadcastChannel("search");
} catch { // some browsers refuse it where they refuse to store
}

let names = []; // full names and how pages write them, as in [/(?<!\w)numpy\.(?=\w)/g, "np."]
const fold = text => names.reduce(
  (folded, [full, short]) => folded.replace(full, short),
  text.toLowerCase().replace(/`/g, "").replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"').replace(/\s+/g, " ").trim(),
);
const plain = html => fold(
  html.replace(/<\/?(?:p|li|ol|ul|pre)>/g, " ").replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&"),
);
const wordsOf = text => [...new Set(text.match(WORD))];
// Words that say nothing of a subject; a query of nothing else means them.
const COMMON = new Set((
  "a after an and are as at be been before by can did do does equivalent find for from get gets got how i here if in " +
  "instead is it its know made make many me my need needs of on only or out over same so some still than that the their " +
  "them then there they this to too up use used using vs want was we what when where which why will with you your"
).split(" "));
const tellingWordsOf = query => {
  const words = wordsOf(query), telling = words.filter(word => !COMMON.has(word));
  return telling.length ? telling : words;
};
const isWord = sign => sign == "_" || (sign >= "0" && sign <= "9") || sign?.toUpperCase() != sign?.toLowerCase();

// A word without its ending: what `diverging`, `diverges` and `diverged` have in common.
const stemOf = word => {
  const stem = word.length < 6 || /[^a-z]/.test(word) ? word : word.replace(/(?:(?:at)?ions?|ings?|ers?|ed|es|s|e)$/, "");
  return stem.length < 4 ? word : stem;
};
const STEM = 0.6; // how well a text fits that has another form of a word

// How well a text has a word or phrase: as a whole, behind a dot, in the plural, at the beginning or inside of a word.
function fit(text, part) {
  let best = 0;
  for (let at = text.indexOf(part); at >= 0 && best < 1; at = text.indexOf(part, at + 1)) {
    const before = text[at - 1], stop = at + part.length;
    const end = stop + (text[stop] == "s" && !isWord(text[stop + 1]));
    const begins = !isWord(part[0]) || !isWord(before), ends = !isWord(part.at(-1)) || !isWord(text[end]);
    const goesOn = text[end] == "." && isWord(text[end + 1]);
    const whole = before == "." ? 0.98 : end > stop ? 0.99 : 1;
    best = Math.max(best, begins && ends && !goesOn ? whole : begins ? 0.7 : part.length > 2 ? 0.2 : 0);
  }
  return best;
}
function fitForms(text, word) {
  const best = fit(text, word), stem = stemOf(word);
  return stem == word || best >= STEM || fit(text, stem) < 0.7 ? best : STEM;
}

const root = new URL("..", location); // of the site
async function read(address) {
  const response = await fetch(new URL(address, location));
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

// Zensical's sections, which are in the order of the alphabet and weigh the same, as in Material's index: in the order of
// the course, in which llms.txt names the pages, and tutorials the heavier the earlier.
async function inOrder(docs) {
  const outline = await (await fetch(new URL("llms.txt", root))).text();
  const pages = [...outline.matchAll(/\]\(([^)]*)\)/g)].map(([, address]) => new URL(address, root).pathname);
  const places = new Map(pages.map((page, place) => [page, place]));
  const place = ({ location }) => places.get(new URL(location, root).pathname) ?? places.size;
  const isTutorial = location => location.startsWith("tutorials/");
  return docs.map((doc, id) => ({ ...doc, id, location: doc.location.replace(root, "") }))
    .map(doc => ({ ...doc, boost: isTutorial(doc.location) ? 2 - place(doc) / places.size : 1 }))
    .sort((one, other) => isTutorial(one.location) - isTutorial(other.location) || place(one) - place(other));
}

const prepared = doc => ({
  size: plain(doc.text).length,
  ...doc,
  page: doc.location.split("#")[0],
  head: plain(doc.title),
  said: plain([...doc.text.matchAll(/<pre>(?!<code>)(.*?)<\/pre>/gs)].map(([, line]) => line).join(" ")),
  body: plain(doc.text),
});
const anchorOf = title => title.replace(/<[^>]*>|&\w+;/g, "").toLowerCase()
  .replace(/[^a-z0-9_\s-]/g, "").trim().replace(/[-\s]+/g, "-");
// The sections that words.json has, with their messages for texts, and which of them have a word.
function unpack({ unit, pages, words, places, asked, ...rest }) {
  const docs = pages.flatMap(([page, boost, ...rows], file) => rows.map(
    ([title, size, text = "", at = title == rows[0][0] ? "" : anchorOf(title)]) => (
      { file, boost, title, text, size: unit * size, location: page + (at && `#${at}`) }
    ),
  ));
  const lists = places.split(" ").map(signs => {
    let place = -1;
    const steps = [...signs].map(sign => sign.charCodeAt() - 34);
    const count = steps[0] < 0 && steps.splice(0, 2)[1]; // of a word with too many to tell
    return Object.assign(steps.map(step => place += step), { count });
  });
  let last = "";
  const spelled = words.split(" ").map(word => last = last.slice(0, word.charCodeAt() - 34) + word.slice(1));
  return {
    ...rest, docs: docs.map((doc, number) => ({ ...doc, phrases: asked[number] })),
    places: new Map(spelled.map((word, number) => [word, lists[number]])),
  };
}

// The sections of the site, of which Zensical hands over the texts, and which of them have a word.
let given;
async function load() {
  const { names: written = {}, instead = {}, behind = [], docs, places, ...listed } = given
    ? { ...await read("asked.json"), docs: await inOrder(given), places: new Map() }
    : unpack(await read("../search/words.json"));
  names = Object.entries(written)
    .map(([full, short]) => [new RegExp(`(?<!\\w)${full.replaceAll(".", "\\.")}(?=\\w)`, "g"), short]);
  const sections = docs.map(prepared).map(section => ({
    ...section, phrases: (section.phrases || listed[section.location] || []).map(fold),
    behind: behind.some(at => section.page.startsWith(at)),
  }));
  const counts = new Map(); // of sections that have a word in some form
  sections.forEach(({ head, body, phrases }, number) => {
    for (const word of wordsOf([head, body, ...phrases].join(" "))) {
      if (!places.has(word)) places.set(word, []);
      places.get(word).push(number);
    }
  });
  for (const [word, { count, length }] of places) {
    const stem = stemOf(word);
    counts.set(stem, Math.max(counts.get(stem) || 0, count || length));
  }
  const rarity = stem => Math.log(1 + sections.length / (1 + (counts.get(stem) || 0)));
  for (const section of sections) {
    section.asked = section.phrases.join(" ; ");
    section.stems = section.phrases.map(phrase => stemsOf(tellingWordsOf(phrase), rarity));
  }
  return { sections, places, instead, rarity, texts: {} };
}

// The stems of words, and what they weigh: the more the rarer they are.
const stemsOf = (words, rarity) => {
  const stems = new Map(words.map(stemOf).map(stem => [stem, rarity(stem)]));
  return { stems, weight: sum(stems.values()) };
};
const sum = numbers => [...numbers].reduce((all, number) => all + number, 0);
// How much of two lists of stems is the same, from 0 to 1.
const likeness = (one, other) => (
  sum([...one.stems].map(([stem, weight]) => (other.stems.has(stem) ? weight : 0))) / Math.sqrt(one.weight * other.weight) || 0
);

// What was found, with the texts of the first pages.
async function withTexts(found, { texts, sections }) {
  const files = [...new Set(found.map(({ section }) => section.file))].slice(0, SHOWN);
  const own = await Promise.all(files.map(file => texts[file] ||= read(`../search/texts/${file}.json`)));
  const whole = new Map(files.flatMap((file, n) => sections.filter(section => section.file == file)
    .map((section, place) => [section, { ...section, text: own[n][place], read: true }])));
  return found.map(one => ({ ...one, section: whole.get(one.section) || one.section }));
}

// Whether two words differ in one letter, or two letters changed places.
function near(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0, end = 0;
  const least = Math.min(one.length, other.length);
  while (start < least && one[start] == other[start]) start++;
  while (end < least - start && one.at(-1 - end) == other.at(-1 - end)) end++;
  const [a, b] = [one, other].map(word => word.slice(start, word.length - end));
  return (a.length <= 1 && b.length <= 1) || (a.length == 2 && a == [...b].reverse().join(""));
}

function corrected(word, { places }) {
  const others = [...places.keys()];
  if (word.length < 4 || others.some(other => other.includes(word))) return word;
  return others.filter(other => near(word, other)).sort((a, b) => places.get(b).length - places.get(a).length)[0] || word;
}

// How well the text of each section has a word.
function bodyFits(word, { sections, places }) {
  const fits = sections.map(() => 0), stem = stemOf(word);
  for (const [other, numbers] of places) {
    const value = other.includes(stem) ? fitForms(other, word) : 0;
    if (value) for (const number of numbers) fits[number] = Math.max(fits[number], value);
  }
  return fits;
}

// The sections that have most of a query, the best first. A word weighs more the rarer it is, in a short section more
// than in a long one, and where the course begins more than at its end.
function rank(query, site) {
  const words = tellingWordsOf(query), forms = new Set(wordsOf(query).map(stemOf)), places = [...query.matchAll(WORD)];
  const pairs = places.slice(1).map((next, n) => query.slice(places[n].index, next.index + next[0].length));
  const spellings = [query, ...["", "_", "."].map(sign => query.replaceAll(" ", sign))]; // layer norm, LayerNorm
  const bodies = words.map(word => bodyFits(word, site)), stems = stemsOf(words, site.rarity);
  const found = site.sections.map((section, number) => {
    const { head, said, asked, body } = section, short = 4000 / (4000 + section.size);
    const message = said.includes(head) ? TITLE : MESSAGE; // the section is about the error that it shows
    const best = (part, how, text) => Math.max(
      TITLE * how(head, part), message * short * how(said, part), ASKED * how(asked, part), TEXT * short * text,
    );
    return {
      section,
      fits: words.map((word, n) => best(word, fitForms, bodies[n][number])),
      phrase: words[0] == query ? 0 : Math.max(...spellings.map(spelling => best(spelling, fit, fit(body, spelling)))),
      run: sum(pairs.map(pair => (head.includes(pair) ? TITLE : said.includes(pair) ? message : 0))) / Math.max(4, pairs.length),
    };
  });
  const rare = words.map((word, n) => {
    const count = Math.max(found.filter(({ fits }) => fits[n]).length, site.places.get(word)?.count || 0);
    return count && Math.log(found.length / count) * (/^(\d+|.)$/.test(word) ? 0.4 : 1); // numbers and letters say little
  });
  const weigh = values => sum(rare.map((value, n) => value * values[n])) / sum(rare) || 0;
  for (const one of found) {
    const { section, fits, phrase, run } = one;
    const answers = section.phrases // a word alone says less than a phrase
      .filter(key => (key.includes(" ") ? wordsOf(key).every(word => forms.has(stemOf(word))) : fit(query, key) > 0.9))
      .map(key => 9 * Math.max(/^\w+$/.test(key) ? 0.1 : 0.3, key.length / query.length));
    const like = words.length < 2 ? 0 : Math.max(0, ...section.stems.map(other => 5 * likeness(other, stems) ** 2));
    const begun = / .* /.test(section.head) && fit(query, section.head) ? 16 * section.head.length / query.length : 0;
    const share = answers.length ? 1 : weigh(fits.map(Boolean));
    one.share = like > 1 ? 1 : share;
    one.score = weigh(fits) * share ** 2 + phrase + run + begun;
    one.score *= (section.boost || 1) ** 0.4 * (section.page == section.location ? 1.05 : 1) * (section.behind ? 0.3 : 1);
    one.score += Math.max(like, ...answers);
  }
  const most = Math.max(...found.map(({ share }) => share));
  const having = part => found.filter(({ score, share, run }) => score > 0 && (share >= part * most || run > 1));
  const whole = having(0.7);
  return (whole.length < 5 ? having(0.3) : whole).sort((a, b) => b.score - a.score);
}

// The words of a query in HTML, outside of tags and entities.
const asWritten = word => (word.length > 2 || !isWord(word[0]) ? word : `(?<!${LETTER})${word}(?!${LETTER})`);
const pattern = words => new RegExp(`(<[^>]*>|&\\w+;)|(${words.map(asWritten).join("|") || "$^"})`, "giu");

// What Material shows of a section: its title, and the two sentences or messages that have most words, marked, else the first.
function teaser({ section: { location, title, text, read }, score = 0 }, words) {
  const mark = html => html.replace(pattern(words), (_, tag, word) => tag || `<mark>${word}</mark>`);
  const blocks = [...text.matchAll(/<(p|li|pre)>(?!<code>.*?<\/code><\/pre>)(.*?)<\/\1>/gs)]
    .map(([, , html]) => html.replace(/<(?!\/?code>)[^>]*>/g, " "))
    .map((html, place) => ({ html, place, hits: words.filter(word => fit(plain(html), word)).length }));
  const best = blocks.sort((a, b) => b.hits - a.hits).filter(({ hits }, n) => (hits ? n < 2 : !n))
    .sort((a, b) => a.place - b.place);
  return {
    location, score, title: mark(title), text: best.map(({ html }) => `<p>${mark(html)}</p>`).join(""),
    terms: Object.fromEntries(words.map(word => [word, !read || fitForms(plain(`${title} ${text}`), word) > 0])), // or missing
  };
}

// Results as Material shows them: by page, each with the page itself.
function byPage(found, words, { sections } = {}) {
  const groups = new Map();
  for (const one of found) groups.set(one.section.page, [...groups.get(one.section.page) || [], one]);
  return [...groups].slice(0, 30).map(([page, several]) => {
    const items = several.slice(0, 9).map(one => teaser(one, words));
    if (items.some(({ location }) => location == page)) return items;
    return [...items, teaser({ section: sections.find(({ location }) => location == page) }, words)];
  });
}

// Results as Zensical shows them: the numbers of sections, and where in their HTML the words are.
function inLine(found, words) {
  const ranges = html => [...html.matchAll(pattern(words))].filter(([, , word]) => word)
    .map(({ index, 0: { length } }) => ({ start: index, end: index + length, value: length }));
  return found.slice(0, 30).map(({ section }) => ({
    id: section.id,
    matches: ["title", "text"].map(field => ({ field, value: { highlight: { ranges: ranges(section[field]) } } })),
  }));
}

// Two answers: one as soon as the words are there, then one with the texts of the first pages.
let index;
async function* search(query) {
  index ||= load();
  const site = await index, asked = fold(query);
  const tried = asked.replace(WORD, word => corrected(word, site));
  if (tried != asked) pages?.postMessage({ query, tried });
  const core = tried.match(/[\p{L}\p{N}_].*[\p{L}\p{N}_]|[\p{L}\p{N}_]/u)?.[0] || tried;
  const words = tellingWordsOf(core);
  if (!asked) return yield [[], words, site];
  let found = rank(core, site);
  if (!found.length) found = rank(core.replaceAll("_", " "), site); // a name that no page has, by its words
  if (!found.length) pages?.postMessage({ query, instead: Object.entries(site.instead) });
  yield [found, words, site];
  if (!given) yield [await withTexts(found, site).catch(() => (index = undefined, found)), words, site];
}

let last;
addEventListener("message", async ({ data: { type, data } }) => {
  if (type == SETUP) given = data.items;
  if (type != QUERY) return;
  const ofMaterial = typeof data == "string", query = ofMaterial ? data : String(data.input);
  last = query;
  const answer = (...results) => {
    if (query != last) return;
    const items = ofMaterial ? byPage(...results) : inLine(...results);
    const data = ofMaterial ? { items, query } : { items, pagination: { total: items.length } };
    postMessage({ type: RESULT, data });
  };
  try {
    if (!query && !index) return answer([], []);
    for await (const results of search(query)) answer(...results);
  } catch (error) {
    index = undefined; // the next query tries again
    pages?.postMessage({ query, failed: true });
    console.error("The search failed:", error);
    answer([], []);
  }
});
postMessage({ type: READY });
