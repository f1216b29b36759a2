from collections import Counter

predicted_traces = Counter(shapes=3.0, rates=3.0, powers=3.0, trees=3.0, keywords=2.0, fresh_lambdas=4.0)
predicted_traces.update(same_function=1, decaying_rate=2)
