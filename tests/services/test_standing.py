"""How long levels stay, through the service: shown, recorded and verified."""

from __future__ import annotations

import json
from typing import Any

from tests.services.cafe import CAFE, Cafe, buy, profile, said, time
from xenia.store.database import Database
from xenia.store.migrate import FOLDER


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


def test_what_is_beyond_a_level_counts_on(database: Database) -> None:
    monthly = "sum: spent, over: calendar month"
    cafe = Cafe(database, CAFE.replace(monthly, f"{monthly}, rollover: true"))
    cafe.post(buy("a1", "m1", "01-02", "95.00"))
    cafe.sweep(time("02-01"))
    cafe.post(buy("a2", "m1", "03-02", "10.00"), buy("a3", "m1", "02-27", "4.00"))
    # 55.00 of January are beyond gold, and 15.00 of these as February's, or 19.00 with a late 4.00.
    assert [answer(cafe, name)["metrics"]["spent-this-month"] for name in ("a1", "a2", "a3")] == [
        "95.00",
        "25.00",
        "29.00",
    ]
    assert said(cafe.database) == ""


CLOSING = CAFE.replace("\nmoney:", "\nearn-until: 2026-02-01\nspend-until: 2026-02-20\nmoney:")


def wallet(cafe: Cafe, name: str) -> dict[str, tuple[str, str]]:
    told = answer(cafe, name)["wallet"]
    return {key: (told[key]["balance"], told[key]["pending"]) for key in told}


def test_a_programme_that_closes_leaves_nothing_and_is_verified(database: Database) -> None:
    cafe = Cafe(database, CAFE)
    cafe.post(buy("a1", "m1", "01-18", "40.00"))
    cafe.publish(CLOSING, time("01-20"))
    cafe.post(buy("a2", "m1", "01-31", "30.00"), buy("a3", "m1", "02-02", "30.00"))
    assert "earn" not in [one["effect"] for one in answer(cafe, "a3")["effects"]]
    assert wallet(cafe, "a3") == {
        "points": ("67", "0"),
        "stars": ("0", "0"),
    }  # 40, and 30 less 10 %
    assert said(cafe.database) == ""
    cafe.sweep(time("02-20"))
    cafe.post(profile("a4", "m1", "02-21"), buy("a5", "m1", "02-21", spend={"points": "1"}))
    cafe.post(buy("a6", "m1", "01-30", "9.00"))
    nothing = {"points": ("0", "0"), "stars": ("0", "0")}
    assert [wallet(cafe, name) for name in ("a4", "a6")] == [nothing, nothing]
    assert [one["code"] for one in answer(cafe, "a5")["refusals"]] == ["programme-closed"]
    assert said(cafe.database) == ""


STANDINGS = "select member_id, standing, joined from account order by 1"


def test_what_accounts_are_found_by_is_what_their_states_say(copied: Cafe) -> None:
    """Also where a migration has said it of accounts that were there."""
    cafe = copied
    before = cafe.rows(STANDINGS)
    held = {one for _, standing, _ in before for one in standing}
    assert held == {"status=basic"}, before
    assert None not in {joined for _, _, joined in before}
    cafe.change("update account set standing = '{left}', joined = null where member_id <> 'm1'")
    cafe.change("update account set standing = '{status=gold}' where member_id = 'm1'")
    (migration,) = FOLDER.glob("*-standing.sql")
    text = migration.read_text("utf-8")
    fill = text[text.index("with slots") : text.index(";", text.index("update account"))]
    assert cafe.change(fill) > 1
    assert cafe.rows(STANDINGS) == before
    assert said(cafe.database) == ""
