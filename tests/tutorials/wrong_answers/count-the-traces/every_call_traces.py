predicted_traces = {
    "shapes": 5,
    "rates": 5,
    "powers": 5,
    "trees": 4,
    "keywords": 3,
    "fresh_lambdas": 4,
    "same_function": 4,
    "decaying_rate": 5,
}
