"""What pages load beside themselves: built files, whose names have the hash of what is in them."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from markupsafe import Markup

FOLDER: Final = Path(__file__).parent / "assets"
BEFORE: Final = "/assets/"
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_SMALLER: Final = (".css", ".js", ".svg")


class Manifest(msgspec.Struct, frozen=True):
    """What was built: the file of each name, and the hash of each source that it was built of."""

    assets: dict[str, str]
    sources: dict[str, str]


class Asset(NamedTuple):
    """A file as it is sent; `packed` by gzip, where that makes it smaller."""

    kind: str
    body: bytes
    packed: bytes | None


@cache
def manifest() -> Manifest:
    """What was built last."""
    return msgspec.json.decode((FOLDER / "manifest.json").read_bytes(), type=Manifest)


@cache
def assets() -> Mapping[str, Asset]:
    """All files by their names."""
    found = {}
    for path in FOLDER.iterdir():
        if path.suffix in _KINDS:
            body = path.read_bytes()
            packed = gzip.compress(body, 9, mtime=0) if path.suffix in _SMALLER else None
            found[path.name] = Asset(_KINDS[path.suffix], body, packed)
    return found


def address(name: str) -> str:
    """Where a file of the manifest is.  Raises KeyError where there is none."""
    return BEFORE + manifest().assets[name]


def body_of(name: str) -> bytes:
    """What is in a file of the manifest.  Raises KeyError where there is none."""
    return assets()[manifest().assets[name]].body


@cache
def _icons() -> Mapping[str, str]:
    return msgspec.json.decode((FOLDER / "icons.json").read_bytes(), type=dict[str, str])


@cache
def icon(name: str, size: str = "size-4") -> Markup:
    """A picture that says nothing by itself.  Raises KeyError where it was not built."""
    return Markup(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
    ).format(size, Markup(_icons()[name]))
