"""What comes by itself, told in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "on-anniversary": "Ձեր միանալու յուրաքանչյուր տարեդարձին",
    "on-month-end": "յուրաքանչյուր օրացուցային ամսվա վերջում",
    "on-inactivity": "եթե {duration} ընթացքում ոչինչ չեք գնել, պարգև չեք ստացել "
    "և այլ բան չեք արել մեզ մոտ",
    "metric-anniversarys": "{window} Ձեր միանալու տարեդարձերի թիվը",
    "metric-month-ends": "{window} ավարտված ամիսների թիվը",
    "metric-inactivitys": "{window} առանց գնումների ժամանակահատվածների թիվը",
    "event-anniversary": "Ձեր միանալու տարեդարձը",
    "event-month-end": "ամսվա վերջը",
    "event-inactivity": "առանց գնումների ժամանակահատված",
    "notice": "{currency}՝ ժամկետի լրանալու մասին տեղեկացնում ենք Ձեզ {duration} նախազգուշացմամբ",
}
