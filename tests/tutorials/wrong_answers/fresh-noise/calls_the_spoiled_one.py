def build_input_output(key):
    return spoiled_input_output(key)
