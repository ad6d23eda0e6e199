"""What comes by itself, told in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "on-anniversary": "в каждую годовщину вашего вступления",
    "on-month-end": "в конце каждого календарного месяца",
    "on-inactivity": "если вы ничего не купили, не получили награду "
    "и ничего другого у нас не сделали за {duration}",
    "metric-anniversarys": "число годовщин вашего вступления {window}",
    "metric-month-ends": "число завершившихся месяцев {window}",
    "metric-inactivitys": "число периодов без покупок {window}",
    "event-anniversary": "годовщина вашего вступления",
    "event-month-end": "конец месяца",
    "event-inactivity": "период без покупок",
    "notice": "мы сообщим вам за {duration} до конца срока действия {currency}",
}
