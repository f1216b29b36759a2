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
