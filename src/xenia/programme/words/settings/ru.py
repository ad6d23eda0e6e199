"""How settings are told in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "rounded-by-line": "Начисление считается и округляется отдельно по каждой строке чека",
    "rounded-before-multiplying": "Начисление округляется до умножения",
    "return-inputs-today": (
        "После возврата оставшееся пересчитывается по вашему уровню и суммам на тот день"
    ),
    "refund-line-paid": (
        "За возвращённое вам отдают то, что вы заплатили, даже если скидка больше не положена"
    ),
    "used-voucher-deficit": (
        "Если вы возвращаете покупку, за которую получили подарочную карту или ваучер, уже "
        "использованное вычитается из возвращаемых денег"
    ),
    "used-voucher-absorbed": (
        "Если вы возвращаете покупку, за которую получили подарочную карту или ваучер, за "
        "уже использованное платить не нужно"
    ),
}
