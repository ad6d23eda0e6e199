"""Which pages there are, and which of them the program of a route can show: found in what it names.

A page is a template that is not there to be extended.  Templates are named in full where they are
shown; so what is found may be too much, and is never too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Final

from xenia.pages.rooms import Room, Route

_EXTENDS: Final = re.compile(r"{% extends ([^%]+) %}")
_NAMED: Final = re.compile(r'"([^"]+)"')
_AROUND: Final = frozenset({"console/simulate/alone.html"})  # by a name that is a value
_OURS: Final = ("xenia.console", "xenia.till", "xenia.portal", "xenia.pages")


def pages_of(room: Room) -> frozenset[str]:
    """The names of all pages of a room."""
    folder = room.folder / "templates"
    extended: set[str] = set()
    found: set[str] = set()
    for path in folder.rglob("*.html"):
        around = _EXTENDS.search(path.read_text("utf-8"))
        if around is not None:
            found.add(f"{room.name}/{path.relative_to(folder).as_posix()}")
            extended |= set(_NAMED.findall(around[1]))
    return frozenset(found - extended - _AROUND)


def shown_by(route: Route, pages: frozenset[str]) -> frozenset[str]:
    """Those of the pages that a route names, or whatever it calls."""
    found: set[str] = set()
    seen: dict[int, object] = {}
    ahead: list[object] = [route.answer]
    while ahead:
        thing = ahead.pop()
        if isinstance(thing, str):
            found |= {thing} & pages
        elif id(thing) not in seen:
            seen[id(thing)] = thing
            ahead += _in(thing)
    return frozenset(found)


def _in(thing: object) -> Iterable[object]:
    """What something names, calls or has."""
    if isinstance(thing, FunctionType):
        return _in_function(thing) if thing.__module__.startswith(_OURS) else ()
    if isinstance(thing, MethodType):
        return thing.__func__, thing.__self__
    if isinstance(thing, partial):
        return thing.func, *thing.args, *thing.keywords.values()
    if isinstance(thing, property):
        return (thing.fget,)
    if isinstance(thing, type):
        return vars(thing).values() if thing.__module__.startswith(_OURS) else ()
    if isinstance(thing, Mapping):
        return thing.values()
    if isinstance(thing, tuple | list | frozenset | set):
        return thing
    if is_dataclass(thing):
        return type(thing), *(getattr(thing, one.name) for one in fields(thing))
    return (getattr(thing, "__wrapped__", None),)  # of a function whose answers are kept


def _in_function(function: FunctionType) -> Iterator[object]:
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for code in _codes(function.__code__):
        yield from (one for one in code.co_consts if isinstance(one, str))
        known = [function.__globals__.get(name) for name in code.co_names]
        yield from known
        for module in known:
            if isinstance(module, ModuleType) and module.__name__.startswith(_OURS):
                yield from (getattr(module, name, None) for name in code.co_names)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)
