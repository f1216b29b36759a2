kept_arrays = {"sum": 0, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 0, "stopped": 0, "scaled": 0}
