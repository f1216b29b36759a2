predicted = {"shapes": ..., "calls": ..., "counter": ..., "hidden": ...}
