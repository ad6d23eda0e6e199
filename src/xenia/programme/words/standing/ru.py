"""The same in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "hold-grace": "Затем он остаётся у вас ещё {duration}: "
    "за это время можно снова выполнить его условия",
}
