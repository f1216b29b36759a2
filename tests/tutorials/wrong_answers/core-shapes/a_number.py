prediction = {
    "flags": 14,
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}
