predicted_notes = {'init': {'creations': 5, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}
