from collections import Counter

predicted = Counter(shapes=3.0, rates=3.0, powers=3.0, trees=3.0, keywords=2.0, fresh_lambdas=4.0)
predicted.update(same_function=1, decaying_rate=2)
