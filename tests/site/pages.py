"""The addresses of the site's pages, by what is in the navigation."""

from answers import ROOT

from publishing.tutorial import read_tutorials

# As CI builds it, so that what depends on the address and the repository is there to be tested.
SITE_URL = "https://site.test/course/"
TUTORIALS = [f"tutorials/{tutorial.name}/" for tutorial in read_tutorials(ROOT / "tutorials")]
BY_HAND = [
    path.relative_to(ROOT / "docs").with_suffix("").as_posix().removesuffix("index") + "/" * (path.stem != "index")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]
PAGES = [*BY_HAND, *TUTORIALS]
