predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': [3, 4, 4], 'dtype': 'Float32', 'original': [4, 4]}
