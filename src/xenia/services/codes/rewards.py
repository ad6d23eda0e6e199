"""The codes of what is not done with rewards, stocks and vouchers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

REWARDS: Final[Mapping[str, Sentences]] = {
    "no-stock": Sentences(
        "The reward has no stock",
        "The programme does not say how many there are of it, so there is no end of them.",
        "Give the reward a `stock` in a version of the programme.",
    ),
    "no-such-reward": Sentences(
        "There is no such reward",
        "The version that decides now has no reward of this id.",
        "`GET /v1/rewards` lists them.",
    ),
    "no-such-voucher": Sentences(
        "There is no such voucher",
        "No voucher of this code was issued in this space.",
        "Compare every character; `GET /v1/members/{member}/vouchers` lists those of a member.",
    ),
    "too-few-left": Sentences(
        "There are not so many left",
        "What has been issued cannot be taken from a stock any more; `detail` says what is left.",
        "Take so many at most.",
    ),
    "too-many-there": Sentences(
        "There cannot be so many",
        "A stock has a bound, which `detail` names.",
        "Add fewer; of what there is no end, leave `stock` out of the programme.",
    ),
}
