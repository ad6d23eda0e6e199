"""How machine code calls a plan's `step` and `due` by their address: so it is compiled for no plan.

Numba compiles what a function calls once more with it, and with whatever calls that in turn.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

VECTOR = types.Array(types.int64, 1, "C")
STEP_ARRAYS, DUE_ARRAYS = 8, 3  # how many each of them takes
_if_unlikely: Any = cgutils.if_unlikely  # it has no types


def _step(
    _typing: Any,
    _address: Any,
    _state: Any,
    _event: Any,
    _record: Any,
    _posted: Any,
    _decision: Any,
    _memory: Any,
    _log: Any,
    _params: Any,
) -> tuple[Any, Any]:
    """One event, as in `Steps`, by the function that is there."""
    return types.none(types.int64, *[VECTOR] * STEP_ARRAYS), _call


def _due(_typing: Any, _address: Any, _state: Any, _log: Any, _params: Any) -> tuple[Any, Any]:
    """One due day, by the function that is there."""
    return types.none(types.int64, *[VECTOR] * DUE_ARRAYS), _call


def _call(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Call what stands at the first of what is given, as Numba calls its own functions; an error
    goes to the caller."""
    kinds, convention = signature.args[1:], context.call_conv
    kind = convention.get_function_type(types.none, kinds)
    function = builder.inttoptr(given[0], kind.as_pointer())
    status, _ = convention.call_function(builder, function, types.none, kinds, given[1:])
    with _if_unlikely(builder, status.is_error):
        convention.return_status_propagate(builder, status)
    return context.get_dummy_value()


step: Any = intrinsic(_step)
due: Any = intrinsic(_due)


def address_of(function: Any) -> int:
    """Where the machine code is of a function that is compiled for one signature."""
    (found,) = function.overloads.values()
    address: int = found.library.get_pointer_to_function(found.fndesc.llvm_func_name)
    assert address, "what is compiled is in memory"
    return address
