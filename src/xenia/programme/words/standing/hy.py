"""The same in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "badge": "ստանում եք {badge} նշանը",
    "notify": "ստանում եք հաղորդագրություն՝ {text}",
    "benefit-times": "{benefit} ({number} անգամ)",
    "hold-grace": "Դրանից հետո այն մնում է ևս {duration} ընթացքում, "
    "երբ դեռ կարող եք կատարել դրա պայմանները",
    "rollover": "Այն, ինչ գերազանցում է Ձեր հասած մակարդակը, հաշվվում է հաջորդ ժամանակահատվածում",
    "rollover-of": "Այն, ինչ գերազանցում է Ձեր հասած մակարդակը, հաշվվում է "
    "հաջորդ ժամանակահատվածում՝ {metrics}",
    "earn-until": "Կուտակելու վերջին օրը՝ {last}",
    "spend-until": "Ունեցածն օգտագործելու վերջին օրը՝ {last}, իսկ դրանից հետո ամեն ինչ ավարտվում է",
}
