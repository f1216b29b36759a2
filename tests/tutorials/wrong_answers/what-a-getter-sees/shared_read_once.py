predicted_notes = {'init': {'creations': 3, 'reads': 3}, 'apply': {'creations': 0, 'reads': 3}, 'compiled': {'creations': 0, 'reads': 3}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}
