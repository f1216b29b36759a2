"""What readers get: pages, figures, downloads, lists and the report."""
