// The page "Your file": a text or a file goes to a worker of the reader's own browser, and what it says of that is shown.
// The worker is made from a text of the page, so the policy of the page holds in it, too: it reaches no other host.
const form = document.querySelector(".your-file"), answer = document.querySelector(".answer");
const [text, file, status, progress] = ["textarea", "[type=file]", "[role=status]", "progress"].map(one => form.querySelector(one));
const stop = form.querySelector("[value=stop]");
const root = new URL("..", import.meta.url), errors = new URL("tutorials/look_up/errors/", root);
const folder = new URL(`${form.dataset.python}/`, root).href, archive = new URL("haiku-port.pyz", root).href;
const MOST_BYTES = 300e6; // of a file, which is in memory three times; a phone may end the page before
const MOST_SIGNS = 30_000; // of a link, which some programs cut
const MOST_TEXT = 2e6; // of a text that a link holds

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// The worker: one question at a time.
let worker, waiting;
function ask(call, ...given) {
  if (!worker) {
    const script = new Blob([`import ${JSON.stringify(new URL("your-file-worker.js", import.meta.url))};`], { type: "text/javascript" });
    const address = URL.createObjectURL(script);
    let loaded = 0;
    worker = new Worker(address, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      if ("loaded" in data) {
        loaded += data.loaded;
        progress.hidden = false;
        progress.value = Math.min(1, loaded / form.dataset.bytes);
        status.textContent = `Loading Python, once: ${Math.round(progress.value * 100)} %`;
        return;
      }
      progress.hidden = true;
      if ("told" in data) waiting.resolve(data.told);
      else waiting.reject(new Error(data.failed));
    });
    worker.addEventListener("error", event => {
      waiting?.reject(new Error(event.message || "Python could not be loaded"));
      end();
    });
  }
  return new Promise((resolve, reject) => {
    waiting = { resolve, reject };
    worker.postMessage({ folder, archive, call, given });
  });
}
function end() {
  worker?.terminate();
  worker = undefined;
  progress.hidden = true;
}

// What the answer has, as elements; all of it is put in as text.
const words = value => value.split(/(`[^`]+`)/).filter(Boolean)
  .map(piece => (/^`.+`$/.test(piece) ? make("code", { textContent: piece.slice(1, -1) }) : piece));
function cell(value) {
  if (Array.isArray(value)) return value.flatMap((one, place) => [...(place ? [" "] : []), ...cell(one)]);
  if (typeof value == "string") return words(value);
  const address = new URL(value.link, root);
  return /^https?:$/.test(address.protocol) ? [make("a", { href: address.href }, ...words(value.text))] : words(value.text);
}
const table = ({ head, rows }) => make("div", { className: "long found" }, make("table", {},
  make("thead", {}, make("tr", {}, ...head.map(name => make("th", { textContent: name, scope: "col" })))),
  make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map((value, place) => {
    const one = make("td", {}, ...cell(value));
    one.dataset.name = head[place];
    return one;
  })))),
));
function pairs(lines) {
  const line = (name, code) => make("code", { className: name, textContent: code || " " });
  const rows = lines.flatMap(({ place, old, new: now, gap }, number) => {
    const same = old === now;
    const row = make("tr", { className: same ? "" : "differs" }, make("th", { scope: "row", textContent: place }),
      make("td", {}, line("old", old)), make("td", {}, ...(now == null ? [] : [line("new", now)])));
    return gap && number ? [make("tr", { className: "gap" }, make("td", { colSpan: 3, textContent: "⋯" })), row] : [row];
  });
  const head = ["line", "yours", "repaired"].map(textContent => make("th", { textContent, scope: "col" }));
  const columns = make("colgroup", {}, make("col", { className: "place" }), make("col", {}), make("col", {}));
  return make("table", { className: "pairs" }, columns, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}
function download({ name, text: whole }) {
  const address = URL.createObjectURL(new Blob([whole], { type: "text/plain" }));
  const link = make("a", { href: address, download: name, textContent: `Download ${name}` });
  return make("p", { className: "acts" }, copying("Copy it all", () => whole), link);
}
function copying(label, value) {
  const button = make("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(await value());
      button.textContent = "Copied";
    } catch (error) {
      button.textContent = error.message;
    }
    setTimeout(() => { button.textContent = label; }, 3000);
  });
  return button;
}
const parts = one => [
  ...(one.text ? [make("p", {}, ...cell(one.text))] : []),
  ...(one.code ? [make("div", { className: "highlight" }, make("pre", {}, make("code", { textContent: one.code })))] : []),
  ...(one.pairs ? [pairs(one.pairs)] : []),
  ...(one.file ? [download(one.file)] : []),
  ...(one.table ? [table(one.table)] : []),
  ...(one.list ? [make("ul", {}, ...one.list.map(item => make("li", {}, ...cell(item))))] : []),
];
const section = one => (one.folded ? [make("details", {}, make("summary", { textContent: one.title }), ...parts(one))]
  : [make("h3", { textContent: one.title }), ...parts(one)]);

// The entries of the page of errors: what each is about, and its parts.
let entries;
async function known() {
  const response = await fetch(errors);
  if (!response.ok) throw new Error(`${errors}: ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = new Map([...page.querySelectorAll("article h3[id]")].map(head => {
    head.querySelector(".headerlink")?.remove();
    const parts = [];
    for (let part = head.nextElementSibling; part && !part.matches("h2, h3"); part = part.nextElementSibling) parts.push(part);
    return [head.id, { messages: [head.textContent], head, parts }];
  }));
  for (const older of page.querySelectorAll("article li > code:first-child + a[href^='#']"))
    found.get(older.hash.slice(1))?.messages.push(older.previousElementSibling.textContent);
  return found;
}
async function entry(message) {
  entries ??= await known();
  const asked = [...entries].map(([id, { messages }]) => ({ id, messages }));
  const id = await ask("best", message, JSON.stringify(asked));
  if (!id) return [make("h3", { textContent: "No entry" }), make("p", {},
    "The page of errors has none for this message. ", make("a", { href: errors.href, textContent: "Look through it" }),
    ", for instance for another line of your traceback.")];
  const { head, parts } = entries.get(id), copies = parts.map(part => document.importNode(part, true));
  for (const term of copies.flatMap(copy => [...copy.querySelectorAll(".term")])) term.replaceWith(term.querySelector("a").textContent);
  for (const link of copies.flatMap(copy => [...copy.querySelectorAll("a[href]")])) link.href = new URL(link.getAttribute("href"), errors).href;
  const title = make("a", { href: new URL(`#${id}`, errors).href }, ...[...head.childNodes].map(node => document.importNode(node, true)));
  return [make("h3", {}, "What it means: ", title), ...copies];
}

// A link holds the text after its `#`, which no browser sends to a server: in base64url, deflated or plain.
const piped = (data, stream) => new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer();
async function linkOf(value) {
  const bytes = new Uint8Array(await piped(value, new CompressionStream("deflate")));
  const code = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const link = `${location.origin}${location.pathname}#code=${code}`;
  if (link.length > MOST_SIGNS) throw new Error("It is too long for a link");
  return link;
}
async function textOf(code) {
  const bytes = Uint8Array.from(atob(code.replace(/-/g, "+").replace(/_/g, "/")), sign => sign.charCodeAt());
  const decoder = new TextDecoder();
  let whole = "";
  try {
    for (const chunks = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader(); whole.length < MOST_TEXT;) {
      const { done, value } = await chunks.read();
      whole += decoder.decode(value, { stream: !done });
      if (done) return whole;
    }
  } catch {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes); // it is plain
  }
  throw new Error("it is too long.");
}

let asked = 0; // questions so far: an older one that ends late says nothing
async function look(name, data) {
  const number = ++asked;
  if (waiting) end();
  answer.hidden = true;
  stop.hidden = false;
  status.textContent = worker ? "Looking at it …" : "Loading Python, once …";
  try {
    const told = await ask("answer", name, data), shown = told.sections.flatMap(section);
    if (told.message != null) shown.push(...await entry(told.message));
    if (number != asked) return;
    const title = make("h2", { tabIndex: -1 }, ...words(told.about));
    const link = name ? [] : [make("p", { className: "acts" }, copying("Copy a link to this answer", () => linkOf(text.value)))];
    answer.replaceChildren(title, ...shown, ...link);
    answer.hidden = false;
    status.textContent = "";
    title.focus({ preventScroll: true });
    title.scrollIntoView();
  } catch (error) {
    if (number == asked) status.textContent = `It could not be looked at: ${error.message}`;
  } finally {
    if (number == asked) {
      waiting = undefined;
      stop.hidden = true;
    }
  }
}
async function lookAt(chosen) {
  if (!chosen) return;
  if (chosen.size > MOST_BYTES) {
    status.textContent = `${chosen.name} has ${Math.round(chosen.size / 1e6)} MB, too much for a page; the commands below read it.`;
    return;
  }
  text.value = "";
  try {
    await look(chosen.name, new Uint8Array(await chosen.arrayBuffer()));
  } catch (error) { // a folder, or a file that is gone
    status.textContent = `${chosen.name} cannot be read: ${error.message}`;
  }
}
const lookAtText = () => {
  file.value = "";
  return look("", new TextEncoder().encode(text.value));
};

form.addEventListener("submit", event => {
  event.preventDefault();
  if (file.files.length) lookAt(file.files[0]);
  else lookAtText();
});
text.addEventListener("input", () => { file.value = ""; });
text.addEventListener("keydown", event => {
  if (event.key == "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
text.addEventListener("paste", event => {
  const [pasted] = event.clipboardData.files;
  if (!pasted) return;
  event.preventDefault();
  lookAt(pasted);
});
file.addEventListener("change", () => lookAt(file.files[0]));
stop.addEventListener("click", () => {
  asked++;
  end();
  waiting = undefined;
  stop.hidden = true;
  status.textContent = "Stopped.";
});
for (const kind of ["dragenter", "dragover"]) addEventListener(kind, event => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("over");
});
for (const kind of ["dragleave", "drop"]) addEventListener(kind, event => {
  if (kind == "drop" || !event.relatedTarget) form.classList.remove("over");
});
addEventListener("drop", event => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  lookAt(event.dataTransfer.files[0]);
});

const EXAMPLES = {
  code: `import haiku as hk
import jax
import jax.numpy as jnp
from jax.experimental import optix


def net(x):
    return hk.nets.MLP([64, 10])(x)


def update(params, grads, mask):
    if jnp.alltrue(mask):
        params = jax.tree_multimap(lambda p, g: p - 0.1 * g, params, grads)
    return jax.ops.index_update(params["mlp/~/linear_0"]["b"], 0, 0.0)
`,
  error: `Traceback (most recent call last):
  File "train.py", line 14, in loss
    return jnp.mean(x) if x.sum() > 0 else 0.0
jax.errors.TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[].
`,
};
for (const button of form.querySelectorAll("span > button")) button.addEventListener("click", () => {
  text.value = EXAMPLES[button.value];
  lookAtText();
});

async function opened() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code == null) return;
  try {
    text.value = await textOf(code);
    await lookAtText();
  } catch (error) {
    status.textContent = `This link has no text that can be read: ${error.message}`;
  }
}
addEventListener("hashchange", opened);
opened();
if (location.hash == "#paste") text.focus(); // the front page leads there
