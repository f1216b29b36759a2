// What Material's templates lack for a screen reader.
document$.subscribe(() => {
  // The dialog of the search has no name.
  document.querySelector(".md-search").ariaLabel = "Search";
  // The results are a list; Material says that they are none.
  document.querySelector(".md-search-result__list").role = "list";
  // "Copied to clipboard" is shown and not said.
  document.querySelector(".md-dialog__inner").role = "status";
  // A nav around each button that copies would be a landmark.
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.role = "none";
});
