"""Processes that find no more packages than somebody who installed Xenia has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

# What Python runs first in each process: the machinery that finds packages overlooks some of them.
_OVERLOOKING = """
import sys
from importlib.machinery import PathFinder

OVERLOOKED = frozenset({names!r})


class Overlooking:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in OVERLOOKED:
            return None
        return PathFinder.find_spec(name, path, target)

    invalidate_caches = PathFinder.invalidate_caches
    find_distributions = PathFinder.find_distributions


sys.meta_path[sys.meta_path.index(PathFinder)] = Overlooking
"""


def with_extras(folder: Path, *extras: str) -> Mapping[str, str]:
    """The environment for processes that find what Xenia and these extras bring, and no more.

    `folder` is an empty one to be used for it.
    """
    there = {"xenia"} | set(_brought("xenia", frozenset(extras), set()))
    overlooked = [
        name
        for name, distributions in packages_distributions().items()
        if not there & {_plain(distribution) for distribution in distributions}
    ]
    first = _OVERLOOKING.format(names=sorted(overlooked))
    (folder / "sitecustomize.py").write_text(first, encoding="utf-8")
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _brought(
    distribution: str, extras: frozenset[str], known: set[tuple[str, frozenset[str]]]
) -> Iterator[str]:
    """The distributions that come with one, by their plain names."""
    if (distribution, extras) in known:
        return
    known.add((distribution, extras))
    try:
        needed = [Requirement(each) for each in requires(distribution) or ()]
    except PackageNotFoundError:  # for another machine, or another Python
        return
    yield distribution
    for each in needed:
        if each.marker is None or any(
            each.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            yield from _brought(_plain(each.name), frozenset(each.extras), known)


def _plain(name: str) -> str:
    """A distribution's name as all that mean it would write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
