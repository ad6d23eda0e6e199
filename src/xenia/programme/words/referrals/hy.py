"""How it is told in Armenian that members bring others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "brought": "եթե Ձեզ բերել է մեկ այլ անդամ",
    "refer": "սա հաշվվում է նաև Ձեզ բերողի համար",
    "on-referral": "Ձեր բերած յուրաքանչյուր ընկերոջ համար, երբ նա գնում կատարի",
    "metric-referrals": "{window} Ձեր բերած և գնում կատարած ընկերների թիվը",
    "event-referral": "ընկերոջ գնում",
}
