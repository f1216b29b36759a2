predicted_traces = {
    "shapes": 4,
    "rates": 5,
    "powers": 5,
    "trees": 4,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}
