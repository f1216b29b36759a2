predicted_notes = {'init': {'creations': 3, 'reads': 0}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}
