"""What is exported can be brought in again, and comes to the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.engine.test_opening import story
from tests.engine.test_transfers import Both
from tests.services.cafe import SCOPE, buy, event, join, said
from tests.services.merging import end, merge
from tests.services.moving import CLUB, Club, tables
from xenia.cli.app import build
from xenia.engine.account import decide as decided
from xenia.engine.account import new_account, view
from xenia.engine.compile import compile_programme
from xenia.engine.operators import DAY, ENROLLED
from xenia.events.brought import OpenMetric
from xenia.events.model import OWN, Opening
from xenia.events.moments import parse_time
from xenia.services.exporting import WHAT
from xenia.services.metric_history import history
from xenia.services.published import load_space
from xenia.services.publishing import draft_of, publish
from xenia.services.spaces import make_space
from xenia.services.statements import statement
from xenia.store.database import Database
from xenia.store.posting import Scope

DAY_LONG = 86_400_000_000
LATER = parse_time("2026-12-20T12:00:00+02:00")


def xenia(*words: str) -> Result:
    return CliRunner().invoke(build("export"), ["export", *words], catch_exceptions=False)


@pytest.fixture
def club(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Club:
    """Members who have come from elsewhere, and what they have done since."""
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.setattr("xenia.services.poster.now", lambda: LATER)
    monkeypatch.chdir(tmp_path)
    found = Club(database)
    paths, _ = tables(tmp_path, 40)
    found.move_in(paths)
    found.post(
        join("j1", "n1", "11-20", kind="adult", birthday="1990-01-06"),
        buy("a1", {"card": "77"}, "11-20", "140.00"),
        buy("a2", "M0000001", "11-21", "450.00", spend={"points": "2"}),
        buy("a3", "M0000002", "12-01", "30.00"),
        event("redemption", "r1", "M0000003", "12-01", "13:00", reward="tea"),
        event("hold", "h1", "M0000004", "12-01", "13:00", currency="points", units="1", reason="?"),
        event("return", "b1", "M0000002", "12-02", "13:00", purchase="a3", all=True),
    )
    found.work(LATER)
    return found


def holdings(club: Club, space: str, scope: Scope) -> dict[str, Any]:
    """All that each member holds."""
    with club.database.connect() as connection:
        published = load_space(connection, space).programmes["club"]
        query = "select member_id from account where space_id = %s order by 1"
        members = [name for (name,) in connection.execute(query, (scope.space_id,))]
        return {name: statement(connection, scope, published, name, LATER) for name in members}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_exported_comes_to_the_same_elsewhere(
    club: Club, tmp_path: Path, ending: str
) -> None:
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    there = holdings(club, "default", SCOPE)
    paths = []
    for what in WHAT:
        done = xenia(what, "--out", f"out-{what}.{ending}")
        assert done.exit_code == 0
        if what != "ledger":
            paths.append(tmp_path / f"out-{what}.{ending}")
    with club.database.connect() as connection:
        space = make_space(connection, "other", "live")
        (tmp_path / "club.yaml").write_text(CLUB, "utf-8")
        draft = draft_of(tmp_path / "club.yaml")
        publish(connection, draft, clock=lambda: 0, space="other", key=bytes(32))
        club.space = load_space(connection, "other")
    found = club.move_in(paths, at=LATER, now=LATER)
    assert (found.totals.wrong, found.recorded) == (0, len(there))
    scope = Scope(space.space_id, club.published.programme_id)
    again = holdings(club, "other", scope)
    assert again == there
    assert said(club.database, space="other") == ""
    names = "select kind, value, member_id from identifier where space_id = {} order by 1, 2"
    assert club.rows(names.format(space.space_id)) == club.rows(names.format(1))
    personal = (
        "select member_id, personal ->> 'birthday' from member where space_id = {} order by 1"
    )
    assert club.rows(personal.format(space.space_id)) == club.rows(personal.format(1))


def test_who_has_left_or_is_another_by_now_is_no_member_elsewhere(
    club: Club, tmp_path: Path
) -> None:
    """They have nothing there that could be brought in; all others come to the same."""
    club.post(
        event("redemption", "r2", "M0000001", "12-03", "13:00", reward="tea"),
        event("leave", "l1", "M0000001", "12-04", "13:00"),
    )
    end(club, merge(club, "M0000003", "M0000006", LATER), LATER)
    club.work(LATER)
    gone = {"M0000001", "M0000003"}
    there = {
        name: has for name, has in holdings(club, "default", SCOPE).items() if name not in gone
    }
    paths = []
    for what in WHAT:
        assert xenia(what, "--out", f"out-{what}.csv").exit_code == 0, what
        if what != "ledger":
            paths.append(tmp_path / f"out-{what}.csv")
            assert not gone & {row["member"] for row in read(paths[-1])}, what
    with club.database.connect() as connection:
        space = make_space(connection, "other", "live")
        (tmp_path / "club.yaml").write_text(CLUB, "utf-8")
        draft = draft_of(tmp_path / "club.yaml")
        publish(connection, draft, clock=lambda: 0, space="other", key=bytes(32))
        club.space = load_space(connection, "other")
    found = club.move_in(paths, at=LATER, now=LATER)
    assert (found.totals.wrong, found.recorded) == (0, len(there))
    assert holdings(club, "other", Scope(space.space_id, club.published.programme_id)) == there


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_a_blocked_card_does_not_come_to_use_again(club: Club, tmp_path: Path) -> None:
    stolen = {"action": "replace", "card": "9000000005", "new": "42"}
    club.post(event("card", "c1", "M0000005", "12-03", "13:00", **stolen))
    assert xenia("members", "--out", "m.csv").exit_code == 0
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        cards = {row["member"]: row["card"] for row in csv.DictReader(file)}
    assert (cards["M0000004"], cards["M0000005"]) == ("9000000004", "42")


def test_who_has_left_is_no_member_elsewhere(club: Club, tmp_path: Path) -> None:
    def named(what: str) -> set[str]:
        path = tmp_path / f"{what}.csv"
        path.unlink(missing_ok=True)
        assert xenia(what, "--out", path.name).exit_code == 0
        with path.open(encoding="utf-8", newline="") as file:
            return {row["member"] for row in csv.DictReader(file)}

    of_members = [what for what in WHAT if what != "ledger"]
    goes, *_ = sorted(set.intersection(*(named(what) for what in of_members)))
    club.post(event("leave", "l1", goes, "12-21", "13:00"))
    for what in of_members:
        assert (found := named(what)), what
        assert goes not in found, what
    assert goes in named("ledger")


def test_the_ledger_is_exported_whole(club: Club, tmp_path: Path) -> None:
    assert xenia("ledger", "--out", "l.csv").stdout.startswith("l.csv: ")
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = "select member_id, seq::text, n::text, debit::text, credit::text from entry"
    assert [
        (row["member"], row["step"], row["number"], row["debit"], row["credit"]) for row in rows
    ] == sorted(club.rows(entries), key=lambda row: (row[0], int(row[1]), int(row[2])))


@pytest.mark.usefixtures("club")
def test_what_cannot_be_exported_is_said(tmp_path: Path) -> None:
    for words, told in (
        (("people", "--out", "p.csv"), '"people" is none of members, lots'),
        (("lots", "--out", "p.txt"), "name it .csv or .parquet"),
        (("lots", "--out", "none/p.csv"), "cannot be written"),
        (("lots", "--out", "people.csv"), "is there already"),
        (("lots", "--out", "p.csv", "--programme", "clib"), 'there is no programme "clib" here'),
    ):
        result = xenia(*words)
        assert (result.exit_code, told in result.stderr) == (2, True), result.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("seed", range(20_100, 20_106))
def test_what_metrics_remember_is_told_by_days(seed: int) -> None:
    programme, events = story(seed)
    both, plan = Both(programme), compile_programme(programme)
    for one in events[1:-1]:
        list(both.decide(one))
    account = both.accounts["m"]
    day = account.state[DAY]
    at = plan.zone.start_of(day) + DAY_LONG // 2
    opening = Opening(
        id="o",
        source=OWN,
        member="m",
        occurred_at=at,
        joined=account.state[ENROLLED],
        metrics=tuple(
            OpenMetric(key, value, day if on is None else on)
            for key, value, on in history(plan, account.state)
        ),
    )
    opened, _ = decided(plan, new_account(plan, "m"), opening)
    assert view(plan, opened, at).metrics == view(plan, account, at).metrics
