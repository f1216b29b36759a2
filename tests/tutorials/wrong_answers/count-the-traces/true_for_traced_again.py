predicted_traces = {
    "shapes": True,
    "rates": True,
    "powers": True,
    "trees": True,
    "keywords": True,
    "fresh_lambdas": True,
    "same_function": False,
    "decaying_rate": True,
}
