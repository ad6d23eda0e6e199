"""How it is told in Armenian that members give units to one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "transfers": "Մեկ այլ անդամի կարող եք նվիրել՝ {currency}",
    "transfers-least": "միանգամից առնվազն {units}",
    "transfers-keep": "նվիրածի ժամկետը լրանում է այն օրը, երբ կլրանար Ձեզ մոտ",
    "entry-handed": "Այլ անդամի՝ {units}",
    "entry-received": "Այլ անդամից՝ {units}",
    "event-transfer": "փոխանցում {id}",
    "event-received": "փոխանցում",
}
