"""The options of the plugin in `mkdocs.yml`, and the settings that they make."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.exceptions import PluginError

from publishing.settings import DEVICES, Settings


class Options(base.Config):
    """The options in `mkdocs.yml`; publishing/settings.py says what each means."""

    source = c.Type(str, default=str(Settings.source))
    records = c.Type(str, default=str(Settings.records))
    workers = c.Type(int, default=Settings.workers)
    timeout = c.Type(int, default=Settings.timeout)
    device = c.Choice(DEVICES, default=Settings.device)
    memory = c.Type(int, default=Settings.memory)
    repository = c.Type(str, default="")
    redirects = c.Type(dict, default={})

    def settings(self, root: Path) -> Settings:
        """The settings of a build, folders seen from that of `mkdocs.yml`.

        Raises:
          PluginError: for a number that is too small.
        """
        if self.timeout < 1 or self.memory < 1 or self.workers < 0:
            raise PluginError("tutorials: timeout and memory must be at least 1, workers at least 0.")
        options = {name: self[name] for name in ("workers", "timeout", "device", "memory")}
        return Settings(source=root / self.source, records=root / self.records, **options)
