"""The folder in which a site is built, and how it takes the place of the site that stood before."""

from __future__ import annotations

import shutil
from pathlib import Path


class Staging:
    """Where a build writes; only one build at a time may use it.

    Attributes:
      folder: what MkDocs fills.
      site: what readers see; it is there, whole, before and after a build, however that ends.
    """

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder = folder
        self.site = site.resolve()  # a link stays a link
        self.new, self.old = (self.site.with_name(f".{self.site.name}-{word}") for word in ("new", "old"))

    def clear(self) -> None:
        """Remove what a build left; one that was killed while it exchanged the sites gets its old site back."""
        if self.old.exists() and not self.site.exists():
            self.old.rename(self.site)
        for folder in (self.folder, self.new, self.old):
            if folder.exists():
                shutil.rmtree(folder)

    def publish(self) -> None:
        """Let the new site take the place of the old one: two renames, so that no moment sees half a site."""
        self.site.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.folder, self.new)  # a copy where the site lies on another file system
        if self.site.exists():
            self.site.rename(self.old)
        self.new.rename(self.site)
