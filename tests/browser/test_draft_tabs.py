"""The pages of a draft on a phone: the one where one is is seen, and all are reached by keys."""

from __future__ import annotations

import pytest

from tests.browser.chromium import Tab
from tests.browser.place import Place

_IS_SEEN = """async () => {
  await document.fonts.ready;
  const tab = document.querySelector("[data-tabs] > [aria-current]");
  const [own, row] = [tab.getBoundingClientRect(), tab.parentElement.getBoundingClientRect()];
  return own.left > row.left - 1 && own.right < row.right + 1 && row.right <= innerWidth;
}"""
_ITEM = "main [data-menu][open] a"
_FOCUS = "() => document.querySelector('main details[data-menu] > summary').focus()"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_one_sees_where_one_is_and_gets_anywhere(
    owner: Tab, place: Place, language: str
) -> None:
    base = f"/console/programmes/drafts/{place.draft}"
    owner.looks(language=language, width=360)
    for page in ("", "/rules", "/parts/texts", "/changes"):
        owner.open(base + page)
        assert owner.evaluate(_IS_SEEN), page
    owner.evaluate(_FOCUS)
    owner.press("Enter")
    owner.page_has(_ITEM)
    owner.press("Tab", "Enter")
    owner.comes_to(f"{base}/parts/metrics")
    owner.evaluate(_FOCUS)
    owner.press("Enter")
    owner.page_has(f'{_ITEM}[aria-current="page"]')
    owner.press("Tab", "Escape")
    assert not owner.sees("main [data-menu][open]")
    assert owner.evaluate("() => document.activeElement.localName") == "summary"
