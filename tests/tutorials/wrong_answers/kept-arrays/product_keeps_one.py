kept_arrays = {"sum": 0, "product": 1, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 1, "stopped": 0, "scaled": 0}
