"""Where on disk the machine code of a plan is, under the hash of all that it is made from.

Numba's own cache does not notice that a function in another file has changed, and does not expect
two writers.  So each folder here is named by the hash of every text in it, and is complete or not
there: it is filled under another name and then renamed.  Of those who want one at the same time,
one fills it, where the system has locks, and the others wait.  To look takes no Numba, which takes
most of a second to import.
"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module, metadata
from pathlib import Path
from typing import Any
from uuid import uuid4

from xenia.cache_home import cache_home
from xenia.engine import operators
from xenia.engine.plan import Plan

if sys.platform != "win32":
    import fcntl

OPERATORS = Path(operators.__file__)
ADDRESSED = Path(__file__).with_name("addressed.py")
ONE_EVENT = Path(__file__).with_name("one_event.py")


class UnwritableCacheError(Exception):
    """Compiled plans cannot be kept; the sentence says what to do."""


def is_compiled(plan: Plan) -> bool:
    """Whether the cache has the plan's functions."""
    return is_kept(plan.source)


def is_kept(source: str) -> bool:
    """As `is_compiled`, of a plan's source."""
    return is_there("plan", *texts(source)) and is_there(ONE_EVENT.stem, *texts_of(ONE_EVENT))


def is_there(name: str, *texts: str) -> bool:
    """Whether the cache has the folder for these texts."""
    return (cache_home() / _name(name, *texts)).is_dir()


def texts(source: str) -> tuple[str, ...]:
    """All that the machine code of a plan is made from."""
    return version(), OPERATORS.read_text("utf-8"), source


def texts_of(*files: Path) -> tuple[str, ...]:
    """All that machine code is made from that is compiled for no plan."""
    return version(), *(file.read_text("utf-8") for file in (OPERATORS, ADDRESSED, *files))


@cache
def version() -> str:
    """All that machine code depends on beside its source: also by whom it is put together."""
    binding: Any = import_module("llvmlite.binding")
    machine = platform.machine(), binding.get_host_cpu_name()
    features = binding.get_host_cpu_features().flatten()
    python = str(sys.implementation.cache_tag)
    maker = (Path(__file__).parent / "machine_code.py").read_text("utf-8")
    return " ".join((metadata.version("numba"), python, *machine, features, maker))


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the cache."""

    path: Path
    key: str
    new: bool  # still to be filled


@contextmanager
def folder_for(name: str, *texts: str) -> Iterator[Folder]:
    """The folder for these texts; a new one takes its place when it has been filled."""
    key, final = _key(*texts), cache_home() / _name(name, *texts)
    if final.is_dir():
        yield Folder(final, key, new=False)
        return
    with _alone_with(final):
        if final.is_dir():  # another has filled it while this one waited
            yield Folder(final, key, new=False)
            return
        yield from _filled(final, key)


def _filled(final: Path, key: str) -> Iterator[Folder]:
    # It has its name before it is there: wherever an interruption comes, it goes with all in it.
    filling = writable_home() / f"new-{uuid4().hex}"
    try:
        with _writing(final.parent):
            filling.mkdir()
        yield Folder(filling, key, new=True)
        with suppress(OSError):  # another process was faster; this one has its code already
            filling.rename(final)
    finally:
        shutil.rmtree(filling, ignore_errors=True)


@contextmanager
def _alone_with(final: Path) -> Iterator[None]:
    """Wait until nobody else fills a folder.

    It saves time and nothing else: two that come in all the same only do the same work twice.
    """
    if sys.platform == "win32":
        yield
        return
    path = writable_home() / f"lock-{final.name}"
    with _writing(path.parent):
        file = path.open("wb")
    with file:
        try:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            with suppress(OSError):
                path.unlink()
                fcntl.flock(file, fcntl.LOCK_UN)  # a child of this process may have it, too


def writable_home() -> Path:
    """The cache's folder; raises `UnwritableCacheError` where it cannot be."""
    home = cache_home()
    with _writing(home):
        home.mkdir(parents=True, exist_ok=True)
    return home


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableCacheError(
            f"compiled plans are kept in {home}, which cannot be written ({error.strerror}); "
            "set XENIA_CACHE to a folder that can"
        ) from error


def _key(*texts: str) -> str:
    return sha256("\0".join(texts).encode()).hexdigest()[:20]


def _name(name: str, *texts: str) -> str:
    return f"{name}-{_key(*texts)}"
