predicted = [(3, 2), (2,)]
