"""The system's Chromium, driven from a thread of its own, and what a page must be in it.

Its headless shell is the same without windows, menus and the rest of what is around a page, which
takes more than half of the time where nobody sees it.

axe.min.js beside this file is axe-core by Deque Systems (https://github.com/dequelabs/axe-core), of
the Mozilla Public License 2.0, as it is packed for npm: `make assets` puts it here, in the version
that src/xenia/pages/sources/package.json names. Only the tests load it.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

T = TypeVar("T")

_ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing else than this machine has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE: Final = 60.0  # seconds until a test gives up
AXE: Final = Path(__file__).parent / "axe.min.js"
# WCAG 2.2, A and AA, and what is known to be good beside it.
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_ASKED: Final = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap(one => one.nodes.map(
    node => `${one.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
# How far the page reaches beyond its edges, in pixels, and what of it does.
_BEYOND: Final = """() => {
  const {scrollWidth, clientWidth} = document.scrollingElement;
  if (scrollWidth <= clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter(one => {
    const {left, right} = one.getBoundingClientRect();
    return left < 0 || right > clientWidth;
  });
  const names = out.map(one => one.tagName.toLowerCase() + (one.id && "#" + one.id));
  return [`${scrollWidth - clientWidth} pixels are beyond the edge: ${names.join(" ")}`];
}"""
# Of what words reach beyond its edge; what is for screen readers alone is a dot.
_SPILLS: Final = """() => {
  const beyond = one => {
    const edge = one.getBoundingClientRect(), words = document.createRange();
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      words.selectNodeContents(texts.currentNode);
      const {width, left, right, top, bottom} = words.getBoundingClientRect();
      if (!width || texts.currentNode.parentElement.getBoundingClientRect().width <= 1) continue;
      if (left < edge.left - 1 || right > edge.right + 1) return true;
      if (top < edge.top - 1 || bottom > edge.bottom + 1) return true;
    }
  };
  return [...document.querySelectorAll(".btn, .badge, .kbd")]
    .filter(beyond).map(one => `words spill over: ${one.textContent.trim()}`);
}"""
_FOCUSED: Final = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent;
  const box = at.getBoundingClientRect();
  return {
    name: name.replace(/\\s+/g, " ").trim(),
    seen: (ring || style.boxShadow !== "none") && box.width > 0 && box.height > 0,
  };
}"""


def program() -> str:
    """Where Chromium is.  Raises LookupError where it is not installed."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        raise LookupError(
            "no Chromium on PATH: install Debian's package chromium-headless-shell or chromium"
        )
    return found


class Chromium:
    """A browser without a window; `close` it.

    Playwright keeps an event loop running in the thread that it is used from. It gets a thread of
    its own, so that other tests of this process may run loops of theirs.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._playwright: Playwright = self.wait(async_playwright().start())
        self._browser: Browser = self.wait(
            self._playwright.chromium.launch(
                executable_path=program(),
                args=_ARGUMENTS,
            )
        )

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What the browser has come to."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def tab(self, address: str, token: str | None = None, *, scripts: bool = True) -> Tab:
        """A tab for itself at a service, in which a session is open or none."""
        context = self.wait(
            self._browser.new_context(
                base_url=address, reduced_motion="reduce", java_script_enabled=scripts
            )
        )
        tab = Tab(self, context, address)
        if token is not None:
            tab.keep("xenia-session", token)
        return tab

    def kept_tab(self, address: str, folder: Path) -> Tab:
        """A tab of a browser of its own, which keeps in a folder what it has: closed, it can be
        opened again."""
        context = self.wait(
            self._playwright.chromium.launch_persistent_context(
                folder,
                executable_path=program(),
                args=_ARGUMENTS,
                base_url=address,
                reduced_motion="reduce",
            )
        )
        return Tab(self, context, address)

    def close(self) -> None:
        """End it, and the thread."""
        self.wait(self._browser.close())
        self.wait(self._playwright.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Tab:
    """One window with its own cookies; `close` says whether all was well."""

    def __init__(self, chromium: Chromium, context: BrowserContext, address: str) -> None:
        self._chromium, self._context, self._address = chromium, context, address
        self._wait = chromium.wait
        self.wrong: list[str] = []  # what no page may do
        self.sent: list[str] = []  # the addresses to which forms were sent
        self.page: Page = self._wait(self._begun())

    async def _begun(self) -> Page:
        """A page that is listened to, which is arranged in the browser's own thread."""
        page = await self._context.new_page()
        page.on("request", lambda request: self._asked(request.method, request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))
        return page

    def _asked(self, method: str, url: str) -> None:
        if method == "POST":
            self.sent.append(url.removeprefix(self._address))
        if not url.startswith((f"{self._address}/", "data:")):
            self.wrong.append(f"asked for {url}")

    def _said(self, kind: str, text: str) -> None:
        # A page that says what is wrong has the status of that, which Chromium tells, too.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.wrong.append(text)

    def keep(self, name: str, value: str) -> None:
        """Set a cookie."""
        self._wait(
            self._context.add_cookies([{"name": name, "value": value, "url": self._address}])
        )

    def looks(self, *, language: str = "en", width: int = 1440, theme: str = "light") -> None:
        """From the next page on."""
        self.keep("xenia-language", language)
        self.keep("xenia-theme", theme)
        self._wait(self.page.set_viewport_size({"width": width, "height": 900}))

    def prefers(self, theme: str) -> None:
        """What the reader's system is set to."""
        self._wait(self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light"))

    def open(self, path: str) -> int:
        """Go to an address; the status of the answer."""
        response = self._wait(self.page.goto(path, wait_until="load"))
        assert response is not None, path
        return response.status

    def runs_first(self, script: str) -> None:
        """Run a script before those of each page from here on."""
        self._wait(self.page.add_init_script(script))

    def cut(self, *, off: bool = True) -> None:
        """Cut the network, or mend it."""
        self._wait(self._context.set_offline(off))

    def text(self, selector: str) -> str:
        """What an element says."""
        return " ".join(self._wait(self.page.locator(selector).first.inner_text()).split())

    def fill(self, selector: str, text: str) -> None:
        """Write into a field."""
        self._wait(self.page.locator(selector).first.fill(text))

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self._wait(self.page.keyboard.press(key))

    def write(self, text: str) -> None:
        """Write where the focus is."""
        self._wait(self.page.keyboard.type(text))

    def sees(self, selector: str) -> bool:
        """Whether there is such an element, and can be seen."""
        return self._wait(self.page.locator(selector).first.is_visible())

    def page_has(self, selector: str) -> None:
        """Wait until there is such an element to be seen."""
        with self._telling():
            self._wait(self.page.locator(selector).first.wait_for(state="visible"))

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """What a script of the test comes to in the page."""
        return self._wait(self.page.evaluate(script, argument))

    def click(self, selector: str) -> None:
        """With the mouse."""
        self._wait(self.page.locator(selector).first.click())

    def follow(self, href: str) -> None:
        """Click the link of the page that leads to an address ending so."""
        self.click(f'main a[href$="{href}"]')

    def submit(self, action: str) -> None:
        """Click the button of the form that goes to an address ending so."""
        self.click(f'form[action$="{action}"] button[type=submit]')

    def choose(self, selector: str, value: str) -> None:
        """Choose in a menu."""
        self._wait(self.page.locator(selector).first.select_option(value))

    def comes_to(self, path: str) -> None:
        """Wait until the page of an address is there."""
        with self._telling():
            self._wait(self.page.wait_for_url(f"{self._address}{path}", wait_until="load"))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say with what has not come what there is instead."""
        try:
            yield
        except PlaywrightTimeout as error:
            words = self.evaluate("() => document.body.innerText.slice(0, 2000)")
            error.add_note(f"{self.page.url} says:\n{words}")
            raise

    def focused(self) -> str:
        """The name of what has the focus; it must be seen that it has."""
        found = self.evaluate(_FOCUSED)
        assert found is not None, "nothing has the focus"
        assert found["seen"], f"nobody sees that this has the focus: {found['name']}"
        name: str = found["name"]
        return name

    def shown(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        self._wait(self.page.screenshot(path=path, full_page=True))

    def picture(self, selector: str) -> bytes:
        """What is seen of an element in the middle of the window, as a PNG."""
        middle = "one => one.scrollIntoView({block: 'center'})"
        self._wait(self.page.locator(selector).first.evaluate(middle))
        return self._wait(self.page.locator(selector).first.screenshot())

    def pictured(self, quality: int) -> bytes:
        """A picture of the whole page, as WebP of that quality (0 to 100)."""
        return self._wait(self._pictured(quality))

    async def _pictured(self, quality: int) -> bytes:
        """By the browser's own protocol: Playwright knows no WebP."""
        session = await self._context.new_cdp_session(self.page)
        size = (await session.send("Page.getLayoutMetrics"))["cssContentSize"]
        # As high as the page, so that what stays at its edge stands at the end.
        await self.page.set_viewport_size(
            {"width": int(size["width"]), "height": int(size["height"])}
        )
        asked = {"format": "webp", "quality": quality}
        found = await session.send("Page.captureScreenshot", asked)
        await session.detach()
        return base64.b64decode(found["data"])

    def brings_axe(self) -> None:
        """It is there on every page from now on, which takes less than bringing it to each."""
        self._wait(self.page.add_init_script(path=AXE))

    def barriers(self) -> list[str]:
        """What axe finds, whether one would have to scroll to the side, and of what words spill
        over."""
        if not self.evaluate("() => 'axe' in window"):
            # As a debugger does, which the page's own policy does not bind.
            self.evaluate(_axe())
        found: list[str] = self.evaluate(_ASKED, _RULES)
        beyond: list[str] = self.evaluate(_BEYOND)
        spilt: list[str] = self.evaluate(_SPILLS)
        return [*found, *beyond, *spilt]

    def close(self) -> Sequence[str]:
        """End it; what it did that no page may."""
        self._wait(self._context.close())
        return self.wrong


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")
