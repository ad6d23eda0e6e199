"""Machine code for a plan, made by Numba and kept on disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType
from typing import Any, get_args, get_type_hints

import numba
import numpy as np

from xenia.engine.plan import Plan
from xenia.native.addressed import DUE_ARRAYS, STEP_ARRAYS, VECTOR, address_of, due, step
from xenia.native.cached import (
    ONE_EVENT,
    OPERATORS,
    Folder,
    folder_for,
    is_compiled,
    is_there,
    texts,
    texts_of,
    version,
)

njit: Any = numba.njit  # some of its options are not in its types


@dataclass(frozen=True, slots=True)
class Native:
    """`step` and `due` are those of the plan's source, over int64 arrays, and where they are as
    long as this is; for `one_event`, see its file.

    They hold Python's lock while they run: to give it away and get it back takes longer.
    """

    step: Callable[..., None]
    due: Callable[..., None]
    addresses: tuple[int, int]
    one_event: Callable[..., None]


def compiled(plan: Plan) -> Native:
    """The plan's functions: seconds for a new structure, milliseconds for one in the cache.

    Raises `UnwritableCacheError`.
    """
    return compile_source(plan.source)


@lru_cache(maxsize=64)
def compile_source(source: str) -> Native:
    """As `compiled`, of a plan's source."""
    with folder_for("plan", *texts(source)) as folder:
        names = _operators(eager=folder.new)
        plan = _load(folder, "plan", source, names, public=("step", "due"))
        own_step, own_due = _keep(plan["step"], STEP_ARRAYS), _keep(plan["due"], DUE_ARRAYS)
    addresses = address_of(own_step), address_of(own_due)
    return Native(own_step, own_due, addresses, alone(ONE_EVENT, ONE_EVENT.stem))


@dataclass(frozen=True, slots=True)
class Loop:
    """A function of a file that sees `step` and `due` as `addressed` has them, and all of its other
    `parts`, in their order; none of a part sees a later one.  It is compiled for no plan: it takes
    the addresses of a plan's functions first.  Those of all that allocate are `counting`.  From
    `constants` they import only these.
    """

    file: Path
    function: str
    counting: tuple[str, ...]
    parts: tuple[Path, ...] = ()
    constants: tuple[Path, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """All that its machine code is made from."""
        return texts_of(self.file, *self.parts, *self.constants)


def has_loop(plan: Plan, of: Loop) -> bool:
    """Whether the cache has it, and the plan's functions."""
    return is_compiled(plan) and is_there(of.file.stem, *of.texts())


def loop(plan: Plan, of: Loop) -> Callable[..., None]:
    """The function, as annotated behind the addresses: seconds for a new structure, milliseconds
    for one in the cache.

    It does not hold Python's lock while it runs.  Raises `UnwritableCacheError`.
    """
    return _loop(plan.source, of)


@lru_cache(maxsize=64)
def _loop(source: str, of: Loop) -> Callable[..., None]:
    native, function = compile_source(source), compile_loop(of)
    addresses = np.array(native.addresses, np.int64)

    def run(*given: Any, _in_memory: Native = native) -> None:
        function(addresses, *given)

    return run


@lru_cache(maxsize=8)
def compile_loop(of: Loop) -> Callable[..., None]:
    """A loop without a plan: many seconds once for a machine, milliseconds from the cache."""
    with folder_for(of.file.stem, *of.texts()) as folder:
        names = {**_operators(eager=folder.new), "step": step, "due": due}
        for part in of.parts:
            text = part.read_text("utf-8")
            names.update(_own(_load(folder, part.stem, text, names, counting=of.counting)))
        text = of.file.read_text("utf-8")
        own = _load(folder, of.file.stem, text, names, public=(of.function,), counting=of.counting)
        found: Callable[..., None] = _keep(own[of.function])
        return found


def _own(names: Mapping[str, Any]) -> dict[str, Any]:
    """What is compiled of a module's names."""
    return {name: found for name, found in names.items() if hasattr(found, "py_func")}


@lru_cache(maxsize=64)
def alone(kernel: Path, function: str) -> Callable[..., None]:
    """A function of a file that sees the operators, and `step` and `due` as `addressed` has them,
    and is compiled for no plan, as annotated.

    It allocates nothing, and holds Python's lock.  Raises `UnwritableCacheError`.
    """
    text = kernel.read_text("utf-8")
    with folder_for(function, *texts_of(kernel)) as folder:
        names = {**_operators(eager=folder.new), "step": step, "due": due}
        own = _load(folder, function, text, names, public=(function,))
        found: Callable[..., None] = _keep(own[function])
        return found


def _operators(*, eager: bool) -> dict[str, Any]:
    """The names of the operators' file, its functions compiled when they are called, or now."""
    text = OPERATORS.read_text("utf-8")
    with folder_for("operators", version(), text) as folder:
        names = _load(folder, "operators", text, {})
        if eager or folder.new:
            for found in names.values():
                if hasattr(found, "py_func"):
                    _keep(found)
    return {name: found for name, found in names.items() if not name.startswith("__")}


# ---- Numba ---------------------------------------------------------------------------------------


def _load(
    folder: Folder,
    name: str,
    text: str,
    names: Mapping[str, object],
    *,
    public: Collection[str] = (),
    counting: Collection[str] = (),
) -> dict[str, Any]:
    """The names of a module, its functions to be compiled by Numba; they see `names`, too.

    Only `public` ones can be called from Python.  Only those that allocate must be `counting`
    references to arrays, at every call: that takes longer than a step.  As they also work for long,
    they give Python's lock away.
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
    # A number of its own stays: others may call another one by the same name.
    space.update(
        (key, found) for key, found in names.items() if not isinstance(space.get(key), int)
    )
    for function in own:
        key = function.__name__
        space[key] = njit(
            nogil=key in counting,
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
            return VECTOR
    fields = get_type_hints(annotation).values()
    tuples: Any = numba.types.BaseTuple
    return tuples.from_types(tuple(map(_type, fields)), annotation)
