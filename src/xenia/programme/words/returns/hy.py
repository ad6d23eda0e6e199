"""How what was taken back, and what was claimed, is told in Armenian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-return": "վերադարձ {id}",
    "event-cancel": "չեղարկում {id}",
    "returns-within": "գնվածը կարելի է վերադարձնել {duration} ընթացքում",
    "entry-given-back": "Վերադարձված է՝ {units}",
    "entry-owed": "Պարտք՝ {units}",
    "entry-filled": "Պարտքի մարում՝ {units}",
    "event-claim": "պահանջ {id}",
    "claims-within": (
        "Եթե գնել եք՝ առանց ասելու, թե ով եք, կարող եք {duration} ընթացքում պահանջել, "
        "որ գնումը հաշվվի Ձեզ"
    ),
}
