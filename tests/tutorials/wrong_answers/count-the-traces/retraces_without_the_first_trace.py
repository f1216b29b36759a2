predicted_traces = {
    "shapes": 2,
    "rates": 2,
    "powers": 2,
    "trees": 2,
    "keywords": 1,
    "fresh_lambdas": 3,
    "same_function": 0,
    "decaying_rate": 1,
}
