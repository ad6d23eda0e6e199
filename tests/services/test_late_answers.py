"""A late event is decided by an earlier version, and answered with what is held under a later."""

import json

from tests.services.cafe import CAFE, Cafe, buy, said, time
from xenia.store.database import Database

MORE = CAFE.replace(
    "currencies:\n",
    "currencies:\n  miles: {decimals: 2, expires: {after: 1 month}}\n",
).replace(
    "metrics:\n",
    "metrics:\n  largest: {max: basket.amount, over: calendar year}\n",
).replace(
    "rules:\n",
    "rules:\n  miles: {then: {earn: {miles: 0.25 per 1.00}}}\n",
)  # fmt: skip


def test_what_a_later_version_has_added_is_told(database: Database) -> None:
    cafe = Cafe(database)
    cafe.post(buy("a1", "m1", "01-02"))
    cafe.publish(MORE, time("01-10"))
    cafe.post(buy("a2", "m1", "01-15", "20.00"))
    # The miles of a2 have ended by then, which is told in the answer of the late event.
    cafe.post(buy("a3", "m2", "01-15", "4.00"), buy("a4", "m1", "02-20", "1.00"))
    (late,) = cafe.post(buy("late", "m1", "01-04"), now=time("02-21"))
    assert late.answer is not None
    answer = json.loads(late.answer)
    assert answer["version"] == 1
    assert answer["wallet"]["miles"]["balance"] == "0.25"
    assert answer["metrics"]["largest"] == "20.00"
    assert said(database) == ""
    (ended,) = cafe.rows("select answer from record where event_id = 'a4'")
    expired = [one for one in json.loads(ended[0])["effects"] if one["effect"] == "expire"]
    assert [one["units"] for one in expired if one["currency"] == "miles"] == ["5.00"]
