predicted_state = {"shapes": ..., "calls": ..., "counter": ..., "hidden": ...}
