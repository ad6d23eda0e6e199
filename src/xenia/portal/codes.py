"""What a till reads from a telephone: a QR code and a bar code, as drawings of single paths.

Black on white whatever the theme: readers know no dark one, and both want room around them.
"""

from __future__ import annotations

from collections.abc import Iterator

import segno
from barcode.codex import Code128
from markupsafe import Markup

_QUIET_QR, _QUIET_BARS = 4, 10  # modules that stay white on each side
_BARS_HIGH = 40
_BARS_MOST = 40  # characters: a longer one is too fine for a telephone


def qr(text: str) -> Markup:
    """A QR code; never a Micro QR, which telephones do not read."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    size = len(rows) + 2 * _QUIET_QR
    path = "".join(
        f"M{start + _QUIET_QR} {y + _QUIET_QR}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _dark(row)
    )
    return _drawing(size, size, path)


def bars(text: str) -> Markup | None:
    """The same as Code 128, which keeps every character and adds its own check; None for what it
    cannot write, or not so that it can be read."""
    if not text.isascii() or not text.isprintable() or len(text) > _BARS_MOST:
        return None
    (modules,) = Code128(text).build()
    row = bytes(int(module) for module in modules)
    path = "".join(
        f"M{start + _QUIET_BARS} 0h{length}v{_BARS_HIGH}h-{length}z" for start, length in _dark(row)
    )
    return _drawing(len(row) + 2 * _QUIET_BARS, _BARS_HIGH, path)


def _dark(row: bytes) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many there are."""
    start: int | None = None
    for place, module in enumerate((*row, 0)):
        if module and start is None:
            start = place
        elif not module and start is not None:
            yield start, place - start
            start = None


def _drawing(width: int, height: int, path: str) -> Markup:
    return Markup(
        '<svg class="block w-full h-auto" viewBox="0 0 {0} {1}" shape-rendering="crispEdges" '
        'preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{0}" height="{1}" fill="#fff"/><path d="{2}" fill="#000"/></svg>'
    ).format(width, height, path)


def grouped(text: str) -> str:
    """A number as people read it aloud: by fours, where it is long."""
    if len(text) < 8 or not text.isalnum():
        return text
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
