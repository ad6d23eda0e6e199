"""The brand of a space: name, picture and colours of the pages that its members see."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from psycopg import Connection

from xenia.services.changing import Changing, Done
from xenia.services.colours import ENOUGH, can_be_read, nearest, rgb, written
from xenia.services.problems import Problem, Reason
from xenia.store import brands as store
from xenia.store.brands import BrandRow

Json = dict[str, Any]
MOST: Final = 200_000  # bytes of a picture
# By how they begin: a name says nothing, and what a browser takes for a page may be none.
_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def brand(reads: Connection[Any], space: int) -> Json:
    """As it is shown; the picture as base64."""
    return _shown(store.brand(reads, space))


def put_brand(changing: Changing, wanted: Json) -> Done | Problem:
    """A brand in place of the one before; a colour that cannot be read is refused with the nearest
    that can, and where none is named for dark pages, it is made of the one for light ones."""
    colours = _colours(wanted.get("colour"), wanted.get("colour_dark"))
    picture = _picture(wanted.get("picture"))
    if isinstance(colours, Problem):
        return colours
    if isinstance(picture, Problem):
        return picture
    row = BrandRow(wanted.get("name"), *colours, *picture)
    before = store.brand(changing.connection, changing.space_id)
    store.put(changing.connection, changing.space_id, row)
    changing.note("brand.changed", "brand", before=_noted(before), after=_noted(row))
    return Done(_shown(row))


def _colours(light: str | None, dark: str | None) -> tuple[str | None, str | None] | Problem:
    found: list[str | None] = []
    for place, said, on_dark in (("/colour", light, False), ("/colour_dark", dark, True)):
        if said is None:
            found.append(None)
            continue
        colour = rgb(said)
        if colour is None:
            return _wrong("unreadable-body", place, "write it as #1d4ed8")
        if not can_be_read(colour, on_dark=on_dark):
            near = written(nearest(colour, on_dark=on_dark))
            pages = "dark" if on_dark else "light"
            sentence = (
                f"{said} has less contrast than {ENOUGH} to 1 on {pages} pages: the nearest that "
                f"has enough is {near}"
            )
            return _wrong("too-little-contrast", place, sentence)
        found.append(written(colour))
    light, dark = found
    if light is not None and dark is None:
        colour = rgb(light)
        assert colour is not None, "it was read just now"
        dark = written(nearest(colour, on_dark=True))
    return light, dark


def _picture(text: str | None) -> tuple[bytes | None, str | None] | Problem:
    if text is None:
        return None, None
    try:
        body = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return _wrong("wrong-picture", "/picture", "this is not base64")
    kind = next((kind for start, kind in _KINDS.items() if body.startswith(start)), None)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None or len(body) > MOST:
        sentence = f"take a PNG, JPEG or WebP of {MOST // 1000} kB at most"
        return _wrong("wrong-picture", "/picture", sentence)
    return body, kind


def _wrong(code: str, place: str, sentence: str) -> Problem:
    return Problem(status=422, code=code, detail=sentence, errors=(Reason(place, code, sentence),))


def _shown(row: BrandRow) -> Json:
    picture = None if row.picture is None else base64.b64encode(row.picture).decode()
    return {**row._asdict(), "picture": picture}


def _noted(row: BrandRow) -> Json:
    """For the trail: that there is a picture, and not all of it."""
    return {**row._asdict(), "picture": row.picture is not None}
