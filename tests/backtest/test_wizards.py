"""Wizards write programmes that a margin can bear, and hold kinds against each other fairly."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.backtest.histories import made
from tests.backtest.results import NONE, Scheme, run, shopping
from xenia.backtest.economics import Settlement, break_even
from xenia.backtest.history_mapping import Terms, Written
from xenia.backtest.result import Result
from xenia.backtest.wizards.chooser import KINDS, choose, table
from xenia.backtest.wizards.documents import Firm, per_cent
from xenia.backtest.wizards.ready_made import Wish, ready_made
from xenia.cli.app import build
from xenia.programme.model import Percent, Programme
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

SHOP = Firm(id="shop", operator="Nikos' shop", money="USD", timezone="Europe/Athens")
MEMBERS, MONTHS = 40, 12
BOUGHT = shopping(MEMBERS, MONTHS)


def programme_of(text: str) -> Programme:
    found = read(text, zones=zones()).programme
    assert found is not None
    return found


# ---- ready-made ----------------------------------------------------------------------------------


def test_a_third_of_margin_bears_three_per_cent_for_ten_per_cent_more_sales() -> None:
    made = ready_made(Wish(margin=Fraction(33, 100)), SHOP)
    assert (made.rate, made.cost, made.needed) == (
        Fraction(3, 100),
        Fraction(3, 100),
        Fraction(1, 10),
    )
    assert (made.uplift, made.assumed) == (Fraction(1, 10), True)
    programme = programme_of(made.document)
    assert programme.rules["back"].then.earn["bonus"].units == Percent(Decimal(3))
    assert programme.currencies["bonus"].value == 1
    assert programme.operator == "Nikos' shop"


@pytest.mark.parametrize("margin", [5, 12, 20, 33, 47, 70, 100])
@pytest.mark.parametrize("uplift", [3, 10, 25, 100])
def test_what_is_made_pays_at_the_uplift_that_is_expected(margin: int, uplift: int) -> None:
    wish = Wish(
        margin=Fraction(margin, 100),
        uplift=Fraction(uplift, 100),
        kind="discount",
        running=Fraction(1, 1000),
    )
    try:
        made = ready_made(wish, SHOP)
    except UnusableError:
        assert Fraction(margin, 100) * Fraction(uplift, 100 + uplift) - Fraction(
            1, 1000
        ) < Fraction(1, 200)
        return
    assert made.needed is not None
    assert made.needed <= Fraction(uplift, 100)
    if made.rate < Fraction(30, 100):
        dearer = break_even(made.cost + Fraction(1, 200), wish.margin)
        assert dearer is None or dearer > Fraction(uplift, 100)
    assert dict(made.others)[Fraction(10, 100)] <= dict(made.others)[Fraction(20, 100)]


def test_goods_that_cost_little_make_a_card_of_stamps_generous() -> None:
    settled = Settlement(cost_ratio=Fraction(25, 100))
    wish = Wish(margin=Fraction(75, 100), kind="stamps", category="coffee", settlement=settled)
    made = ready_made(wish, SHOP)
    assert made.rate == Fraction(1, 5)
    assert programme_of(made.document).rewards["free"].price == {"stamps": 4}
    dear = replace(wish, settlement=Settlement())
    assert programme_of(ready_made(dear, SHOP).document).rewards["free"].price == {"stamps": 15}


def test_what_cannot_be_borne_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnusableError, match="State a higher uplift"):
        ready_made(Wish(margin=Fraction(4, 100)), SHOP)
    with pytest.raises(UnusableError, match="choose a bonus"):
        ready_made(Wish(margin=Fraction(30, 100), kind="stamps", category="coffee"), SHOP)
    with pytest.raises(UnusableError, match="name it, such as coffee"):
        ready_made(Wish(margin=Fraction(70, 100), kind="stamps"), SHOP)
    with pytest.raises(UnusableError, match="Athens/Europe"):
        ready_made(Wish(margin=Fraction(1, 2)), replace(SHOP, timezone="Athens/Europe"))


def test_a_money_without_decimals_has_none_in_its_bonus() -> None:
    made = ready_made(Wish(margin=Fraction(1, 3)), replace(SHOP, money="JPY"))
    assert programme_of(made.document).currencies["bonus"].decimals == 0
    with pytest.raises(UnusableError, match="not an ISO 4217 code"):
        ready_made(Wish(margin=Fraction(1, 3)), replace(SHOP, money="XYZ"))


def test_a_rate_is_written_without_zeros() -> None:
    assert [per_cent(Fraction(n, 400)) for n in (1, 2, 12, 40)] == ["0.25", "0.5", "3", "10"]


def test_the_verb_writes_a_programme_that_check_accepts(tmp_path: Path) -> None:
    path = tmp_path / "cafe.yaml"
    asked = ["wizard", "ready-made", "cafe", "--margin", "33%", "--money", "EUR"]
    asked += ["--timezone", "Europe/Athens", "--to", str(path)]
    done = CliRunner().invoke(build("wizard"), asked)
    assert done.exit_code == 0, done.output
    assert "Members get 3.00 % of what they buy" in done.output
    assert "It is assumed" in done.output
    checked = CliRunner().invoke(build("check"), ["check", str(path)])
    assert checked.exit_code == 0, checked.output
    again = CliRunner().invoke(build("wizard"), asked)
    assert again.exit_code == 2
    assert "is there already" in again.output


# ---- programme-chooser ---------------------------------------------------------------------------


def naive(programme: Programme) -> Result:
    """The purchases by the naive ledger: what the document says, spent as soon as it is ten."""
    scheme = replace(NONE, programme=programme.id)
    rates = [rule.then.earn["bonus"].units for rule in programme.rules.values() if rule.then.earn]
    if rates:
        percents = [rate.percent for rate in rates if isinstance(rate, Percent)]
        scheme = Scheme(
            programme.id,
            per_thousand=int(10 * sum(percents) / len(percents)),
            price=1000,
            currency="bonus",
            reward="none",
        )
    discounts = [rule.then.discount for rule in programme.rules.values() if rule.then.discount]
    if discounts and discounts[0].percent is not None:
        scheme = replace(scheme, per_cent=int(discounts[0].percent))
    found = run(scheme, BOUGHT, MEMBERS, MONTHS)
    return replace(found, effects=())


def test_kinds_stand_side_by_side_at_the_same_generosity() -> None:
    choice = choose(naive, SHOP, Fraction(30, 100), Fraction(4, 100))
    assert [one.kind for one in choice.candidates] == list(KINDS)
    none, discount, bonus, tiers = choice.candidates
    assert none.cost.exact == 0
    assert none.profit.exact == choice.sales.exact * Fraction(30, 100)
    assert none.needed == 0
    for one in choice.candidates:
        assert one.profit.exact + one.cost.exact == none.profit.exact
    assert Fraction(39, 1000) < discount.share_of_sales <= Fraction(4, 100)
    assert 0 < bonus.cost.exact < discount.cost.exact
    assert tiers.things > bonus.things > none.things
    assert discount.grade == "plain"
    assert [kind for kind, _ in choice.unavailable] == ["paid club"]


def test_levels_follow_what_members_spend() -> None:
    choice = choose(naive, SHOP, Fraction(30, 100), Fraction(4, 100))
    metric = programme_of(choice.candidates[3].document).tiers["level"].levels
    second, third = (next(iter(metric[level].all.values())) for level in ("second", "third"))
    spent = sorted(naive(programme_of(choice.candidates[0].document)).members.sales)
    assert spent[MEMBERS // 2] <= second * 100 < third * 100
    rates = [
        rule.then.earn["bonus"].units
        for rule in programme_of(choice.candidates[3].document).rules.values()
    ]
    assert rates == [Percent(Decimal(n)) for n in (2, 4, 6)]


def test_the_table_says_what_is_not_available() -> None:
    rows = table(choose(naive, SHOP, Fraction(30, 100), Fraction(4, 100))).rows
    assert rows[0][0] == "none"
    reason = "not available: state what twelve months in it cost (the fee)"
    assert rows[-1][:2] == ("paid club", reason)


def test_no_purchases_still_make_programmes() -> None:
    def nothing(programme: Programme) -> Result:
        return run(replace(NONE, programme=programme.id), [], 0, 1)

    choice = choose(nothing, SHOP, Fraction(30, 100), Fraction(4, 100))
    assert all(one.cost.exact == 0 for one in choice.candidates)
    with pytest.raises(UnusableError, match="state one up to"):
        choose(nothing, SHOP, Fraction(30, 100), Fraction(0))


PAST = """\
id,occurred_at,member,sku,category,quantity,amount
p1,2026-01-05T10:00:00+02:00,zoe,tea,drink,1,120.00
p2,2026-01-20T10:00:00+02:00,zoe,tea,drink,1,80.00
p3,2026-02-20T10:00:00+02:00,max,tea,drink,1,40.00
"""


def test_the_verb_runs_each_kind_over_the_same_purchases(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(PAST, encoding="utf-8")
    asked = ["wizard", "programme-chooser", str(tmp_path / "past.csv"), "--margin", "30%"]
    asked += ["--rate", "5%", "--money", "EUR", "--timezone", "Europe/Athens"]
    done = CliRunner().invoke(build("wizard"), [*asked, "--format", "json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    found = {one["kind"]: one for one in said["candidates"]}
    assert said["sales"] == "240.00"
    assert (found["none"]["cost"], found["none"]["profit"]) == ("0.00", "72.00")
    assert (found["discount"]["cost"], found["discount"]["profit"]) == ("12.00", "60.00")
    # Of the first purchase, spent on the second; nobody spends the rest in this time.
    assert found["bonus"]["cost"].startswith("6.")
    written = CliRunner().invoke(build("wizard"), [*asked, "--to", str(tmp_path / "made")])
    assert written.exit_code == 0, written.output
    assert "not available" in written.output
    for kind in KINDS:
        checked = CliRunner().invoke(
            build("check"), ["check", str(tmp_path / "made" / f"{kind}.yaml")]
        )
        assert checked.exit_code == 0, checked.output


def asked_of(folder: Path, *more: str) -> dict[str, dict[str, Any]]:
    """What the verb says of each kind."""
    (folder / "past.csv").write_text(PAST, encoding="utf-8")
    asked = ["wizard", "programme-chooser", str(folder / "past.csv"), "--margin", "30%"]
    asked += ["--rate", "5%", "--money", "EUR", "--timezone", "Europe/Athens", *more]
    done = CliRunner().invoke(build("wizard"), [*asked, "--format", "json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["not_available"] == []
    return {one["kind"]: one for one in said["candidates"]}


def test_in_a_club_are_those_for_whom_it_pays(tmp_path: Path) -> None:
    """For the two months of the purchases 30.00 a year are 5.00: of 200.00 and 40.00."""
    club = asked_of(tmp_path, "--fee", "30")["paid club"]
    assert (club["joined"], club["fees"]) == (1, "5.00")
    assert (club["cost"], club["profit"]) == ("5.00", "67.00")
    cheap = asked_of(tmp_path, "--fee", "6")["paid club"]
    assert (cheap["joined"], cheap["fees"], cheap["cost"]) == (2, "2.00", "10.00")
    even = asked_of(tmp_path, "--fee", "60")["paid club"]
    assert (even["joined"], even["fees"], even["cost"]) == (0, "0.00", "0.00")
    dearer = asked_of(tmp_path, "--fee", "60", "--club-rate", "10%")["paid club"]
    assert (dearer["joined"], dearer["fees"], dearer["cost"]) == (1, "10.00", "10.00")


def test_whoever_buys_the_membership_gets_what_the_wizard_counts(tmp_path: Path) -> None:
    club = asked_of(tmp_path, "--fee", "30")["paid club"]
    (tmp_path / "club.yaml").write_text(club["document"], encoding="utf-8")
    bought = "m1,2026-01-05T09:00:00+02:00,{},membership,service,1,{}\n"
    for row, off in [
        (bought.format("zoe", "30.00"), "10.00"),
        (bought.format("zoe", "29.99"), "0.00"),
        (bought.format("max", "30.00"), "2.00"),
    ]:
        (tmp_path / "past.csv").write_text(PAST + row, encoding="utf-8")
        verb = ["backtest", str(tmp_path / "club.yaml"), str(tmp_path / "past.csv")]
        done = CliRunner().invoke(build("backtest"), [*verb, "--sums", "--format", "json"])
        assert done.exit_code == 0, done.output
        (sums,) = json.loads(done.stdout)
        assert sum(map(Decimal, sums["discounts"])) == Decimal(off)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--fee", "0"), "state a fee above 0"),
        (("--fee", "2.555"), "--fee"),
        (("--fee", "20", "--club-rate", "40%"), "a rate up to 30 %"),
    ],
)
def test_a_club_that_is_none_is_said(tmp_path: Path, more: tuple[str, ...], told: str) -> None:
    (tmp_path / "past.csv").write_text(PAST, encoding="utf-8")
    asked = ["wizard", "programme-chooser", str(tmp_path / "past.csv"), "--margin", "30%"]
    asked += ["--rate", "5%", "--money", "EUR", "--timezone", "Europe/Athens", *more]
    done = CliRunner().invoke(build("wizard"), asked)
    assert done.exit_code == 2
    assert told in done.output


def test_a_history_is_read_as_its_file_is(tmp_path: Path) -> None:
    terms = Terms(money="EUR", timezone="Europe/Athens", written=Written())
    history = made(tmp_path, PAST, terms=terms)
    by_file = asked_of(tmp_path, "--fee", "30")
    asked = ["wizard", "programme-chooser", str(history.folder), "--margin", "30%", "--rate", "5%"]
    asked += ["--money", "EUR", "--timezone", "Europe/Athens", "--fee", "30", "--format", "json"]
    done = CliRunner().invoke(build("wizard"), asked)
    assert done.exit_code == 0, done.output
    assert {one["kind"]: one for one in json.loads(done.stdout)["candidates"]} == by_file
