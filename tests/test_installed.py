"""Xenia runs with what it requires and nothing else; extras add to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.installed import with_extras

# What compiles, by Numba, and runs over columns: both say so where the extra is lacking.
FAST = ("xenia.native", "xenia.backtest")
WALK = """
import sys
from importlib import import_module
from pkgutil import walk_packages
import xenia

for found in walk_packages(xenia.__path__, "xenia."):
    if not found.name.endswith("__main__"):
        try:
            import_module(found.name)
        except ModuleNotFoundError as error:
            print(found.name, error.name)
assert "numba" not in sys.modules
"""


def test_only_what_is_compiled_needs_more_than_xenia_requires(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", WALK],
        env=dict(with_extras(tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )
    lacking = dict(line.split() for line in asked.stdout.splitlines())
    assert lacking == dict.fromkeys(FAST, "numba")
