"""A browser without a window: a worker's application with its pages, cookies and forms."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.api.client import NOW, Client, Exchange, Request, Response
from tests.api.worlds import Worlds
from xenia.api.application import Application
from xenia.api.bridge import Bridge
from xenia.api.events import Events
from xenia.api.handover import Handover
from xenia.api.rest import for_anybody, rest
from xenia.api.sessions import Sessions
from xenia.console.rooms import ROOM
from xenia.pages.rooms import Room
from xenia.pages.serving import PageServer

HOST = "xenia.example"


class Site:
    """A worker's application over a database, in a loop of its own; `close` it."""

    def __init__(self, worlds: Worlds, *, public_url: str | None = None, room: Room = ROOM) -> None:
        self.worlds = worlds
        client = worlds.client
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.pages = PageServer([room], public_url=public_url)
        self.application = Application(
            client.gate,
            _events(client, self._loop),
            Bridge(rest(), client.arriving, client.service),
            client.metrics,
            for_anybody=for_anybody(),
            sessions=Sessions(client.gate, client._reader, lambda: NOW),
            pages=self.pages,
            drawn=Bridge(self.pages.asgi, client.arriving, client.service),
        )
        self.pages.begin(self.application, self._loop)

    def ask(self, request: Request) -> Response:
        """Have a request answered."""
        exchange = _Cookies(request)
        done = asyncio.run_coroutine_threadsafe(
            self.application.__rsgi__(request, exchange), self._loop
        )
        done.result(60)
        assert exchange.response is not None, "every request is answered"
        exchange.response.headers["set-cookie"] = "\n".join(exchange.cookies)
        return exchange.response

    def close(self) -> None:
        """Give all of it back."""
        self.pages.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _events(client: Client, loop: asyncio.AbstractEventLoop) -> Events:
    """What takes events in the loop of this site: the client's own waits in another one."""
    return Events(
        Handover(loop, client.metrics.results),
        client.arriving,
        client.metrics,
        client.desks,
        weighs=client.service.weighs,
        clock=lambda: NOW,
    )


class _Cookies(Exchange):
    """Keeps all cookies that are set, not the last one alone."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.cookies: list[str] = []

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.cookies = [value for name, value in headers if name == "set-cookie"]
        super().response_bytes(status, headers, body)


class Browser:
    """Keeps cookies, and sends forms with what was in them."""

    def __init__(self, site: Site, language: str = "en") -> None:
        self.site, self.language = site, language
        self.cookies: dict[str, str] = {}
        self.set: dict[str, str] = {}  # each cookie as it was set last, with all that was said

    def get(self, address: str, **fields: str) -> Response:
        """A page as it is; redirections are not followed."""
        return self._send(Request("GET", address, fields=self._head(fields)))

    def post(
        self, address: str, form: Mapping[str, str] | Sequence[tuple[str, str]], **fields: str
    ) -> Response:
        """Send a form as a page of this site does, whatever is in it."""
        body = urlencode(form).encode()
        known = {"sec-fetch-site": "same-origin", **fields}
        head = self._head({"content-type": "application/x-www-form-urlencoded", **known})
        return self._send(Request("POST", address, (body,), head))

    def fill(self, address: str, action: str, values: Mapping[str, str]) -> Response:
        """Go to a page, fill in its form that is sent to `action`, and send it."""
        shown = self.get(address)
        assert shown.status in (200, 404, 422), (shown.status, address)
        form = forms(shown.body.decode())[action]
        return self.post(action, {**form, **values})

    def _head(self, fields: Mapping[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        known = {"host": HOST, "accept-language": self.language, "cookie": jar, **named}
        return {name: value for name, value in known.items() if value}

    def _send(self, request: Request) -> Response:
        response = self.site.ask(request)
        for said in filter(None, response.headers["set-cookie"].split("\n")):
            name, _, rest = said.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.set[name] = said
            if "Max-Age=0" in said or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._at: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._at = self.found.setdefault(known.get("action", ""), {})
        elif tag == "input" and self._at is not None and "name" in known:
            self._at[known["name"]] = known.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._at = None


def forms(page: str) -> dict[str, dict[str, str]]:
    """The fields of all forms of a page, by where they are sent to."""
    parser = _Forms()
    parser.feed(page)
    return parser.found


def text_of(response: Response) -> str:
    """A page without its tags, in one line."""
    bare = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", response.body.decode(), flags=re.S)
    return " ".join(bare.split())
