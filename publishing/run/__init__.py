"""The notebook runs, or the record of an earlier run is found."""
