predicted_traces = {
    "shapes": "3",
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}
