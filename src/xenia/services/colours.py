"""Colours of brands: whether text in them, and on them, can be read (WCAG 2.2, contrast)."""

from __future__ import annotations

import re
from typing import Final

ENOUGH: Final = 4.5  # to one, for text of the usual size
# Behind a brand's colour, as the pages have it: the darkest of light themes, the lightest of dark.
LIGHT: Final = (241, 243, 246)
DARK: Final = (46, 52, 66)
_WRITTEN: Final = re.compile("#[0-9a-fA-F]{6}")
_STEPS: Final = 256

Rgb = tuple[int, int, int]


def rgb(written: str) -> Rgb | None:
    """A colour as `#1d4ed8`; None where it is written otherwise."""
    if not _WRITTEN.fullmatch(written):
        return None
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def written(colour: Rgb) -> str:
    """As it is stored."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1 (none) to 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def can_be_read(colour: Rgb, *, on_dark: bool) -> bool:
    """Whether it can be read on the pages, and what is written on it in their colour."""
    return contrast(colour, DARK if on_dark else LIGHT) >= ENOUGH


def nearest(colour: Rgb, *, on_dark: bool) -> Rgb:
    """The nearest of the same hue that can be read: darker, or lighter on dark."""
    end = 255 if on_dark else 0
    for step in range(_STEPS + 1):
        red, green, blue = (round(part + (end - part) * step / _STEPS) for part in colour)
        if can_be_read((red, green, blue), on_dark=on_dark):
            return red, green, blue
    raise AssertionError("black can be read on light, and white on dark")
