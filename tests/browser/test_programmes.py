"""A programme from a template to a version, as two people do it in a browser."""

from __future__ import annotations

from tests.browser.chromium import Chromium, Tab
from tests.browser.place import Place

NEW = "/console/programmes/templates/coffee-stars"


def goes(tab: Tab, href: str) -> None:
    """Follow a link."""
    tab.click(f'main a[href$="{href}"]')


def presses(tab: Tab, action: str) -> None:
    """Send the form that goes to an address ending so."""
    tab.click(f'form[action$="{action}"] button[type=submit]')


def test_from_a_template_by_an_error_to_a_version(chromium: Chromium, place: Place) -> None:
    eva = chromium.tab(place.address, place.token("eva", "manager"))
    eva.open("/console/programmes/begin")
    goes(eva, "/templates/coffee-stars")
    eva.comes_to(NEW)
    eva.evaluate("() => { document.querySelector('#f-programme').value = 'corner' }")
    presses(eva, "/templates/coffee-stars")
    eva.page_has("[data-code-area]")
    draft = eva.evaluate("() => location.pathname")
    assert eva.sees(".code-lines .code-key"), "it is in colours"

    # Break it: a rule earns what is no currency.
    line = eva.evaluate(
        "() => { const area = document.querySelector('#document');"
        " const at = area.value.search(/earn: *{ */);"
        " const from = at + area.value.slice(at).indexOf('{') + 1;"
        " area.focus(); area.setSelectionRange(from, from);"
        " return area.value.slice(0, at).split('\\n').length }"
    )
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
    eva.page_has("[data-flash]")

    goes(eva, f"{draft}/changes")
    eva.comes_to(f"{draft}/changes")
    presses(eva, "/submission")
    eva.page_has("[data-flash]")
    assert not eva.sees('form[action$="/approval"]'), "who has written it does not approve it"

    boris = chromium.tab(place.address, place.token("boris", "manager"))
    boris.open(f"{draft}/changes")
    presses(boris, "/approval")
    boris.page_has('form[action$="/publication"]')
    presses(boris, "/publication")
    boris.comes_to("/console/programmes/published/corner")
    boris.page_has("[data-flash]")
    assert boris.sees("pre.code .code-line")
    assert [*eva.close(), *boris.close()] == []


def test_what_is_not_saved_is_not_left_by_mistake(owner: Tab, place: Place) -> None:
    owner.open("/console/programmes")
    goes(owner, "/published/cafe")
    owner.page_has("pre.code")
    presses(owner, "/draft")
    owner.page_has("[data-code-area]")
    owner.evaluate("() => document.querySelector('#document').setSelectionRange(0, 0)")
    owner.click("#document")
    owner.press("Control+Home")
    owner.write("  # mine")
    owner.press("Enter")
    owner.write("x")
    first = owner.evaluate("() => document.querySelector('#document').value.split('\\n')[1]")
    assert first.startswith("  x"), "a line begins where the one before did"
    asked = owner.evaluate(
        "() => { const leaving = new Event('beforeunload', {cancelable: true});"
        " window.dispatchEvent(leaving); return leaving.defaultPrevented }"
    )
    assert asked

    # Whoever is signed out meanwhile finds it again.
    draft = owner.evaluate("() => location.pathname")
    owner.keep("xenia-session", "which-has-ended")
    owner.press("Control+s")
    owner.page_has("h1:not(:has(bdi))")
    owner.keep("xenia-session", place.token("anna", "owner"))
    owner.open(draft)
    owner.page_has("[data-restored]")
    assert owner.evaluate("() => document.querySelector('#document').value").startswith("  # mine")
    owner.press("Control+s")
    owner.page_has("[data-flash]")
    assert not owner.sees("[data-restored]")
    assert owner.evaluate("() => document.querySelector('#document').value").startswith("  # mine")
