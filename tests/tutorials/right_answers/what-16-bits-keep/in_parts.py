kept = {"differs": {}, "in_range": {}, "dtype": {}}
for name in "abcd":
    kept["differs"][name] = name in "bd"
for name in "efgh":
    kept["in_range"][name] = name in "fh"
for name in "ijklmn":
    kept["dtype"][name] = "float32" if name in "jlm" else "bfloat16"
