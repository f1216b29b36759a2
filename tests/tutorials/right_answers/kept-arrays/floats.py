kept_arrays = {"scaled": 0.0, "stopped": 0.0, "sum": 0.0, "product": 2.0, "sine": 1.0, "two sines": 2.0, "sine of sine": 2.0, "checkpointed": 1.0}
