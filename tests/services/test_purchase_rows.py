"""Rows of a table become purchases, and a row that is broken never makes half a purchase."""

import io
from pathlib import Path

import pytest

from xenia.events.wire import LINES
from xenia.services.inputs import UnusableError
from xenia.services.purchase_rows import COLUMNS, NEEDED, ROW_BYTES, Found, Row, Wrong, purchases

HEADER = "id,occurred_at,member,sku,category,quantity,amount"
AT = "2026-09-21T09:00:00+03:00"


def read(text: str | bytes, header: str = HEADER) -> list[Found | Wrong]:
    data = text if isinstance(text, bytes) else f"{header}\n{text}".encode()
    return list(purchases(io.BytesIO(data), Path("a.csv")))


def row(name: str, sku: str = "tea", member: str = "m1") -> str:
    return f"{name},{AT},{member},{sku},drink,1,4.50"


def told(text: str | bytes, header: str = HEADER) -> list[str]:
    """What became of a table: `A:2,3` is purchase A of rows 2 and 3, `!4 code` a wrong row."""
    found = []
    for item in read(text, header):
        if isinstance(item, Wrong):
            found.append(f"!{item.row.number} {item.code}")
        else:
            assert not isinstance(item.event, bytes)
            assert len(item.rows) == len(item.event["lines"])
            numbers = ",".join(str(one.number) for one in item.rows)
            found.append(f"{item.event['id']}:{numbers}")
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(UnusableError) as error:
        read(data)
    return str(error.value)


# ---- what can be read ----------------------------------------------------------------------------


def test_rows_that_stand_together_are_one_purchase() -> None:
    rows = [row("A"), row("A", "cake"), row("B"), "", row("C"), row("C")]
    assert told("\r\n".join(rows)) == ["A:2,3", "B:4", "C:6,7"]
    first = read("\n".join(rows))[0]
    assert first == Found(
        [Row(2, row("A")), Row(3, row("A", "cake"))],
        {
            "type": "purchase",
            "id": "A",
            "occurred_at": AT,
            "member": "m1",
            "lines": [
                {"sku": "tea", "category": "drink", "quantity": "1", "amount": "4.50"},
                {"sku": "cake", "category": "drink", "quantity": "1", "amount": "4.50"},
            ],
        },
    )


def test_every_column_has_its_place() -> None:
    columns = [name for name in COLUMNS if name not in ("member", "phone", "email", "app", "pass")]
    columns += ["attributes.table", "attributes.note"]
    cells = {name: f"the {name}" for name in columns}
    cells |= {"tags": "vegan | , new|", "attributes.note": ""}
    header, line = ",".join(columns), ",".join(f'" {cells[name]} "' for name in columns)
    (found,) = read(line, header)
    assert isinstance(found, Found)
    common = (
        "id source occurred_at programme by channel location partner cashier terminal prices "
        "currency receipt"
    )
    own = "sku category quantity unit amount regular_amount tax brand seller"
    assert found.event == {
        "type": "purchase",
        **{name: f"the {name}" for name in common.split()},
        "member": {"card": "the card"},
        "payment": {"method": "the payment"},
        "attributes": {"table": "the attributes.table"},
        "lines": [
            {
                "id": "the line",
                **{name: f"the {name}" for name in own.split()},
                "tags": ["vegan", ", new"],
            }
        ],
    }


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_header_says_what_stands_between_values(delimiter: str) -> None:
    table = f"{HEADER}\n{row('A')}\n".replace(",", delimiter)
    assert told(b"\xef\xbb\xbf" + table.encode()) == ["A:2"]


def test_what_a_purchase_has_once_may_be_written_once() -> None:
    header = f"source,{HEADER}"
    second = ",A,,,cake,food,1,2"
    assert told(f"till,{row('A')}\n{second}\ntill,{row('A')}", header) == ["A:2,3,4"]
    assert told(f"till,{row('A')}\nother,{row('A')}", header) == ["A:2", "A:3"]


def test_quotes_hold_delimiters_and_quotes() -> None:
    (found,) = read(f'A,{AT},m1,"5"" pan, black",home,1,20\n')
    assert isinstance(found, Found)
    assert not isinstance(found.event, bytes)
    assert found.event["lines"][0]["sku"] == '5" pan, black'


# ---- what cannot ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.csv: the file is empty: write id, occurred_at, sku, category, quantity, amount"),
        (b"\n \n", "a.csv: the file is empty"),
        (b"\xff\xfei\0d\0", "a.csv:1: this is UTF-16: save the file as UTF-8"),
        (b"id,caf\xe9", "a.csv:1: this is not UTF-8 text: save it as UTF-8"),
        (
            HEADER.replace("sku", "sku,amuont").encode(),
            '"amuont" is not a column of purchases; did',
        ),
        (HEADER.replace("member", "Member").encode(), '"Member" is not a column of purchases; did'),
        (HEADER.replace("member", "x").encode(), "one of your own is written attributes.NAME"),
        (f"{HEADER},attributes.".encode(), '"attributes." is not a column of purchases'),
        (f"{HEADER},id".encode(), 'the column "id" is there twice: leave one out'),
        (b'"id,sku', 'the column "id" is missing'),
        (b'{"type": "purchase"}', 'the column "id" is missing'),
    ],
)
def test_a_header_that_cannot_be_used(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


@pytest.mark.parametrize("name", NEEDED)
def test_columns_that_must_be_there(name: str) -> None:
    header = ",".join(column for column in HEADER.split(",") if column != name)
    assert refusal(header.encode()) == f'a.csv:1: the column "{name}" is missing'


BROKEN = [
    (f'A,{AT},m1,"tea,drink,1,4.50', "wrong-quotes"),
    (f'A,{AT},m1,"tea"s,drink,1,4.50', "wrong-quotes"),
    (f"A,{AT},m1,tea, black,drink,1,4.50", "wrong-number-of-values"),
    (f"A,{AT},m1,tea", "wrong-number-of-values"),
    (f"A,{AT},m1,th\N{REPLACEMENT CHARACTER},drink,1,4.50", "not-text"),
]


@pytest.mark.parametrize(("broken", "code"), BROKEN)
def test_a_broken_row_spoils_its_own_purchase_and_no_other(broken: str, code: str) -> None:
    before, after = row("Z"), row("B")
    for rows, wanted in (
        ([broken], [f"!3 {code}"]),
        ([row("A"), broken], ["!3 not-imported", f"!4 {code}"]),
        ([broken, row("A")], [f"!3 {code}", "!4 not-imported"]),
    ):
        last = 3 + len(rows)
        assert told("\n".join([before, *rows, after])) == ["Z:2", *wanted, f"B:{last}"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (f'"A,{AT},m1,tea,drink,1,4.50', "wrong-quotes"),
        ("A", "wrong-number-of-values"),
        (f",{AT},m1,tea,drink,1,4.50", "missing-field"),
        (f"\N{REPLACEMENT CHARACTER},{AT},m1,tea,drink,1,4.50", "not-text"),
    ],
)
def test_a_row_that_may_be_of_either_neighbour_spoils_both(broken: str, code: str) -> None:
    rows = [row("Y"), row("Z"), row("Z"), broken, row("B"), row("B"), row("C")]
    assert told("\n".join(rows)) == [
        "Y:2",
        "!3 not-imported",
        "!4 not-imported",
        f"!5 {code}",
        "!6 not-imported",
        "!7 not-imported",
        "C:8",
    ]
    assert told(broken) == [f"!2 {code}"]
    assert told(f"{broken}\n{broken}\n{row('B')}")[-1] == "!4 not-imported"


def test_what_stands_behind_the_damage_is_not_believed() -> None:
    header = "sku,id,occurred_at,category,quantity,amount"
    good = f"tea,{{}},{AT},drink,1,4.50"
    for broken in (
        f"tea, black,A,{AT},drink,1,4.50",  # of which " black" looks like the id
        f'"tea,A","B",{AT},th\N{REPLACEMENT CHARACTER},1,4.50',  # 'A"' looks like it
    ):
        table = "\n".join([good.format("Y"), broken, good.format("Z")])
        assert [item.split()[0] for item in told(table, header)] == ["!2", "!3", "!4"]


def test_it_is_told_why_a_row_is_not_imported() -> None:
    broken = BROKEN[0][0]
    first, second, third = read(f"{row('A')}\n{broken}\n{row('A')}")
    assert isinstance(first, Wrong)
    assert isinstance(second, Wrong)
    assert (first.event, second.event) == ("A", "A")
    assert first.text == (
        "row 3 of the same purchase cannot be read: a purchase is imported whole or not at all"
    )
    assert second.text == 'a quote is not closed, or text follows it: write " within a value as ""'
    assert second.row.text == broken
    assert third == Wrong(Row(4, row("A")), first.code, first.text, "A")
    beside = read(f"{row('Y')}\nA")[0]
    assert isinstance(beside, Wrong)
    assert beside.text.startswith("row 3 beside it, perhaps of the same purchase, cannot be read")


def test_the_source_tells_purchases_apart_in_a_broken_row_too() -> None:
    header = f"{HEADER},source"
    rows = [f"{row('A')},till", f"A,{AT},m1,te", f"{row('B')},till"]
    # Whether the broken row is of the till nobody knows.
    assert told("\n".join(rows), header) == [
        "!2 not-imported",
        "!3 wrong-number-of-values",
        "!4 not-imported",
    ]


def test_rows_of_one_purchase_do_not_contradict_each_other() -> None:
    assert told(f"{row('A')}\n{row('A', member='m2')}\n{row('B')}") == [
        "!2 not-imported",
        "!3 row-differs",
        "B:4",
    ]
    wrong = read(f"{row('A', member='')}\n{row('A', member='m2')}")[1]
    assert isinstance(wrong, Wrong)
    assert wrong.text == '"member" is "m2" here and empty in row 2'


def test_a_member_is_named_once() -> None:
    (wrong,) = read(f"{row('A')},+30210", f"{HEADER},phone")
    assert isinstance(wrong, Wrong)
    assert (wrong.code, wrong.event) == ("given-twice", "A")
    assert wrong.text == "member and phone are both there: name the member in one column only"


def test_rows_and_purchases_are_bounded() -> None:
    long = row("A", "x" * ROW_BYTES)
    assert told(f"{row('Z')}\n{long}\n{row('B')}") == [
        "!2 not-imported",
        "!3 too-large",
        "!4 not-imported",
    ]
    rows = "\n".join([row("A")] * (LINES + 3) + [row("B")])
    found = told(rows)
    assert [item.split()[1] for item in found[:-1]] == ["too-long"] * (LINES + 3)
    assert found[-1] == f"B:{LINES + 5}"
    assert told("\n".join([row("A")] * LINES))[0].startswith("A:2,3,")
