"""`draft`: from a Haiku function that runs, the first version of its port."""
