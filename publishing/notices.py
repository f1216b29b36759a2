"""What programs that a build uses print about themselves, which a log of a build has no use for.

MkDocs imports the theme before the plugins, but it reads `mkdocs.yml` before either:
`!!python/name:` there imports this module, and the setting has the value of the name.
"""

import os

# Material prints nine lines about its end of life, unless this is set when it is imported.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
theme_news = False
