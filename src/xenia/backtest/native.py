"""Machine code for a plan, made by Numba and kept on disk under the hash of all it was made from.

Numba's own cache does not notice that a function in another file has changed, and does not expect
two writers.  So each folder here is named by the hash of every text in it, and is complete or not
there: it is filled under another name and then renamed.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import mkdtemp
from types import FunctionType
from typing import Any, get_args, get_type_hints

import numba

from xenia.engine import operators
from xenia.engine.plan import Plan

njit: Any = numba.njit  # some of its options are not in its types
_OPERATORS = Path(operators.__file__)
_KERNEL = Path(__file__).with_name("kernel.py")


class UnwritableCacheError(Exception):
    """Compiled plans cannot be kept; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Native:
    """`step` and `due` are those of `Steps`, over int64 arrays; `fold` is the kernel's, with them.

    None of them holds Python's lock while it runs.
    """

    step: Callable[..., None]
    due: Callable[..., None]
    fold: Callable[..., None]


def compiled(plan: Plan) -> Native:
    """The plan's functions: seconds for a new structure, milliseconds for one in the cache.

    Raises `UnwritableCacheError`.
    """
    return _compiled(plan.source)


@lru_cache(maxsize=64)
def _compiled(source: str) -> Native:
    version, operation = _version(), _OPERATORS.read_text("utf-8")
    kernel = _KERNEL.read_text("utf-8")
    with _folder("plan", version, operation, kernel, source) as folder:
        names = _operators(version, operation, eager=folder.new)
        plan = _load(folder, "plan", source, names, public=("step", "due"))
        step, due = _keep(plan["step"], 8), _keep(plan["due"], 3)
        names.update(step=step, due=due)
        loop = _load(folder, "kernel", kernel, names, public=("fold",), counting=("fold", "grown"))
        fold = _keep(loop["fold"])
    return Native(step, due, fold)


def _operators(version: str, text: str, *, eager: bool) -> dict[str, Any]:
    """The names of the operators' file, its functions compiled when they are called, or now."""
    with _folder("operators", version, text) as folder:
        names = _load(folder, "operators", text, {})
        if eager or folder.new:
            for found in names.values():
                if hasattr(found, "py_func"):
                    _keep(found)
    return {name: found for name, found in names.items() if not name.startswith("__")}


# ---- Numba ---------------------------------------------------------------------------------------


def _version() -> str:
    """All that machine code depends on beside its source."""
    binding: Any = import_module("llvmlite.binding")
    machine = platform.machine(), binding.get_host_cpu_name()
    features = binding.get_host_cpu_features().flatten()
    return " ".join((numba.__version__, str(sys.implementation.cache_tag), *machine, features))


def _load(
    folder: _Folder,
    name: str,
    text: str,
    names: Mapping[str, object],
    *,
    public: Collection[str] = (),
    counting: Collection[str] = (),
) -> dict[str, Any]:
    """The names of a module, its functions to be compiled by Numba; they see `names`, too.

    Only `public` ones can be called from Python.  Only those that allocate must be `counting`
    references to arrays, at every call: that takes longer than a step.
    """
    path, title = folder.path / f"{name}.py", f"xenia_native_{folder.key}_{name}"
    if folder.new:
        path.write_text(text, "utf-8")
    spec = spec_from_file_location(title, path)
    assert spec is not None, "a path that ends in .py has a loader"
    assert spec.loader is not None, "a path that ends in .py has a loader"
    # Code that comes from the cache looks its module up by this name.
    module = sys.modules[title] = module_from_spec(spec)
    spec.loader.exec_module(module)
    space: dict[str, Any] = vars(module)
    own = [
        found
        for found in space.values()
        if isinstance(found, FunctionType) and found.__module__ == title
    ]
    space.update(names)
    for function in own:
        key = function.__name__
        space[key] = njit(
            nogil=True,
            no_cpython_wrapper=key not in public,
            no_cfunc_wrapper=True,
            _nrt=key in counting,
        )(function)
    return space


def _keep(function: Any, arrays: int | None = None) -> Any:
    """Compile for one signature only, of so many arrays or as annotated, and keep it on disk."""
    hints = get_type_hints(function.py_func)
    hints.pop("return", None)
    kinds = [list[int]] * arrays if arrays is not None else hints.values()
    function.enable_caching()
    function.compile(tuple(map(_type, kinds)))
    function.disable_compile()
    return function


def _type(annotation: Any) -> Any:
    """Numba's name for a whole number, an array of them, or a named tuple."""
    if annotation is int:
        return numba.int64
    match get_args(annotation):
        case (shape, _):
            return numba.types.Array(numba.int64, len(get_args(shape)), "C")
        case (_,):
            return numba.types.Array(numba.int64, 1, "C")
    fields = get_type_hints(annotation).values()
    tuples: Any = numba.types.BaseTuple
    return tuples.from_types(tuple(map(_type, fields)), annotation)


# ---- the cache on disk ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    key: str
    new: bool  # still to be filled


@contextmanager
def _folder(name: str, *texts: str) -> Iterator[_Folder]:
    """The folder for these texts; a new one takes its place when it has been filled."""
    key = sha256("\0".join(texts).encode()).hexdigest()[:20]
    home = cache_home()
    final = home / f"{name}-{key}"
    if final.is_dir():
        yield _Folder(final, key, new=False)
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        filling = Path(mkdtemp(prefix="new-", dir=home))
    except OSError as error:
        raise UnwritableCacheError(
            f"compiled plans are kept in {home}, which cannot be written ({error.strerror}); "
            "set XENIA_CACHE to a folder that can"
        ) from error
    try:
        yield _Folder(filling, key, new=True)
        with suppress(OSError):  # another process was faster; this one has its code already
            filling.rename(final)
    finally:
        shutil.rmtree(filling, ignore_errors=True)


def cache_home() -> Path:
    """XENIA_CACHE, or the folder `xenia` in the platform's folder for caches."""
    if chosen := os.environ.get("XENIA_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(local) / "xenia" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "xenia"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xenia"
