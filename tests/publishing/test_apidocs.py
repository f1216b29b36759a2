import importlib
import json
import os
import re
import subprocess
import sys

import pytest

from publishing import apidocs
from publishing.apidocs import PLACES, Addresses, address

SHAPES = {
    "docs.jax.dev/en/latest": r"(_autosummary/{name}\.html|errors\.html#{name})",
    "dm-haiku.readthedocs.io/en/latest": r"api\.html#{name}",
    "chex.readthedocs.io/en/latest": r"api\.html#{name}",
    "numpy.org/doc/stable/reference": r"(generated/{name}\.html|random/generator\.html#{name})",
    "matplotlib.org/stable/api": r"_as_gen/{name}\.html",
}


def documented(module: str) -> dict[str, str]:
    """The address of every public name of a module that has one."""
    names = [f"{module}.{name}" for name in dir(importlib.import_module(module))]
    return {name: found for name in names if (found := address(name))}


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("jax.Array", "https://docs.jax.dev/en/latest/_autosummary/jax.Array.html"),
        ("jax.tree.map", "https://docs.jax.dev/en/latest/_autosummary/jax.tree.map.html"),
        ("jax.errors.KeyReuseError", "https://docs.jax.dev/en/latest/errors.html#jax.errors.KeyReuseError"),
        ("jax.numpy.linalg.norm", "https://docs.jax.dev/en/latest/_autosummary/jax.numpy.linalg.norm.html"),
        ("haiku.Linear", "https://dm-haiku.readthedocs.io/en/latest/api.html#haiku.Linear"),
        (
            "haiku.initializers.Constant",
            "https://dm-haiku.readthedocs.io/en/latest/api.html#haiku.initializers.Constant",
        ),
        ("chex.assert_shape", "https://chex.readthedocs.io/en/latest/api.html#chex.assert_shape"),
        ("numpy.corrcoef", "https://numpy.org/doc/stable/reference/generated/numpy.corrcoef.html"),
        ("numpy.abs", "https://numpy.org/doc/stable/reference/generated/numpy.absolute.html"),
        ("matplotlib.pyplot.subplots", "https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.subplots.html"),
    ],
)
def test_a_documented_name_has_its_address(name, url):
    assert address(name) == url


@pytest.mark.parametrize("name", ["jax.jot", "jax.numpy.wherever", "haiku.Lineal", "numpy.linalg.norn", "no.such"])
def test_a_name_that_does_not_exist_has_no_address(name):
    assert address(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "jax.debug_key_reuse",
        "jax.random",
        "jax.numpy.pi",
        "jax.numpy.bfloat16",
        "jax.numpy.bool",
        "jax.random.key_impl",
        "jax.lax.add_p",
        "numpy.float32",
        "numpy.random",
        "chex.Array",
        "matplotlib.pyplot.viridis",
        "haiku.nets",
    ],
)
def test_a_name_without_a_page_has_no_address(name):
    assert getattr(importlib.import_module(name.rpartition(".")[0]), name.rpartition(".")[2]) is not None
    assert address(name) is None


@pytest.mark.parametrize("module", PLACES)
def test_every_place_documents_something_and_its_addresses_name_it(module):
    found = documented(module)
    assert found
    for name, url in found.items():
        host = next(host for host in SHAPES if url.startswith(f"https://{host}/"))
        written = name if module != "numpy" else r"numpy\.\w+"  # `np.abs` is `numpy.absolute`
        assert re.fullmatch(f"https://{re.escape(host)}/{SHAPES[host].replace('{name}', written)}", url)


@pytest.mark.parametrize("module", [module for module, place in PLACES.items() if not callable(place.names)])
def test_every_name_of_a_list_exists_here(module):
    assert {name.rpartition(".")[2] for name in documented(module)} == PLACES[module].names


def test_looking_names_up_starts_no_backend():
    code = (
        "from publishing.apidocs import PLACES, address\n"
        "import importlib\n"
        "assert [address(f'{m}.{n}') for m in PLACES for n in dir(importlib.import_module(m))]\n"
        "import jax\n"
        "try:\n"
        "    jax.devices()\n"
        "except RuntimeError:\n"
        "    print('no backend')\n"
    )
    environment = os.environ | {"JAX_PLATFORMS": "no_such_platform"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("no backend\n", 0), done.stderr


def test_names_that_were_looked_up_before_need_no_import(tmp_path, monkeypatch):
    first = Addresses(tmp_path / "addresses.json")
    wanted = {name: first(name) for name in ("jax.jit", "jax.jot", "haiku.transform", "os.path.join")}
    first.keep()
    monkeypatch.delattr(apidocs.importlib, "import_module")
    second = Addresses(tmp_path / "addresses.json")
    assert {name: second(name) for name in wanted} == wanted
    assert wanted["jax.jit"]
    assert wanted["jax.jot"] is None


@pytest.mark.parametrize("change", [{"jax": "0.1"}, {"rules": "others"}])
def test_verdicts_of_other_versions_or_rules_are_forgotten(tmp_path, change):
    path = tmp_path / "addresses.json"
    first = Addresses(path)
    first("jax.jit")
    first.keep()
    kept = json.loads(path.read_text())
    kept["known"]["jax.jit"] = "https://old"
    path.write_text(json.dumps(kept))
    assert Addresses(path)("jax.jit") == "https://old"
    kept["basis"] |= change
    path.write_text(json.dumps(kept))
    assert Addresses(path)("jax.jit") == address("jax.jit")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"basis": 1}', "\x00"])
def test_a_file_that_is_not_ours_is_replaced(tmp_path, content):
    path = tmp_path / "addresses.json"
    path.write_text(content)
    addresses = Addresses(path)
    assert addresses("jax.jit") == address("jax.jit")
    addresses.keep()
    assert json.loads(path.read_text())["known"] == {"jax.jit": address("jax.jit")}


def test_the_file_is_written_only_when_there_is_something_new(tmp_path):
    path = tmp_path / "addresses.json"
    Addresses(path).keep()
    assert not path.exists()
