"""The order of the tests, which `tests/conftest.py` sets."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

_PATH = Path(__file__).parents[1] / "conftest.py"


class Item:
    """A test as pytest collects it."""

    def __init__(self, name, *groups):
        self.name, self.groups = name, groups

    def iter_markers(self, _):
        return [SimpleNamespace(args=(group,)) for group in self.groups]


def test_groups_of_known_time_start_first_then_those_with_most_tests_and_the_rest_stays():
    spec = importlib.util.spec_from_file_location("order", _PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    groups = {
        "a": (),
        "b": ("few",),
        "c": ("x/short",),
        "d": ("many",),
        "e": ("x/long",),
        "f": ("many",),
        "g": (),
    }
    found = module.longest_first(
        [Item(name, *of) for name, of in groups.items()], {"x-long": 3.0, "x-short": 1.0}
    )
    assert "".join(item.name for item in found) == "ecdfbag"
