"""The same in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "badge": "вы получаете значок {badge}",
    "notify": "вам приходит сообщение: {text}",
    "benefit-times": (
        "{benefit} ({number} раз)",
        "{benefit} ({number} раза)",
        "{benefit} ({number} раз)",
        "{benefit} ({number} раза)",
    ),
    "hold-grace": "Затем он остаётся у вас ещё {duration}: "
    "за это время можно снова выполнить его условия",
    "rollover": "То, что превышает достигнутый уровень, учитывается в следующем периоде",
    "rollover-of": "То, что превышает достигнутый уровень, учитывается в "
    "следующем периоде: {metrics}",
    "earn-until": "Последний день накопления: {last}",
    "spend-until": "Последний день, когда можно использовать накопленное: {last}; "
    "затем всё сгорает",
}
