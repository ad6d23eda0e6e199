"""Everything by the keyboard, and it is always seen where one is; and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.chromium import Chromium, Tab
from tests.browser.keyboard import hindered, pressed
from tests.browser.place import WORDS, Place


def steps(tab: Tab, number: int) -> list[str]:
    """What has the focus after each press of Tab."""
    found = []
    for _ in range(number):
        tab.press("Tab")
        found.append(tab.focused())
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_signs_in(stranger: Tab, place: Place, theme: str) -> None:
    place.token("anna", "owner")
    stranger.looks(theme=theme)
    stranger.open("/console/account")
    assert stranger.focused() == "E-mail address", "one may write at once"
    stranger.write("anna@example.org")
    assert steps(stranger, 3) == ["Password", "Another space", "Sign in"]
    stranger.press("Shift+Tab", "Shift+Tab")
    stranger.write(WORDS)
    stranger.press("Enter")
    stranger.comes_to("/console/account")


def test_what_is_wrong_is_where_one_writes_next(stranger: Tab) -> None:
    stranger.open("/console/sign-in")
    stranger.write("nobody@example.org")
    stranger.press("Tab")
    stranger.write("wrong")
    stranger.press("Enter")
    stranger.page_has("[role=alert]")
    assert stranger.focused() == "Password"


def test_the_order_is_that_of_the_page(owner: Tab) -> None:
    owner.open("/console/")
    owner.press("Tab")
    assert owner.focused() == "Skip to the page"
    seen = steps(owner, 2)
    assert seen == ["Xenia", "Home"]
    owner.page_has("[data-account] > summary")
    while owner.focused() != "Your account":
        owner.press("Tab")
    owner.press("Enter")
    owner.page_has("#theme")
    assert steps(owner, 2) == ["Your account", "Language"]
    owner.press("Escape")
    assert not owner.sees("[data-account][open]")
    assert owner.focused() == "Your account", "one is where one was"


def test_one_skips_to_the_page(owner: Tab) -> None:
    owner.open("/console/account")
    owner.press("Tab", "Enter", "Tab")
    assert owner.focused() == "Sign out"


def test_the_palette_goes_anywhere(owner: Tab) -> None:
    owner.open("/console/")
    owner.press("Control+k")
    assert owner.sees("#palette")
    assert owner.evaluate("() => document.activeElement.role") == "combobox"
    owner.press("ArrowDown", "ArrowUp", "ArrowUp")
    owner.press("Enter")
    owner.comes_to("/console/account")
    owner.press("Control+k")
    owner.write("home")
    assert not owner.sees("#po-account"), "what does not fit goes away"
    owner.press("Enter")
    owner.comes_to("/console/")


def test_the_palette_closes(owner: Tab) -> None:
    owner.open("/console/")
    for key in ("Escape", "Control+k"):
        owner.press("Control+k")
        assert owner.sees("#palette")
        owner.press(key)
        assert not owner.sees("#palette")
    owner.click("[data-opens-palette]")
    assert owner.sees("#palette")
    owner.press("Escape")
    assert owner.focused().startswith(("Go to", "Search or go to"))


def test_the_palette_leads_to_what_there_is(owner: Tab) -> None:
    owner.open("/console/")
    to = owner.evaluate(
        "() => [...document.querySelectorAll('#palette [role=option]')].map("
        "one => one.dataset.href ?? one.dataset.finds + 'm1')"
    )
    assert to
    assert {path: owner.open(path) for path in to} == dict.fromkeys(to, 200)


def test_a_choice_applies_at_once(owner: Tab) -> None:
    owner.open("/console/account")
    owner.click("[data-account] > summary")
    owner.page_has("#theme")
    owner.evaluate("() => document.querySelector('#theme').focus()")
    owner.press("End")
    owner.page_has("html.dark")
    assert owner.evaluate("() => location.pathname") == "/console/account"


def test_without_scripts_one_signs_in_and_is_shown_nothing_dead(
    chromium: Chromium, place: Place
) -> None:
    place.token("anna", "owner")
    tab = chromium.tab(place.address, scripts=False)
    tab.open("/console/")
    tab.click("#f-email")
    tab.write("anna@example.org")
    tab.click("#f-password")
    tab.write(WORDS)
    tab.press("Enter")
    tab.comes_to("/console/")
    assert not tab.sees("[data-opens-palette]")
    tab.click("[data-account] > summary")
    tab.page_has("[data-account] noscript button")  # choices have a button of their own
    assert tab.close() == []


def test_whoever_clicks_twice_sends_once(stranger: Tab) -> None:
    stranger.open("/console/sign-in")
    stranger.write("nobody@example.org")
    stranger.press("Tab")
    stranger.write("wrong")
    stranger.evaluate(
        "() => { const sends = document.querySelector('main [type=submit]');"
        " sends.click(); sends.click(); }"
    )
    stranger.page_has("[role=alert]")
    assert stranger.sent == ["/console/sign-in"]


# ---- every page: what test_pages and others look for there ---------------------------------------


def test_what_takes_a_mouse_is_found(owner: Tab) -> None:
    owner.open("/console/members/m1/adjust")
    assert hindered(owner) == []
    owner.evaluate(_BROKEN)
    found = "\n".join(hindered(owner))
    for what in (
        "has a place of its own in the order: <textarea#f-reason>",
        "is passed by: <select#f-currency>",
        "acts by the mouse alone: <p> Opens",
        "leads where the mouse alone can go: <label> File",
        "looks as if it acted by the mouse alone: <div#picture> Picture",
        "does not show that one is there: <input#f-units>",
        "keeps Tab for itself: <select#f-way>",
        "keeps Space or Enter for itself: <button#trap> Trap",
        "cannot be gone to from",
        "nothing sends this form: <form#dead>",
    ):
        assert what in found, found


_BROKEN = """() => {
  const one = (selector) => document.querySelector(selector);
  one("#f-reason").tabIndex = 7;
  one("#f-currency").tabIndex = -1;
  const plain = new CSSStyleSheet();
  plain.replaceSync("#f-units { outline: none !important; box-shadow: none !important }"
    + "#picture { cursor: pointer }");
  document.adoptedStyleSheets.push(plain);
  one("#f-way").addEventListener("keydown", (event) => event.preventDefault());
  one("main").insertAdjacentHTML("beforeend", `<p data-opens="palette">Opens</p>
    <div id="picture">Picture</div><button id="trap">Trap</button><button>Behind</button>
    <label>File<input type="file" hidden></label>
    <form id="dead"><input aria-label="nobody gets this"></form>`);
  one("#trap").addEventListener("keydown", (event) => event.preventDefault());
  one("#trap").addEventListener("focusout", () => setTimeout(() => one("#trap").focus()));
  one("#trap + button").addEventListener("focus", () => one("#trap").focus());
}"""


@pytest.mark.parametrize(
    "path",
    ["/console/members/m1/adjust", "/console/simulate?of=published/cafe", "/console/finance"],
)
def test_tab_comes_to_every_control_as_they_stand(owner: Tab, path: str) -> None:
    owner.open(path)
    order, came = pressed(owner)
    assert len(order) > 20
    assert came == order


def test_a_form_is_sent_by_enter_and_by_its_button(owner: Tab) -> None:
    owner.open("/console/members/m1/adjust")
    owner.fill("#f-reason", "too many")
    owner.fill("#f-units", "-5")
    owner.press("Enter")
    owner.page_has("#f-units[aria-invalid]")
    owner.evaluate("() => document.querySelector('main form [data-variant=primary]').focus()")
    owner.evaluate("() => { document.querySelector('#f-units').ariaInvalid = null }")
    owner.press("Space")
    owner.page_has("#f-units[aria-invalid]")
    assert owner.sent == ["/console/members/m1/adjust"] * 2
