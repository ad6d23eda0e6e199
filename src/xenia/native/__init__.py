"""Machine code: a programme's plan as Numba compiles it.

All of this room needs the extra `fast`; without it, importing any of it says so.
"""

from importlib.util import find_spec

if find_spec("numba") is None:
    raise ModuleNotFoundError(
        "plans are compiled by Numba, which is not installed: pip install 'xenia[fast]'",
        name="numba",
    )
