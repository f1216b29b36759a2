"""From `tutorials/*.py` to notebooks, pages and downloads."""
