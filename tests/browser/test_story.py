"""A programme from its template to the month that finance closes, as people do it in a browser.

The manager begins, breaks, mends, tries and submits it, another publishes it; a cashier enrols,
sells, takes back, and sells without a network; the member sees why; support explains and corrects.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from tests.browser import past, simulating
from tests.browser.chromium import Chromium, Tab
from tests.browser.looking import watched
from tests.browser.past import Past
from tests.browser.place import Place
from tests.browser.test_till import sells_alone, unexpected
from xenia.notifiers.file import File
from xenia.services.courier import Messenger
from xenia.services.poster import now

TEMPLATE: Final = "beauty-insider"
RULE: Final = "1 point per dollar"
# Puts the caret behind a text of the document, and says in which line that is.
_BEHIND: Final = """text => {
  const area = document.querySelector("#document");
  const to = area.value.indexOf(text) + text.length;
  area.focus();
  area.setSelectionRange(to, to);
  return area.value.slice(0, to).split("\\n").length;
}"""
_PLACE: Final = "() => location.pathname"


@dataclass(frozen=True, slots=True)
class Story:
    """Where it happens, in which programme, and to the member of which card."""

    chromium: Chromium
    place: Place
    programme: str
    card: str

    @property
    def email(self) -> str:
        """The member's address."""
        return f"{self.programme}@example.org"

    def tab(self, name: str = "", role: str = "") -> Tab:
        """A window of somebody on the staff, or of nobody yet."""
        token = self.place.token(name, role) if name else None
        return self.chromium.tab(self.place.address, token)


@pytest.fixture
def imported(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Past:
    """Purchases that somebody has brought in, over which backtests are really run."""
    monkeypatch.setenv("XENIA_HISTORIES", str(place.histories))
    return past.imported(place, tmp_path)


def test_from_a_template_to_a_closed_month(
    chromium: Chromium, place: Place, tmp_path: Path
) -> None:
    _told(
        Story(chromium, place, "scents", "5550001"),
        Past("last-year", simulating.ended),
        tmp_path,
    )


@pytest.mark.prove
def test_from_a_template_to_a_closed_month_with_a_backtest_that_is_run(
    chromium: Chromium, place: Place, imported: Past, tmp_path: Path
) -> None:
    _told(Story(chromium, place, "perfumes", "5550002"), imported, tmp_path)


def _told(story: Story, over: Past, folder: Path) -> None:
    draft = _written(story)
    _tried(story, draft, over)
    _published(story, draft)
    month = past.purchase(story.place, story.programme)
    member = _sold(story)
    _seen(story, member, folder)
    _corrected(story, member)
    _closed(story, month)


# ---- the programme -------------------------------------------------------------------------------


def _written(story: Story) -> str:
    """Begun from a template, broken and mended; the address of the draft."""
    with watched(story.tab("eva", "manager")) as eva:
        eva.open("/console/programmes/begin")
        eva.follow(f"/templates/{TEMPLATE}")
        eva.comes_to(f"/console/programmes/templates/{TEMPLATE}")
        eva.fill("#f-programme", story.programme)
        eva.submit(f"/templates/{TEMPLATE}")
        eva.page_has("[data-code-area]")
        draft: str = eva.evaluate(_PLACE)
        assert eva.sees(".code-lines .code-key"), "it is in colours"
        # A unit is worth something, so that it can be spent at the till.
        eva.evaluate(_BEHIND, "expires: {inactive: 12 months}")
        eva.press("Enter")
        eva.write("value: 0.10")
        # Break it: a rule earns what is no currency.
        line = eva.evaluate(_BEHIND, "earn: {")
        eva.write("x")
        eva.page_has(f'#checked a[data-line="{line}"][data-severity="error"]')
        eva.page_has(f'.code-lines .code-line:nth-child({line})[data-severity="error"]')
        assert "error" in eva.evaluate("() => document.querySelector('#said').textContent")
        assert not eva.sees("#checked [data-language]")
        # The error leads to its place, where it is mended.
        eva.evaluate("() => document.querySelector('#document').setSelectionRange(0, 0)")
        eva.click(f'#checked a[data-line="{line}"]')
        assert eva.evaluate(
            "() => { const area = document.activeElement;"
            " const frame = getComputedStyle(area.parentElement);"
            " return area.id === 'document' && frame.outlineStyle !== 'none' }"
        ), "one is there, and sees it"
        eva.press("ArrowLeft", "Delete")
        eva.page_has('#checked [data-language="en"]')
        assert not eva.sees('.code-line[data-severity="error"]')
        eva.click('#checked input[value="el"]')
        assert eva.sees('#checked [data-language="el"]')
        assert not eva.sees('#checked [data-language="en"]')
        eva.press("Control+s")
        eva.page_has('main header:has-text("revision 2")')
        return draft


def _tried(story: Story, draft: str, over: Past) -> None:
    """Simulated and backtested, then submitted."""
    with watched(story.tab("eva", "manager")) as eva:
        eva.open(draft)
        eva.follow(f"{draft}/simulate")
        eva.page_has("#f-amount-0")
        eva.fill("#f-amount-0", "400")
        eva.page_has('#results [data-sum]:has-text("$400.00")')
        eva.page_has('#results dd:has-text("+400")')
        assert RULE in eva.text("section[aria-labelledby=applied]")
        assert "A gift on your birthday" in eva.text("section[aria-labelledby=silent]")
        # A backtest is asked for; one leaves while it runs, and comes back.
        eva.follow(f"{draft}/backtest")
        eva.page_has("#f-margin")
        eva.click(f'[name=history][value="{over.history}"]')
        eva.fill("#f-margin", "30")
        eva.submit("/console/backtests")
        eva.page_has("#state progress")
        backtest = eva.evaluate(_PLACE)
        eva.open("/console/backtests")
        over.runs(story.place)
        eva.open(backtest)
        assert "It would have cost" in eva.text("#state")
        assert eva.sees("#tenths")
        eva.open(draft)
        eva.follow(f"{draft}/changes")
        eva.comes_to(f"{draft}/changes")
        eva.submit("/submission")
        eva.page_has("[data-flash]")
        assert not eva.sees('form[action$="/approval"]'), "who has written it does not approve it"


def _published(story: Story, draft: str) -> None:
    """Approved and published by somebody else."""
    with watched(story.tab("boris", "manager")) as boris:
        boris.open(f"{draft}/changes")
        boris.submit("/approval")
        boris.page_has('form[action$="/publication"]')
        boris.submit("/publication")
        boris.comes_to(f"/console/programmes/published/{story.programme}")
        boris.page_has("[data-flash]")
        assert boris.sees("pre.code .code-line")


# ---- the till ------------------------------------------------------------------------------------


def _sold(story: Story) -> str:
    """Enrolled, sold to, spent, brought back, and sold to without a network; the member."""
    tom = story.tab()
    tom.keep("xenia-till-session", story.place.token("tom", "till"))
    tom.open("/till/settings")
    tom.choose("#s-programme", story.programme)
    tom.click("form[action='/till/settings'] button")
    tom.comes_to("/till/")
    tom.open("/till/enrol")
    tom.fill("#f-card", story.card)
    tom.fill("#f-email", story.email)
    tom.press("Enter")
    tom.page_has("#who")
    member: str = tom.evaluate("() => new URLSearchParams(location.search).get('member')")
    assert "Insider" in tom.text("section[aria-labelledby=who]")
    _earns(tom)
    _spends_a_part(tom, story.card)
    _brings_a_line_back(tom)
    _sells_without_a_network(tom, story.card)
    assert unexpected(tom.close()) == []
    return member


def _earns(till: Tab) -> None:
    till.fill("#new-sku", "perfume")
    till.fill("#new-category", "skin")
    till.fill("#new-price", "400")
    till.press("Enter")
    till.page_has("#earns")
    assert till.text("#earns") == "+400 points"
    till.click("#pay")
    till.click("[name=method][value=cash]")
    till.page_has("[data-receipt]")
    assert "+400" in till.text("#earned")
    till.click("[data-receipt] a[href='/till/']")


def _spends_a_part(till: Tab, card: str) -> None:
    """By the keyboard and the scanner alone: what was sold before has its price."""
    till.page_has("#identifier")
    till.press("F2")
    till.write(card)
    till.press("Enter")
    till.page_has("#who")
    assert "VIB" in till.text("section[aria-labelledby=who]"), "they have climbed"
    till.write("perfume")
    till.press("Enter")
    till.page_has('#to-pay:has-text("$400.00")')
    till.fill("#new-sku", "brush")
    till.fill("#new-price", "20")
    till.press("Enter")
    till.page_has('#to-pay:has-text("$420.00")')
    till.fill("#spend-points", "100")
    till.press("Tab")
    till.page_has('#to-pay:has-text("$410.00")')
    till.press("F9")
    till.page_has("[data-paying]")
    till.click("[name=method][value=bank-card]")
    till.page_has("[data-receipt]")
    assert till.text("#paid") == "$410.00"
    assert "+410" in till.text("#earned")
    assert "710" in till.text("#earned"), "400 - 100 + 410"


def _brings_a_line_back(till: Tab) -> None:
    till.click("[data-receipt] a[href^='/till/returns/']")
    till.page_has("#back-2")
    till.fill("#back-2", "1")
    till.press("Tab")
    till.page_has("[data-refund]")
    assert till.text("[data-refund]") == "$19.60", "and 4 of the points"
    till.click("#take-back")
    till.page_has("article [data-refund]")
    till.click("main a[href='/till/']")
    till.page_has("#identifier")


def _sells_without_a_network(till: Tab, card: str) -> None:
    till.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    till.cut()
    sells_alone(till, card, "30")
    till.page_has("#queue [data-is=waiting]")
    till.cut(off=False)
    till.page_has("#queue [data-is=booked]")


# ---- the member ----------------------------------------------------------------------------------


def _seen(story: Story, member: str, folder: Path) -> None:
    """Who comes in by the code that they are sent sees each step, and why it was."""
    with watched(story.tab()) as phone:
        phone.looks(width=360)
        phone.open("/my/")
        phone.fill("#f-name", story.email)
        phone.press("Enter")
        phone.page_has("#f-digits")
        phone.fill("#f-digits", _code(story, member, folder))
        phone.press("Enter")
        phone.comes_to("/my/")
        of = f"?programme={story.programme}"
        phone.open(f"/my/{of}")
        assert "VIB" in phone.text("main")
        phone.open(f"/my/history{of}")
        why: list[str] = phone.evaluate(
            "() => [...document.querySelectorAll('main li a')].map(one => one.href)"
        )
        reasons = []
        for address in dict.fromkeys(why):
            phone.open(address)
            reasons.append(phone.text("main"))
        assert len(reasons) == 4, reasons
        alone, back, spent, first = reasons
        assert "+30" in alone
        assert "+400" in first
        for each in (alone, spent, first):
            assert RULE in each, each
        assert "−100" in spent, spent
        assert "−" in back, back


def _code(story: Story, member: str, folder: Path) -> str:
    """What they are sent."""
    post = File(folder / "letters.jsonl")
    Messenger(story.place.database, Event(), now, [post]).once()
    letters = [json.loads(line) for line in post.path.read_text("utf-8").splitlines()]
    (text,) = [one["text"] for one in letters if one["to"] == member and "code" in one["subject"]]
    return str(text).split()[0]


# ---- support and finance -------------------------------------------------------------------------


def _corrected(story: Story, member: str) -> None:
    """Support finds the member, explains what moved, and corrects it; above a limit two of them."""
    with watched(story.tab("anna", "owner")) as anna:
        anna.open(f"/console/corrections/limits?programme={story.programme}")
        anna.fill("#f-u-points", "100")
        anna.submit("/corrections/limits")
        anna.page_has("[data-flash]")
    large = f"the bottle of {story.programme} was broken"
    with watched(story.tab("sara", "support")) as sara:
        sara.open("/console/members")
        sara.fill("#f-q", story.card)
        sara.page_has(f'#results tbody tr:only-child a:has-text("{member}")')
        sara.click("#results tbody a")
        sara.page_has("#timeline")
        page = sara.evaluate(_PLACE)
        sara.click("#timeline li a")
        sara.page_has("section[aria-labelledby=rules]")
        assert "points Applied" in sara.text("section[aria-labelledby=rules]")
        sara.open(page)
        _adjusts(sara, "25", "the till was slow")
        assert "+25" in sara.text("#timeline li")
        _adjusts(sara, "500", large)
        assert "Waits for a second person" in sara.text("main")
        assert "+25" in sara.text("#timeline li"), "nothing has moved yet"
        sara.open("/console/corrections")
        waits = f'li:has-text("{large}")'
        assert not sara.sees(f'{waits} form[action$="/confirm"]'), "nobody confirms their own"
    with watched(story.tab("ben", "support")) as ben:
        ben.open("/console/corrections")
        ben.click(f'{waits} form[action$="/confirm"] button')
        ben.page_has("[data-flash]")
        ben.open(page)
        assert "+500" in ben.text("#timeline li")


def _adjusts(tab: Tab, units: str, reason: str) -> None:
    tab.click('main nav a[href*="/adjust"]')
    tab.page_has("#f-units")
    tab.fill("#f-units", units)
    tab.fill("#f-reason", reason)
    tab.click("main form button[data-variant=primary]")
    tab.page_has("[data-flash]")


def _closed(story: Story, month: str) -> None:
    """Finance closes what is over, for good."""
    with watched(story.tab("fay", "finance")) as fay:
        fay.open(f"/console/finance?programme={story.programme}")
        assert "is over and can be closed" in fay.text("main")
        row = f'tr:has(a[href*="/{month}?"])'
        assert "500" in fay.text(row)
        fay.click('main a:has-text("Look at it")')
        fay.page_has('form[action$="/closing"]')
        assert "The books agree with the ledger" in fay.text("main")
        fay.submit("/closing")
        fay.page_has("[data-flash]")
        assert not fay.sees('form[action$="/closing"]')
        fay.open(f"/console/finance?programme={story.programme}")
        assert "Closed" in fay.text(row)
