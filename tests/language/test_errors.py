"""Every fault names its place and a remedy, in words that an author understands."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.demo import LINE, SCOPE
from xenia.language.errors import LanguageError, Note, show
from xenia.language.parse import condition, line_condition, number, text


def refused(written: str, parse: object = condition) -> LanguageError:
    assert callable(parse)
    with pytest.raises(LanguageError) as caught:
        parse(written, SCOPE)
    return caught.value


# What is written; what the carets stand below; words of the message; words of the remedy.
Case = tuple[str, str, str, str]

WRITING: list[Case] = [
    ("channel = 'web'", "=", "not part of the language", "=="),
    ("true & true", "&", "not part", "&&"),
    ("true | true", "|", "not part", "||"),
    ("channel <> 'web'", "<>", "not part", "!="),
    ("metric.visits => 3", "=>", "not part", ">="),
    ("metric.visits =< 3", "=<", "not part", "<="),
    ("basket.amount / 2 > 1", "/", "not part", "per(x, y)"),
    ("basket.amount * 5 % > 1", "%", "not part", "0.20"),
    ("channel == “web”", "“", "not part", "straight quotes"),
    ("channel in {'web'}", "{", "not part", "square brackets"),
    ("true; true", ";", "not part", "&&"),
    ("πόντοι > 1", "π", "not part", "plain letters"),
    ("channel == 'web", "'web", "not closed", "'"),
    ('channel == "web\n"', '"web', "not closed", '"'),
    (r"shop == 'a\d'", r"\d", "no meaning", r"\\"),
    ("metric.visits > 1e6", "1e6", "not a number", "exponent"),
    ("metric.visits > 1_000", "1_000", "not a number", "12.50"),
    ("metric.visits > 12.", "12.", "not a number", "12.50"),
    ("metric.visits > 1.2.3", "1.2.3", "not a number", "12.50"),
    ("metric.visits > .5", ".", "value is missing", "name, a number"),
    ("metric.visits > 3x", "3x", "not a number", "12.50"),
    ("metric.visits >", "", "value is missing before the end", "a number"),
    ("", "", "value is missing before the end", "a name"),
    ("(true", "", ") is missing", "close every bracket"),
    ("true)", ")", "not expected", "&&"),
    ("true true", "true", "not expected", "&&"),
    ("true and false", "and", "not expected", "&&"),
    ("true OR false", "OR", "not expected", "||"),
    ("channel is null", "is", "not expected", "=="),
    ("not true", "not", "not part", "!("),
    ("shop not in ['a']", "not", "not expected", "!(… in …)"),
    ("attributes.vip ? true", "", ": is missing", "test ? this : that"),
    ("basket.", "", "name is missing", "basket.amount"),
    ("basket.'a'", "'a'", "name is missing", "basket.amount"),
    ("has(shop).x", "x", "nothing here has a .x", "only names"),
    ("min(1, 2", "", ", is missing", "close with )"),
    ("shop in ['a' 'b']", "'b'", ", is missing", "close with ]"),
    ("!" * 41 + "true", "!", "more than 40 deep", "split"),
    ("(" * 41 + "true" + ")" * 41, "(", "more than 40 deep", "split"),
    ("1" + " + 1" * 40 + " > 1", "1" + " + 1" * 40, "more than 40 deep", "split"),
    ("true" + " " * 4000, "    ", "more than 4000 characters", "split"),
    (f"attributes.nights in [{','.join('1' * 1001)}]", "[", "more than 1000 items", "split"),
]
NAMES: list[Case] = [
    ("basket.amont > 1", "basket.amont", "no `basket.amont`", "did you mean basket.amount?"),
    ("Channel == 'web'", "Channel", "no `Channel`", "did you mean channel?"),
    ("basket > 1", "basket", "has parts", "basket.amount"),
    ("metric.spent-this-year > 1", "metric.spent-this-year", "difference", "spent_this_year"),
    ("shop in list.specal", "list.specal", "no `list.specal`", "list.special"),
    ("list.special == 'a'", "list.special", "list of texts", "x in list.special"),
    ("lines > 1", "lines", "is a list", "lines.exists(l, …)"),
    ("lines.amount > 1", "lines.amount", "no `lines.amount`", "lines.map(l, l.amount)"),
    ("lines.exists(l, l.amont > 1)", "l.amont", "no `l.amont`", "did you mean l.amount?"),
    ("lines.exists(l, l > 1)", "l", "whole record", "l.category"),
    ("lines.exists(l, m.amount > 1)", "m.amount", "no `m.amount`", "did you mean l.amount?"),
    ("lenght(shop) > 1", "lenght", "no function `lenght`", "one of "),
    ("rond(1.5, 1) > 1", "rond", "no function `rond`", "did you mean round?"),
    ("round > 1", "round", "is a function", "round(x, 2)"),
    ("tier.status == 'gol'", "'gol'", "not a level of status", 'did you mean "gold"?'),
    ("at_least(tier.status, 'x')", "'x'", "not a level of status", '"basic", "gold", "silver"'),
    ("tier.status in ['gold', 'Basic']", "'Basic'", "not a level", 'did you mean "basic"?'),
    ("channel == 'wbe'", "'wbe'", "not a value of `channel`", 'did you mean "web"?'),
    ("'wbe' != channel", "'wbe'", "not a value of `channel`", 'did you mean "web"?'),
    ("channel in list.special", "list.special", '"a" is not a value of `channel`', '"app"'),
    ("lines.exists(l, l.category == 'fod')", "'fod'", "of `category`", 'did you mean "food"?'),
    ("coalesce(channel, 'none') == 'nine'", "'nine'", "not a value", 'did you mean "none"?'),
]
TYPES: list[Case] = [
    ("basket.amount", "basket.amount", "a number, not a condition", "basket.amount >= 50"),
    ("shop && true", "shop", "needs a condition, not a text", "compare"),
    ("!shop", "shop", "needs a condition", "!(x in [...])"),
    ("!shop in ['a']", "shop", "needs a condition", "!(x in [...])"),
    ("shop ? true : false", "shop", "needs a condition", "compare"),
    ("shop == 1", "shop == 1", "a text and a number", "quotes"),
    ("metric.visits == '1'", "metric.visits == '1'", "a number and a text", "quotes"),
    ("1 < metric.visits < 3", "1 < metric.visits < 3", "cannot be compared", "1 < x && x < 3"),
    ("shop < 'b'", "shop < 'b'", "not a text", "=="),
    ("attributes.vip < true", "attributes.vip < true", "not a condition", "=="),
    ("tier.status < 'gold'", "tier.status < 'gold'", "not a level", "at_least(tier.status"),
    (
        "tier.status == tier.status",
        "tier.status == tier.status",
        "a level",
        'tier.status == "gold"',
    ),
    ("tier.status == 2", "tier.status == 2", "a level of status and a number", "gold"),
    ("member.birthday == '2026-01-01'", "member.birthday == '2026-01-01'", "a date", 'date("'),
    ("member.birthday == 1", "member.birthday == 1", "a date and a number", "one kind"),
    ("coalesce(channel, 'none') in ['x']", "'x'", "not a value of a text", '"app"'),
    ("occurred_at > '2026-01-01'", "occurred_at > '2026-01-01'", "a moment", 'timestamp("'),
    (
        "occurred_at >= date('2026-01-01')",
        "occurred_at >= date('2026-01-01')",
        "a moment and a date",
        "date(occurred_at)",
    ),
    ("occurred_at in ['a']", "occurred_at", "not looked for", "date(occurred_at) in"),
    ("lines.exists(l, l.tags == 'a')", "l.tags == 'a'", "a set of texts", '"x" in l.tags'),
    ("lines.exists(l, shop in l.tags)", "shop", "only a written text", '"x" in l.tags'),
    ("shop in 'abc'", "'abc'", "needs a list", 'x in ["a", "b"]'),
    ("shop in []", "shop", "list is empty", "at least one"),
    ("shop in [receipt]", "receipt", "written values only", "x == y || x == z"),
    ("shop in ['a', 1]", "shop in ['a', 1", "a text and a number", "quotes"),
    ("attributes.nights in [1, 1.5]", "1.5", "0 decimals and is never this", "at most 0"),
    ("['a'] == shop", "['a']", "a list stands only after `in`", "x in"),
    ("shop + 'a' == 'b'", "shop", "`+` is for numbers", "calculate with numbers"),
    ("member.birthday - 1 == 1", "member.birthday", "`-` is for numbers", "days(later, earlier)"),
    ("coalesce(shop, null) == 'a'", "null", "null is not a value", "has(x)"),
    ("metric.visits > null", "null", "null is not a value", "has(x)"),
    ("coalesce(shop, 1) == 'a'", "1", "a text or a number", "one kind"),
    ("coalesce(tier.status, 'gold') == 'gold'", "tier.status", "cannot give a level", "(test && "),
    ("per(1) > 1", "per(1)", "per() is given too few", "per(x, y)"),
    ("floor(1, 2) > 1", "floor(1, 2)", "floor() is given too many", "floor(x)"),
    ("min(1) > 1", "min(1)", "min() is given too few", "min(x, y)"),
    ("per(shop, 1) > 1", "shop", "needs a number here, not a text", "per(x, y)"),
    ("round(1.5, metric.visits) > 1", "metric.visits", "written whole number", "round(x, 2)"),
    ("round(1.5, 10) > 1", "10", "from 0 to 9", "round(x, 2)"),
    ("round(1.5, 1.0) > 1", "1.0", "written whole number", "round(x, 2)"),
    ("hour(member.birthday) > 1", "member.birthday", "needs occurred_at", "hour(occurred_at)"),
    ("month('2026-01-01') > 1", "'2026-01-01'", "a date or occurred_at", "month(date)"),
    ("date(shop) == date('2026-01-01')", "shop", 'such as "2026-11-01"', "date("),
    ("date('2026-02-30') == date(occurred_at)", "'2026-02-30'", "not a day", "year-month-day"),
    ("date('20260201') == date(occurred_at)", "'20260201'", "not a day", "year-month-day"),
    (
        "occurred_at > timestamp('2026-02-01T10:00:00')",
        "'2026-02-01T10:00:00'",
        "not a moment",
        "offset",
    ),
    ("occurred_at > timestamp('later')", "'later'", "not a moment", "offset"),
    ("days(occurred_at, member.birthday) > 1", "occurred_at", "needs a date", "days(later"),
    ("at_least(metric.visits, 'gold')", "metric.visits", "needs a tier", "at_least("),
    ("at_least(tier.status, channel)", "channel", "a written text", "at_least("),
    ("previous(metric.visits) > 1", "metric.visits", "no previous() here", "calendar window"),
    ("with_this(basket.amount) > 1", "basket.amount", "no with_this() here", "sum, count or max"),
    ("previous(1) > 1", "1", "needs a metric", "previous(metric.x)"),
    ("has() || true", "has()", "has() is given too few", "has(x)"),
]
MACROS: list[Case] = [
    ("lines.exists(l)", "exists(l)", "takes a name for the record", ".exists(l, …)"),
    ("lines.exists(true)", "exists(true)", "takes a name for the record", ".exists(l, …)"),
    ("lines.exists(basket, true)", "basket", "already has a meaning", "call it l"),
    ("lines.exists(l, l.amount)", "l.amount", "needs a condition, not a number", "compare"),
    ("lines.filter(l, true)", "lines.filter(l, true)", "list is not a value", ".count()"),
    ("lines.sum() > 1", "sum()", "needs a number of each record", "lines.map(l, l.amount).sum()"),
    ("sum(lines) > 1", "sum(lines)", "needs a number of each record", "lines.map(l, l.amount)"),
    ("lines.map(l, l.sku).sum() > 1", "l.sku", "needs numbers, not a text", "map to a number"),
    ("lines.map(l, l.amount).count() > 1", "count()", "mapped or not", "leave the .map() out"),
    ("lines.map(l, l.amount).map(l, 1).sum() > 1", "map(l, 1)", "before .map()", "map last"),
    ("lines.map(l, l.amount).filter(l, true).sum() > 1", "filter(l, true)", "before", "first"),
    ("lines.filter(l, true).filter(l, true).count() > 1", "filter(l, true)", "two filters", "&&"),
    ("lines.filter(l, true).all(l, true)", "all(l, true)", "does not follow", "lines.all(l, !("),
    ("lines.exists(l, lines.exists(m, true))", "lines", "does not stand inside", "outside"),
    ("lines.first(l, true)", "first(l, true)", "no .first()", "one of "),
    ("lines.mapp(l, l.amount).sum() > 1", "mapp(l, l.amount)", "no .mapp()", "mean map?"),
    ("lines.count(l) > 1", "count(l)", "takes nothing", ".map(l, …).count()"),
    ("sum(basket.amount) > 1", "basket.amount", "sum() is of a list", "sum(lines.map("),
    ("lines.exists(in, true)", "in", "value is missing", "a name"),
    ("shop.size() > 1", "size()", "only lists have .size()", "lines and payments"),
    (
        "lines.exists(l, tier.status == 'gold')",
        "tier.status",
        "not known of a single record",
        "outside",
    ),
    (
        "lines.map(l, l.amount * metric.visits).sum() > 1",
        "metric.visits",
        "not known of a single record",
        "outside",
    ),
    ("lines.exists(l, l.paid > 1)", "l.paid", "can only be summed", "lines.map(l, l.paid).sum()"),
    ("lines.map(l, l.paid).max() > 1", "l.paid", "can only be summed", ".sum()"),
    ("lines.map(l, l.paid + 1).sum() > 1", "l.paid", "can only be summed", ".sum()"),
    ("lines.map(l, round(l.paid, 0)).sum() > 1", "l.paid", "can only be summed", ".sum()"),
    ("lines.map(l, l.paid * l.nights).sum() > 1", "l.paid", "can only be summed", ".sum()"),
    ("lines.filter(l, l.paid > 1).count() > 1", "l.paid", "can only be summed", ".sum()"),
]
NUMBERS: list[Case] = [
    ("0.0000000001 > 1", "0.0000000001", "more than 9 decimals", "at most 9"),
    ("9223372036854775808 > 1", "9223372036854775808", "2^63", "smaller"),
    (
        "basket.amount * 0.123456789 > 1",
        "basket.amount * 0.123456789",
        "11 decimals, more than 9",
        "round(x, 2)",
    ),
    (
        "basket.amount * metric.visits > 1",
        "basket.amount * metric.visits",
        "8796093022208 × 9007199254740992, which is not below 2^63",
        "max(0, min(x, 1000))",
    ),
    ("metric.visits > 1.0001", "metric.visits", "with 4 decimals", "min("),
    ("9223372036854775807 + 1 > 1", "9223372036854775807 + 1", "2^63", "limit"),
    (
        "lines.map(l, l.amount * l.nights * 10).sum() > 1",
        "sum()",
        "this sum can be",
        "max(0, min(",
    ),
    ("per(1, 0) > 1", "0", "0 goes into nothing", "not 0"),
    ("per(1, 0.00) > 1", "0.00", "0 goes into nothing", "not 0"),
    ("basket.amount in [99999999999999999]", "99999999999999999", "with 2 decimals", "limit"),
    (
        "has(round(9223372036854775.807, 2))",
        "9223372036854775.807",
        "rounding",
        "limit",
    ),
]


@pytest.mark.parametrize(
    ("written", "under", "message", "remedy"), [*WRITING, *NAMES, *TYPES, *MACROS, *NUMBERS]
)
def test_faults(written: str, under: str, message: str, remedy: str) -> None:
    error = refused(written)
    if under:
        assert written[error.at : error.end].startswith(under)
    else:
        assert (error.at, error.end) == (len(written), len(written) + 1)
    assert message in error.message
    assert remedy in error.remedy
    assert str(error) == f"{error.message} ({error.remedy})"


def test_what_a_number_or_text_must_be() -> None:
    assert "a condition, not a number" in refused("true", number).message
    assert "a number, not a text" in refused("1", text).message
    assert "l.category" in refused("l.amount", line_condition).remedy
    assert "does not stand inside" in refused("lines.exists(m, true)", line_condition).message


def test_what_is_too_complex_is_refused() -> None:
    written = "attributes.vip"
    for _ in range(18):
        written = f"({written} ? attributes.vip : true)"
    assert "too complex" in refused(written).message


def test_no_metric_can_be_read_with_this_event() -> None:
    scope = replace(SCOPE, with_this={})
    with pytest.raises(LanguageError, match="read the metric itself"):
        number("with_this(metric.visits)", scope)


def test_where_nothing_can_be_named_no_name_is_suggested() -> None:
    scope = replace(SCOPE, names={}, lists={}, constants={})
    with pytest.raises(LanguageError, match="there is none to choose from"):
        condition("channel == 'web'", scope)


def test_an_event_without_lists_has_none_to_ask() -> None:
    scope = replace(SCOPE, lists={})
    with pytest.raises(LanguageError, match="nothing here can be asked so"):
        condition("lines.exists(l, true)", scope)


# ---- how an error is shown -----------------------------------------------------------------------


def test_the_place_is_shown_with_carets() -> None:
    written = "basket.amont > 1"
    assert show(written, refused(written)) == "basket.amont > 1\n^^^^^^^^^^^^"


def test_the_place_is_shown_on_its_own_line() -> None:
    written = "true &&\n\tchannel == 'wbe' &&\ntrue"
    assert show(written, refused(written)) == " channel == 'wbe' &&\n            ^^^^^"


def test_what_is_missing_at_the_end_is_shown_after_it() -> None:
    assert show("1 >", refused("1 >")) == "1 >\n   ^"


def test_a_long_line_is_cut_around_the_place() -> None:
    written = "true && " * 30 + "basket.amont > 1" + " && true" * 30
    line, carets = show(written, refused(written)).split("\n")
    assert len(line) == 100
    assert line[carets.index("^") : len(carets)] == "basket.amont"


def test_advice_is_shown_alike() -> None:
    written = "channel != 'web'"
    (note,) = condition(written, SCOPE).advice
    assert isinstance(note, Note)
    assert show(written, note) == "channel != 'web'\n        ^^"


# ---- whatever is written -------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *SCOPE.names,
        *(f"l.{name}" for name in LINE),
        *("lines", "list.special", "l", "l,", "(", ")", "[", "]", ",", ".", "?", ":", "!", "-"),
        *("&&", "||", "==", "!=", "<", "<=", "in", "+", "*", "true", "null", "1", "0.5", "'web'"),
        *("has(", "per(", "round(", "min(", "date(", ".exists(l,", ".map(l,", ".sum()", "count("),
        *('"gold"', "at_least(", "coalesce(", "previous(", "with_this(", "sum(", "days(", "@"),
    ]
)


def said_of(written: str) -> LanguageError | Note | None:
    """The error about what is written, or the first advice, if there is any."""
    try:
        return next(iter(condition(written, SCOPE).advice), None)
    except LanguageError as error:
        return error


@given(st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)))
def test_anything_is_read_or_refused_with_a_place_and_a_remedy(written: str) -> None:
    said = said_of(written)
    if said is None:
        return
    assert 0 <= said.at < said.end <= len(written) + 1
    assert said.message
    assert said.remedy
    line, carets = show(written, said).split("\n")
    assert re.fullmatch(r" *\^+", carets)
    assert len(carets) <= len(line) + 1
