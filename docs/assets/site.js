// Runs before Material's own script.

// Material asks for the index of its search on every page, which is half of what a first visit would load. It waits
// here until somebody turns to the search.
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, url, ...rest) {
  this.waits = String(url).endsWith("/search_index.json") && !new URLSearchParams(location.search).has("q");
  return open.call(this, method, url, ...rest);
};
XMLHttpRequest.prototype.send = function (...body) {
  if (!this.waits) return send.apply(this, body);
  const search = document.querySelector("[data-md-component=search]");
  search.addEventListener("focusin", () => send.apply(this, body), { once: true });
};

// The palette: the button changes and keeps it; without a choice of the reader's it follows the system.
const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => {
  if (!__md_get("__palette")) paint(dark.matches ? "slate" : "default");
});
const palette = document.querySelector(".palette");
palette.style.visibility = "visible"; // not before: the button would move when the search beside it comes
palette.addEventListener("click", () => {
  const scheme = document.body.dataset.mdColorScheme === "slate" ? "default" : "slate";
  paint(scheme);
  __md_set("__palette", { color: { scheme } });
});
