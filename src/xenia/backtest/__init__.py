"""Backtests: the plan of a programme, compiled, over many members' past events.

All of this room needs the extra `fast`; without it, importing any of it says so.
"""

from importlib.util import find_spec

if find_spec("numba") is None:
    raise ModuleNotFoundError(
        "backtests are compiled by Numba, which is not installed: pip install 'xenia[fast]'",
        name="numba",
    )
