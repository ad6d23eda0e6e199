"""Members come from another system: all of it is proved, used like all else, and came once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.services.cafe import SCOPE, buy, event, said
from tests.services.moving import NOW, Club, Row, tables, write, wrong_rows
from xenia.events.moments import parse_time
from xenia.services.erasing import erase_member
from xenia.services.inputs import UnusableError
from xenia.services.opening_tables import Mapped
from xenia.services.poster import Poster
from xenia.services.statements import ledger_page, statement
from xenia.store.database import Database

DAY = 86_400_000_000
AT = parse_time("2026-01-01T00:00:00+02:00")
PEOPLE: list[Row] = [
    {"member": "m1", "card": "1", "joined": "2019-05-01", "attributes.birthday": "1990-01-06",
     "attributes.nickname": "Zorba", "tier.status": "gold", "until.status": "2026-03-01",
     "metric.visits-ever": "41"},
    {"member": "m2", "email": "m2@example.org", "balance.points": "12.50"},
]  # fmt: skip
LOTS: list[Row] = [
    {"member": "m1", "currency": "points", "units": "30", "earned": "2025-06-10"},
    {"member": "m1", "currency": "points", "units": "5.25", "earned": "2025-03-10",
     "ends": "never"},
    {"member": "m1", "currency": "stars", "units": "7", "earned": "2025-12-31",
     "available": "2026-01-02"},
    {"member": "m1", "currency": "stars", "units": "3", "earned": "2025-12-20", "held": "yes"},
    {"member": "m2", "currency": "stars", "units": "-4", "earned": "2025-12-31"},
]  # fmt: skip
VOUCHERS: list[Row] = [{"member": "m1", "code": "OLD-1", "reward": "off", "ends": "2026-02-01"}]


def few(folder: Path) -> list[Path]:
    """Two members, with one of everything."""
    return [
        write(folder / "people.csv", PEOPLE),
        write(folder / "lots.csv", LOTS),
        write(folder / "vouchers.csv", VOUCHERS),
    ]


def holds(club: Club, member: str, at: int) -> Any:
    """What the interface tells of a member."""
    with club.database.connect() as connection:
        return statement(connection, SCOPE, club.published, member, at)


# ---- all of it -----------------------------------------------------------------------------------


def test_two_thousand_members_come_with_all_they_have(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    paths, controls = tables(tmp_path, 2_000)
    found = club.move_in(paths, controls=controls)
    assert (found.recorded, found.totals.wrong, found.differences) == (2_000, 0, [])
    sums = dict(club.rows("select currency, sum(balance + pending)::bigint from wallet group by 1"))
    points = sums["points"]
    told = {"points": f"{points // 100}.{points % 100:02}", "stars": str(sums["stars"])}
    assert told == {key: controls[key] for key in told}
    for member in ("M0000000", "M0000007", "M0001999"):
        assert said(database, member=member) == ""
    before = club.counts()
    again = club.move_in(paths, controls=controls, now=NOW + DAY)
    assert (again.recorded, again.totals.known) == (0, 2_000)
    assert club.counts() == before


def test_a_dry_run_records_nothing_and_says_what_would_come(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    found = club.move_in(few(tmp_path), at=AT, dry_run=True)
    assert (found.totals.members, found.totals.lots, found.totals.vouchers) == (2, 6, 1)
    assert found.totals.units == {"points": 4775, "stars": 6}
    assert sum(club.counts().values()) == 0


def test_nothing_is_recorded_where_a_control_differs(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    paths, controls = tables(tmp_path, 20)
    found = club.move_in(paths, controls={**controls, "members": "21", "points": "1.00"})
    assert [one[:2] for one in found.differences] == [("members", "21"), ("points", "1.00")]
    assert sum(club.counts().values()) == 0
    with pytest.raises(UnusableError, match='"miles" is none of members'):
        club.move_in(paths, controls={"miles": "1"})


def test_what_is_brought_is_proved_and_told(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    assert club.move_in(few(tmp_path), at=AT).recorded == 2
    assert said(database) == ""
    one = holds(club, "m1", AT)
    assert one["wallet"]["points"] == {"balance": "35.25", "pending": "0.00", "held": "0.00"}
    assert one["wallet"]["stars"] == {"balance": "0", "pending": "7", "held": "3"}
    assert one["tiers"]["status"]["level"] == "gold"
    assert one["tiers"]["status"]["until"] == "2026-03-01T00:00:00+02:00"
    assert one["metrics"]["visits-ever"] == "41"
    assert [each["code"] for each in one["vouchers"]] == ["OLD-1"]
    assert holds(club, "m2", AT)["wallet"]["stars"]["balance"] == "-4"
    accounts = "select currency, debit::text, credit::text, units from entry order by 1, 2, 3, 4"
    assert club.rows(accounts) == [
        ("points", "opening", "wallet", 525),
        ("points", "opening", "wallet", 1250),
        ("points", "opening", "wallet", 3000),
        ("stars", "deficit", "opening", 4),
        ("stars", "opening", "held", 3),
        ("stars", "opening", "pending", 7),
    ]
    with database.connect() as connection:
        page = ledger_page(connection, SCOPE, club.published, "m2", locale="ru")
    assert page is not None
    assert [each["words"] for each in page.entries] == [
        "Перенесено из прежней программы: 12,5 балла, перенос из прежней программы",
        "Долг: 4 звезды, перенос из прежней программы",
    ]


def test_it_is_used_and_ends_like_all_that_is_earned_here(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    club.move_in(few(tmp_path), at=AT)
    # Gold, which takes off a tenth; the voucher; of the points those that end first.
    club.post(buy("a1", {"card": "1"}, "01-05", "40.00", vouchers=["OLD-1"], spend={"points": "6"}))
    assert said(database) == ""
    answer = msgspec.json.decode(club.rows("select answer from record where event_id = 'a1'")[0][0])
    assert answer["payable"]["discount"] == "9.06"
    spent = "select earned::text, units from entry where credit = 'redeemed'"
    assert club.rows(spent) == [("2025-06-10", 600)]
    assert club.rows("select state from voucher") == [("used",)]
    club.work(parse_time("2026-07-01T00:00:00+03:00"))
    assert said(database) == ""
    ended = "select currency, earned::text, units from entry where credit = 'breakage' order by 1"
    assert club.rows(ended) == [("points", "2025-06-10", 2400)]
    now = holds(club, "m1", parse_time("2026-07-01T00:00:00+03:00"))
    assert now["tiers"]["status"]["level"] == "silver"  # reviewed in March, one level down
    assert now["wallet"]["stars"] == {"balance": "9", "pending": "0", "held": "3"}
    club.post(event("return", "r1", "m1", "01-09", "12:00", purchase="a1", all=True))
    assert said(database) == ""


def test_moments_of_before_are_not_recorded(database: Database, tmp_path: Path) -> None:
    more = """
  month: {on: month-end, then: {earn: {stars: 1}}}
  year: {on: anniversary, then: {earn: {stars: 1}}}
  birth: {on: birthday, then: {earn: {stars: 1}}}
  away: {on: inactivity, after: 2 months, then: {earn: {stars: 1}}}
"""
    document = Club.DOCUMENT.replace("rewards:\n", more.lstrip("\n") + "rewards:\n")
    club = Club(database, document)
    club.move_in(few(tmp_path), at=AT)
    club.work(parse_time("2026-05-02T00:00:00+03:00"))
    kinds = "select type, occurred_at::date::text from event where member_id = 'm1' order by 2, 1"
    assert [row for row in club.rows(kinds) if row[0] not in ("opening", "month-end")] == [
        ("birthday", "2026-01-05"),  # in UTC, as what follows
        ("inactivity", "2026-02-27"),
        ("anniversary", "2026-04-30"),
    ]
    ends = "select count(*) from event where type = 'month-end' and member_id = 'm1'"
    assert club.rows(ends) == [(4,)]
    assert said(database) == ""


def test_who_is_erased_stays_proved(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    club.move_in(few(tmp_path), at=AT)
    assert club.rows("select count(*) from personal") == [(1,)]
    with database.connect() as connection:
        erase_member(connection, "m1", now=AT + DAY)
    assert said(database) == ""
    assert not club.rows("select 1 from member where personal is not null")
    found = club.move_in(few(tmp_path), at=AT)
    assert (found.totals.known, found.recorded) == (2, 0)


# ---- what is wrong -------------------------------------------------------------------------------


def test_a_wrong_row_leaves_its_member_out_and_nobody_else(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    people: list[Row] = [{"member": f"m{n}", "card": str(n)} for n in range(1, 13)]
    lot = {"currency": "points", "units": "1", "earned": "2026-01-02"}
    wrong: list[Row] = [
        {"member": "m1", **lot, "currency": "mile"},
        {"member": "m2", **lot, "units": "1.001"},
        {"member": "m3", **lot, "earned": "2.1.2026"},
        {"member": "m4", **lot, "earned": "2027-01-01"},
        {"member": "m5", **lot, "ends": "2026-01-01"},
        {"member": "m6", **lot, "units": "0"},
        {"member": "m7", **lot, "available": "2026-12-01"},
        {"member": "m8", **lot, "units": ""},
        {"member": "nobody", **lot},
        {"member": "m9", **lot},
        {"member": "m9", **lot, "held": "perhaps"},
    ]
    people += [{"member": "m10", "card": "x"}, {"member": "m11", "card": "12"}]
    paths = [write(tmp_path / "p.csv", people), write(tmp_path / "l.csv", wrong)]
    found = club.move_in(paths)
    assert wrong_rows(paths[1]) == [
        ("2", "unknown-value"), ("3", "too-precise"), ("4", "not-a-time"),
        ("5", "in-the-future"), ("6", "already-over"), ("7", "nothing"), ("8", "not-pending"),
        ("9", "missing-field"), ("11", "not-imported"), ("12", "wrong-type"),
        ("10", "unknown-member"),
    ]  # fmt: skip
    codes = dict(wrong_rows(paths[0]))
    assert codes["14"] == codes["15"] == codes["13"] == "given-twice"
    assert (found.recorded, club.counts()["account"]) == (0, 0)
    assert said(database) == ""


def test_who_and_what_is_there_already_is_left_alone(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    club.post(buy("a1", "m1", "01-05"), buy("a2", {"card": "7"}, "01-05"))
    rows: list[Row] = [
        {"member": "m1"}, {"member": "m2", "card": "7"}, {"member": "m3", "card": "8"},
    ]  # fmt: skip
    path = write(tmp_path / "p.csv", rows)
    found = club.move_in([path])
    assert wrong_rows(path) == [("2", "already-a-member"), ("3", "identifier-taken")]
    assert (found.recorded, found.totals.wrong) == (1, 2)
    again = write(tmp_path / "q.csv", [{"member": "m3", "card": "8", "balance.points": "5"}])
    assert club.move_in([again], now=NOW + DAY).recorded == 0
    assert wrong_rows(again) == [("2", "different-content")]
    code = write(tmp_path / "r.csv", [{"member": "m4"}, {"member": "m5"}])
    twice = write(tmp_path / "v.csv", [{**VOUCHERS[0], "member": "m4", "ends": ""}])
    assert club.move_in([code, twice]).recorded == 2
    taken = write(tmp_path / "w.csv", [{**VOUCHERS[0], "member": "m6", "ends": ""}])
    six = write(tmp_path / "s.csv", [{"member": "m6"}])
    assert club.move_in([six, taken]).recorded == 0
    assert wrong_rows(six) == [("2", "code-taken")]
    assert said(database) == ""


def test_rows_of_which_nobody_knows_whose_they_are_stop_everything(
    database: Database, tmp_path: Path
) -> None:
    club = Club(database)
    people = write(tmp_path / "p.csv", [{"member": "m1"}, {"member": "m2"}])
    lots = tmp_path / "l.csv"
    head, fine = "currency,member,units,earned\n", "points,m1,1,2026-01-02\n"
    lots.write_text(head + fine + 'points,"m2,1,2026-01-02\n', "utf-8")
    with pytest.raises(UnusableError, match="1 rows cannot be read, and whose they are"):
        club.move_in([people, lots])
    assert club.counts()["event"] == 0
    lots.write_text(head + fine + "points,m2,1\n", "utf-8")  # one that is cut off is m2's
    assert club.move_in([people, lots]).recorded == 1
    assert wrong_rows(lots) == [("3", "wrong-number-of-values")]
    assert club.move_in([people], strict=True).recorded == 0


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("name,points", "what is in it cannot be told"),
        ("member,birthdya", '"birthdya" is not a column of members'),
        ("member,member", 'the column "member" is there twice'),
        ("", "the file is empty"),
    ],
)
def test_a_table_that_cannot_be_told(
    database: Database, tmp_path: Path, header: str, told: str
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(header and header + "\n1,2\n", "utf-8")
    with pytest.raises(UnusableError, match=told):
        Club(database).move_in([path])


# ---- other systems' words ------------------------------------------------------------------------


def test_columns_and_values_are_mapped(database: Database, tmp_path: Path) -> None:
    club = Club(database)
    mapped = msgspec.convert(
        {
            "dates": "dd.mm.yyyy",
            "decimals": ",",
            "members": {
                "columns": {"member": "Nr", "joined": "Since", "balance.points": "Points",
                            "tier.status": "Level", "attributes.birthday": "Born"},
                "values": {"tier.status": {"G": "gold", "-": "basic"}},
            },
        },
        Mapped,
    )  # fmt: skip
    path = tmp_path / "p.csv"
    path.write_text(
        "\ufeffNr;Name;Since;Points;Level;Born\nm1;Zoë;3.2.2020;1.234,50;G;6.1.1990\n"
        "m2;Max;4.2.2020;0;-;\n",
        "utf-8",
    )
    found = club.move_in([path], mapped, at=AT)
    assert (found.recorded, found.passed_over) == (2, {str(path): ("Name",)})
    one = holds(club, "m1", AT)
    assert one["wallet"]["points"]["balance"] == "1234.50"
    assert one["tiers"]["status"]["level"] == "gold"
    assert said(database) == ""


def test_parquet_says_the_same_as_csv(database: Database, tmp_path: Path) -> None:
    arrow, csv, parquet = map(pytest.importorskip, ("pyarrow", "pyarrow.csv", "pyarrow.parquet"))
    club = Club(database)
    paths, controls = tables(tmp_path, 50)
    found = []
    for path in paths:
        sign = ";" if path.name == "people.csv" else ","
        table = csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=sign))
        exact = [
            column.cast(arrow.decimal128(12, 2)) if arrow.types.is_floating(column.type) else column
            for column in table.columns
        ]
        table = arrow.table(dict(zip(table.column_names, exact, strict=True)))
        found.append(path.with_suffix(".parquet"))
        parquet.write_table(table, found[-1])
    assert club.move_in(found, controls=controls, at=NOW - DAY).recorded == 50
    assert club.move_in(paths, controls=controls, at=NOW - DAY).totals.known == 50
    assert said(database) == ""


# ---- broken off ----------------------------------------------------------------------------------


def test_an_import_that_is_broken_off_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = Club(database)
    paths, controls = tables(tmp_path, 700)
    submit, posted = Poster.submit, list[int]()

    def break_off(self: Poster, items: Any, done: Any) -> None:
        if posted:
            raise KeyboardInterrupt
        posted.append(len(items))
        submit(self, items, done)

    monkeypatch.setattr(Poster, "submit", break_off)
    with pytest.raises(KeyboardInterrupt):
        club.move_in(paths, controls=controls)
    monkeypatch.undo()
    assert club.counts()["record"] == posted[0] < 700
    again = club.move_in(paths, controls=controls, now=NOW + DAY)
    assert (again.recorded, again.totals.known) == (700 - posted[0], posted[0])
    assert club.rows("select count(distinct occurred_at), count(*) from event") == [(1, 700)]
    assert club.rows("select count(*) from moving_in where finished_at is null") == [(0,)]
