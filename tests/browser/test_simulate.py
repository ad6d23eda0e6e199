"""The simulation as one types: the last thing that was written counts, and the focus stays."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from playwright.async_api import Error, Request, Route

from tests.browser.chromium import Chromium, Tab

PAGE: Final = "/console/simulate?of=published/cafe&sku=latte&category=drink&quantity=1&amount=1"
_WRITE: Final = """amount => {
  const field = document.getElementById("f-amount-0");
  field.value = amount;
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""
_SUM: Final = "() => document.querySelector('[data-sum]').textContent.trim()"
_PAINTED: Final = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => done())))"""


class Overtaken:
    """Holds a request back until the one after it was answered and shown."""

    def __init__(self) -> None:
        self._go = asyncio.Event()
        self._held: Request | None = None
        self.asked, self.over = asyncio.Event(), asyncio.Event()

    async def pass_on(self, route: Route) -> None:
        """The first waits; whether it is wanted still, the page decides."""
        if self._held is not None:
            await route.continue_()
            return
        self._held = route.request
        self.asked.set()
        await self._go.wait()
        try:
            await route.continue_()
        except Error:
            self.ended(route.request)  # the page has given it up

    def ended(self, request: Request) -> None:
        """A request has come to its end."""
        if request is self._held:
            self.over.set()

    async def let_go(self, tab: Tab) -> None:
        """Let the first come back, if it does, and wait until that is over."""
        self._go.set()
        await self.over.wait()
        await tab.page.evaluate(_PAINTED)


@pytest.mark.parametrize("runs", [2, pytest.param(20, marks=pytest.mark.prove)])
def test_the_last_thing_written_counts(runs: int, owner: Tab, chromium: Chromium) -> None:
    assert owner.open(PAGE) == 200
    for run in range(runs):
        assert chromium.wait(_overtakes(owner, f"{run + 2}.25", f"{run + 3}.75")) == (
            f"€{run + 3}.75"
        )
    # What htmx says of each request that it gives up.
    owner.wrong[:] = [one for one in owner.wrong if not one.startswith("htmx:")]


async def _overtakes(tab: Tab, first: str, last: str) -> str:
    """What stands there after two changes, the answer to the first of which comes last."""
    page, held = tab.page, Overtaken()
    await page.route("**/console/simulate?*", held.pass_on)
    page.on("requestfinished", held.ended)
    page.on("requestfailed", held.ended)
    try:
        await page.evaluate(_WRITE, first)
        await held.asked.wait()
        await page.evaluate(_WRITE, last)
        await page.get_by_text(f"€{last}", exact=True).first.wait_for()
        await held.let_go(tab)
        found: str = await page.evaluate(_SUM)
        return found
    finally:
        page.remove_listener("requestfinished", held.ended)
        page.remove_listener("requestfailed", held.ended)
        await page.unroute("**/console/simulate?*")


def test_a_line_is_added_by_the_keyboard_and_has_the_focus(owner: Tab) -> None:
    owner.open(PAGE)
    owner.evaluate("() => document.querySelector('button[value=more]').focus()")
    owner.press("Enter")
    owner.page_has("#f-sku-1")
    assert owner.evaluate("() => document.activeElement.id") == "f-sku-1"
    owner.press("Tab", "Tab")
    owner.write("2.50")
    owner.page_has("[data-sum]:has-text('3.50')")
    owner.press("Enter")
    owner.page_has("[data-sum]:has-text('3.50')")
    assert owner.evaluate("() => document.querySelectorAll('[name=amount]').length") == 2
