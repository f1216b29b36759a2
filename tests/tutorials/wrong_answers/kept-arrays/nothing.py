kept_arrays = dict.fromkeys(functions, 0)
