predicted_names = hk.transform(lambda x: Compare()(x)).init(key, x)
