"""The text of a programme in a browser: what is not saved is not left by mistake."""

from __future__ import annotations

from tests.browser.chromium import Tab
from tests.browser.place import Place


def test_what_is_not_saved_is_not_left_by_mistake(owner: Tab, place: Place) -> None:
    owner.open("/console/programmes")
    owner.follow("/published/cafe")
    owner.page_has("pre.code")
    owner.submit("/draft")
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
