"""What members are told, in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "points-expiring-subject": "Ժամկետը շուտով կլրանա՝ {units}",
    "points-expiring": "Ժամկետը շուտով կլրանա՝ {units}։ Օգտագործման վերջին օրը՝ {day}։",
    "tier-upgraded-subject": "Նոր մակարդակ՝ {level}",
    "tier-upgraded": "Դուք հասել եք {level} մակարդակին։",
    "tier-downgraded-subject": "Ձեր մակարդակը փոխվել է",
    "tier-downgraded": "Այժմ Ձեր մակարդակն է՝ {level}։",
    "tier-lost": "Դուք այլևս մակարդակ չունեք։",
    "programme-published-subject": "Պայմանները փոխվում են՝ {programme}",
    "programme-published": "Ուժի մեջ է մտնում՝ {day}",
    "terms-gone": "Այլևս չի գործում՝",
    "terms-stay": "Նախկինում հայտարարվածն ուժի մեջ չի մտնի. պայմանները մնում են նույնը։",
    "member-code-subject": "Ձեր կոդը",
    "member-code": (
        "Ձեր կոդն է՝ {code}։ Դրանով կարելի է օգտագործել առավելագույնը {units}, "
        "մեկ անգամ, մինչև {time}։ Եթե Դուք չեք խնդրել այն, ոչ ոքի մի ասեք և "
        "տեղեկացրեք մեզ։"
    ),
    "member-sign-in-subject": "{code}՝ Ձեր մուտքի կոդը",
    "member-sign-in": (
        "{code}-ը Ձեր մուտքի կոդն է։ Այն կարելի է օգտագործել մեկ անգամ՝ մինչև {time}։ Կամ "
        "բացեք այս հղումը՝ {link} Եթե դա Դուք չէիք, ոչ ոքի մի ասեք այն․ ոչինչ չի պատահել։"
    ),
    "member-sign-in-without-link": (
        "{code}-ը Ձեր մուտքի կոդն է։ Այն կարելի է օգտագործել մեկ անգամ՝ մինչև {time}։ Եթե դա "
        "Դուք չէիք, ոչ ոքի մի ասեք այն․ ոչինչ չի պատահել։"
    ),
    "notifier-test-subject": "Փորձնական հաղորդագրություն",
    "notifier-test": (
        "Սա Xenia-ի փորձնական հաղորդագրություն է՝ ուղարկված {notifier} եղանակով {space} "
        "տարածքից։ Ով կարդում է այն, ստանում է հաղորդագրությունները։"
    ),
}
