"""Rows that SQL reads are those that `RowReader` reads, number by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.backtest.buckets import KEY, Back, Member, expected, member, write
from tests.engine.test_account import compiled
from tests.engine.test_native import CATALOGUE, MORE, Customers
from tests.reference.random_programmes import random_programme
from tests.reference.random_returns import with_returns
from xenia.backtest.columns import BeyondColumnsError, BucketRows, ColumnReader, keys_of
from xenia.backtest.columns_leaves import UnlikeError
from xenia.backtest.columns_rows import TooManySlicesError
from xenia.engine.compile import compile_programme
from xenia.engine.operators import COLUMNS
from xenia.engine.plan import Plan
from xenia.engine.zones import SECOND
from xenia.events.model import Event, Line, Purchase, Return
from xenia.events.parts import EventKey, LineBack
from xenia.programme.attributes import Attribute
from xenia.programme.model import Programme
from xenia.services.programmes import sound_programme

HERE = Path(__file__).parent
ENGINE = HERE.parent / "engine"
_KINDS = {"text": pa.string(), "timezone": pa.string(), "boolean": pa.bool_()}


def kinds(attributes: Mapping[str, Attribute]) -> dict[str, pa.DataType]:
    return {name: _KINDS.get(one.type, pa.int64()) for name, one in attributes.items()}


def of_members(programme: Programme) -> dict[str, pa.DataType]:
    built_in = {"birthday": pa.int64(), "locale": pa.string(), "timezone": pa.string()}
    return {**built_in, **kinds(programme.attributes.member)}


def told(found: BucketRows) -> list[list[list[int]]]:
    """The rows of each member."""
    numbers, starts = found.rows.numbers.tolist(), found.rows.starts.tolist()
    rows = [numbers[begin:end] for begin, end in pairwise(starts)]
    members = found.rows.members.tolist()
    return [rows[begin:end] for begin, end in pairwise(members)]


def check(programme: Programme, members: Sequence[Member], folder: Path) -> int:
    """All numbers, of SQL and of what is read row by row; how many rows there are."""
    plan = compile_programme(programme)
    path = write(folder, members, kinds(programme.attributes.event), of_members(programme))
    wanted = expected(plan, members)
    names = [one.name for one in members]
    reader = ColumnReader(plan, key=KEY)
    reader.beyond = ()  # what else is needed is not asked here
    for sql in (True, False):
        if not sql:
            reader.why = ("asked for",)
        elif reader.why:
            continue
        found = reader.read(path)
        assert found.members.to_pylist() == names
        check_same(plan, wanted, told(found))
        check_places(members, found)
        check_keys(members, keys_of(path, found.place), found)
    return sum(map(len, wanted))


def check_same(plan: Plan, wanted: list[list[list[int]]], found: list[list[list[int]]]) -> None:
    for one, other in zip(wanted, found, strict=True):
        for row, (ours, theirs) in enumerate(zip(one, other, strict=True)):
            assert theirs == ours, (plan.programme.id, row, plan.types["purchase"].columns)


def check_places(members: Sequence[Member], found: BucketRows) -> None:
    """Each row tells of which event it is, and each return's of which row its purchase is."""
    events = [event for one in members for event in one.events]
    mine = [events[place] for place in found.place.tolist()]
    for event, of in zip(mine, found.rows.back.tolist(), strict=True):
        if isinstance(event, Back):
            assert mine[of] is event.purchase
        else:
            assert of == -1


def check_keys(
    members: Sequence[Member], keys: Sequence[tuple[int, str, str]], found: BucketRows
) -> None:
    own = [one.event if isinstance(one, Back) else one for each in members for one in each.events]
    mine = [own[place] for place in found.place.tolist()]
    assert keys == [(each.occurred_at, each.source, each.id) for each in mine]


def shoppers(
    programme: Programme, count: int, events: int, seed: int = 0, *, known: bool = True
) -> list[Member]:
    """Members who bought something; where they are known, some enrolled, before that or later."""
    found = []
    for number in range(count):
        drawing = Customers(programme, seed + number)
        history = with_returns(programme, drawing.history(events), seed + number)
        random = Random(number)
        about = drawing.about_member() if random.random() < 0.7 else {}
        instants = [each.occurred_at for each in history] or [0]
        joined = random.choice((None, min(instants), random.choice(instants)))
        name = f"m{number:03d}"
        found.append(member(name, history, about, joined=joined if known else None))
    return [one for one in found if one.events]


OFTEN = [path for path in CATALOGUE if path.stem in ("department-points", "pharmacy-health")]


@pytest.mark.parametrize("path", OFTEN, ids=lambda path: path.stem)
def test_sql_reads_what_the_reader_reads(path: Path, tmp_path: Path) -> None:
    programme = sound_programme(path)
    assert check(programme, shoppers(programme, 4, 50), tmp_path) > 100


def test_sql_reads_what_the_reader_reads_in_random_programmes(tmp_path: Path) -> None:
    for seed in range(3):
        programme = random_programme(seed)
        check(programme, shoppers(programme, 3, 40, known=seed % 2 == 0), tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize("path", [*CATALOGUE, *MORE], ids=lambda path: path.stem)
def test_sql_reads_what_the_reader_reads_in_every_programme(path: Path, tmp_path: Path) -> None:
    programme = sound_programme(path)
    for known in (True, False):
        assert check(programme, shoppers(programme, 20, 50, known=known), tmp_path) >= 0


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1000, 1012))
def test_sql_reads_what_the_reader_reads_in_many_programmes(seed: int, tmp_path: Path) -> None:
    for number in range(8):
        programme = random_programme(8 * seed + number)
        check(programme, shoppers(programme, 10, 60, known=number % 4 != 0), tmp_path)


# ---- what few programmes have --------------------------------------------------------------------

HEAD = "xenia: 1\nprogramme: small\nmoney: EUR\ntimezone: Europe/Athens\n"
DAY = 24 * 60 * 60 * SECOND
NOON = 19_000 * DAY + DAY // 2


def bought(name: str, *amounts: int, at: int = NOON, **said: Any) -> Purchase:
    lines = tuple(
        Line(id=str(place), sku=f"s{place}", category="c", quantity=1000, amount=amount)
        for place, amount in enumerate(amounts)
    )
    return Purchase(id=name, member="m", occurred_at=at, lines=lines, **said)


def read(text: str, folder: Path, *events: Event) -> BucketRows:
    """The rows of one member, once they have been found to be right."""
    one = member("m", events)
    plan = compiled(HEAD + text)
    check(plan.programme, [one], folder)
    reader = ColumnReader(plan, key=KEY)
    assert not reader.why
    return reader.read(folder / "part.parquet")


EARN = "currencies: {points: {}}\nrules: {all: {then: {earn: {points: 1 per 1.00}}}}\n"


def test_nobody_is_inside_before_a_purchase_that_is_large_enough(tmp_path: Path) -> None:
    text = f"enrolment: enrolment-only\nfirst-purchase: 50.00\n{EARN}"
    events: list[Event] = [
        bought("a", 4_999),
        Return(id="b", occurred_at=NOON + 1, of=EventKey("a"), all=True),
        bought("c", 2_500, 2_500, at=NOON + 2),
        bought("d", 1, at=NOON + 3),
    ]
    found = read(text, tmp_path, *events)
    assert found.place.tolist() == [2, 3]
    assert found.left_out == {"returns-refused": 1}


def test_what_comes_back_too_late_has_no_row(tmp_path: Path) -> None:
    text = f"returns: {{within: 14 days}}\n{EARN}"
    events: list[Event] = [
        bought("a", 4_999),
        Return(id="b", occurred_at=NOON + 13 * DAY, of=EventKey("a"), lines=(LineBack("0", None),)),
        bought("c", 1_000),
        Return(id="d", occurred_at=NOON + 14 * DAY, of=EventKey("c"), all=True),
    ]
    found = read(text, tmp_path, *events)
    assert found.rows.back.tolist() == [-1, -1, 0]
    assert found.left_out == {"returns-too-late": 1}


def test_a_return_of_nothing_that_is_known_has_no_row(tmp_path: Path) -> None:
    folder, plan = tmp_path, compiled(HEAD + EARN)
    read(
        EARN,
        folder,
        bought("a", 100),
        Return(id="b", occurred_at=NOON + 1, of=EventKey("a"), all=True),
    )
    table = pq.read_table(folder / "part.parquet")
    at = table.schema.get_field_index("left_of")
    pq.write_table(
        table.set_column(at, "left_of", pa.nulls(2, pa.int32())), folder / "part.parquet"
    )
    found = ColumnReader(plan).read(folder / "part.parquet")
    assert found.place.tolist() == [0]
    assert found.left_out == {"returns-without-purchase": 1}


def test_a_basket_of_too_many_slices_is_told(tmp_path: Path) -> None:
    text = f"settings: {{round-per: line}}\n{EARN}"
    path = write(tmp_path, [member("m", [bought("a", *[1] * 65)])], {})
    with pytest.raises(TooManySlicesError, match="a basket falls into 65 slices, and 64"):
        ColumnReader(compiled(HEAD + text)).read(path)


def test_an_attribute_of_another_type_is_told(tmp_path: Path) -> None:
    text = "attributes: {event: {gate: integer}}\n" + EARN.replace(
        "{then", "{when: attributes.gate > 3, then"
    )
    path = write(tmp_path, [member("m", [bought("a", 1)])], {"gate": pa.string()})
    with pytest.raises(UnlikeError, match=r"has attributes\.gate as string"):
        ColumnReader(compiled(HEAD + text)).read(path)


def test_an_empty_bucket_has_no_rows(tmp_path: Path) -> None:
    found = ColumnReader(compiled(HEAD + EARN)).read(write(tmp_path, [], {}))
    assert found.rows.starts.tolist() == found.rows.members.tolist() == [0]
    assert not found.left_out


def test_what_comes_by_itself_is_beyond_columns(tmp_path: Path) -> None:
    plan = compiled(
        HEAD + "currencies: {points: {}}\n"
        "rules: {gift: {on: birthday, limits: {times: 1, per: year}, then: {earn: {points: 5}}}}\n"
    )
    reader = ColumnReader(plan)
    assert reader.beyond == ("birthdays come by themselves",)
    with pytest.raises(BeyondColumnsError, match="read the events themselves"):
        reader.read(write(tmp_path, [], {}))


KINDS = """attributes: {event: {gate: integer}, member: {vip: boolean}}
locations: {a: {region: north, timezone: Asia/Tokyo}, b: {region: south}}
currencies: {points: {}}
settings: {tax: excluded, round-money: up}
metrics:
  spent: {sum: spent, over: ever}
  ways: {distinct: channel, values: [web, store], over: calendar month}
rules:
  three: {when: channel == "web" || metric.spent > 100, then: {earn: {points: 1}}}
  number: {when: attributes.gate > metric.spent, then: {earn: {points: 1}}}
  clock: {when: hour(occurred_at) >= 12 && weekday(occurred_at) < 4, then: {earn: {points: 1}}}
  place: {when: location.region == "north" || member.vip, then: {earn: {points: 1}}}
  fixed: {lines: l.sku == "s0", then: {discount: {price: 0.50}}}
  folds: {when: 'basket.amount > 3 && lines.exists(l, l.brand != "x")', then: {earn: {points: 1}}}
"""


def test_each_kind_of_column_is_read(tmp_path: Path) -> None:
    random = Random(3)
    events: list[Event] = []
    for n in range(80):
        lines = tuple(
            Line(
                id=str(place),
                sku=random.choice(("s0", "s1")),
                category="c",
                quantity=random.choice((1000, 1250, 333, 0)),
                amount=random.randrange(300),
                tax=random.randrange(3),
                brand=random.choice(("x", "y", None)),
            )
            for place in range(random.randrange(4))
        )
        gate = random.choice(({}, {"gate": 0}, {"gate": 7}))
        event = Purchase(
            id=f"p{n}",
            member="m",
            occurred_at=NOON + n * DAY // 7,
            channel=random.choice(("web", "store", "x", None)),
            location=random.choice(("a", "b", "c", None)),
            attributes=gate,
            prices=random.choice(("gross", "net")),
            lines=lines,
        )
        events.append(event)
    read(KINDS, tmp_path, *events)
    columns = compiled(HEAD + KINDS).types["purchase"].columns
    asked = {column.how for column in columns}
    assert asked >= {"three", "value", "known", "listed", "truth"}


@pytest.mark.parametrize("wins", [1, 2])
def test_chance_is_that_of_the_engine(wins: int, tmp_path: Path) -> None:
    text = EARN.replace("{then", f"{{chance: {wins} in 3, then")
    events = [bought(f"\N{GREEK SMALL LETTER BETA}{n}", 100, at=NOON + n) for n in range(60)]
    found = read(text, tmp_path, *events)
    columns = compiled(HEAD + text).types["purchase"].columns
    at = next(place for place, column in enumerate(columns) if column.how == "chance")
    fell = int(found.rows.numbers[found.rows.starts[:-1] + COLUMNS + at].sum())
    assert 10 * wins < fell < 30 * wins
