"""How long levels stay, through the service: shown, recorded and verified."""

from __future__ import annotations

import json
from typing import Any

from tests.services.cafe import CAFE, Cafe, buy, profile, said, time
from xenia.store.database import Database


def answer(cafe: Cafe, name: str) -> Any:
    ((text,),) = cafe.rows(f"select answer from record where event_id = '{name}'")
    return json.loads(text)


def standing(cafe: Cafe, name: str) -> tuple[str, str | None]:
    told = answer(cafe, name)["tiers"]["status"]
    return told["level"], told["until"]


def test_a_level_stays_for_its_grace_and_is_kept_in_it(database: Database) -> None:
    cafe = Cafe(
        database, CAFE.replace("holds: end of month", "holds: end of month\n    grace: 10 days")
    )
    cafe.post(buy("a1", "m1", "01-02", "40.00"), buy("b1", "m2", "01-02", "40.00"))
    cafe.sweep(time("02-01"))
    cafe.post(profile("a2", "m1", "02-10"), buy("b2", "m2", "02-10", "50.00"))
    assert standing(cafe, "a1") == ("gold", "2026-02-01T00:00:00+02:00")
    assert standing(cafe, "a2") == ("gold", "2026-02-11T00:00:00+02:00")
    assert standing(cafe, "b2") == ("gold", "2026-03-01T00:00:00+02:00")
    assert said(cafe.database) == ""
    cafe.sweep(time("02-11"))
    cafe.post(profile("a3", "m1", "02-12"))
    assert standing(cafe, "a3") == ("basic", None)
    assert said(cafe.database) == ""
