kept_arrays = {"sum": 2, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 1, "checkpointed": 1, "stopped": 2, "scaled": 2}
