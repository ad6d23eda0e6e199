"""How vouchers are told in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-use": "վաուչեր {id}",
    "voucher": "վաուչեր, որով {core}",
    "voucher-uses": (
        "կարելի է օգտագործել {number} անգամ",
        "կարելի է օգտագործել {number} անգամ",
    ),
    "voucher-partial": "գնումից մնացածը կարելի է օգտագործել հետո",
    "vouchers-tender": "Գումարային վաուչերներով վճարում եք գնման համար, իսկ գները մնում են նույնը",
    "free-cheapest-of-all": (
        "ամենաէժան ապրանքն անվճար է",
        "{number} ամենաէժան ապրանքն անվճար են",
    ),
    "free-dearest-of-all": (
        "ամենաթանկ ապրանքն անվճար է",
        "{number} ամենաթանկ ապրանքն անվճար են",
    ),
    "off-cheapest-of-all": (
        "ամենաէժան ապրանքի համար ստանում եք {percent} զեղչ",
        "{number} ամենաէժան ապրանքի համար ստանում եք {percent} զեղչ",
    ),
    "off-dearest-of-all": (
        "ամենաթանկ ապրանքի համար ստանում եք {percent} զեղչ",
        "{number} ամենաթանկ ապրանքի համար ստանում եք {percent} զեղչ",
    ),
}
