# %% right: from sizes
steps, batch, lstm, gru = 7, 2, 5, 3
prediction = dict(
    outs=(steps, batch, gru),
    hidden=(batch, lstm),
    cells=(steps, batch, lstm),
    modules=frozenset(["gru", "linear", "lstm/linear"]),
)
prediction["lstm w"] = (6 + lstm, 4 * lstm)
prediction["gru w_h"] = (gru, 3 * gru)

# %% right: lists
prediction = {
    "outs": [7, 2, 3],
    "hidden": [2, 5],
    "cells": [7, 2, 5],
    "lstm w": [11, 20],
    "gru w_h": [3, 9],
    "modules": ["gru", "linear", "lstm/linear"],
}

# %% wrong: batch first
prediction = {
    "outs": (2, 7, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: gru from lstm
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (5, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: gru is made of linears
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru/linear", "gru/linear_1"},
}

# %% wrong: hidden at every step
prediction = {
    "outs": (7, 2, 3),
    "hidden": (7, 2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: last cell only
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: lstm without its hidden
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (6, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: no names
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": None,
}

# %% wrong: one gate
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 5),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: outputs of the lstm
prediction = {
    "outs": (7, 2, 5),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "lstm/linear", "gru"},
}

# %% wrong: relu is a module
prediction = {
    "outs": (7, 2, 3),
    "hidden": (2, 5),
    "cells": (7, 2, 5),
    "lstm w": (11, 20),
    "gru w_h": (3, 9),
    "modules": {"linear", "relu", "lstm/linear", "gru"},
}
