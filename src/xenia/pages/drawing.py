"""Draws the pages of one room: who asks, may they, what is answered, and in which words."""

from __future__ import annotations

import logging
from asyncio import AbstractEventLoop
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response

from xenia.api.service import address_of
from xenia.client import Client, ProblemError
from xenia.pages import browsers, csrf
from xenia.pages.answering import Cookie, Download, Flash, Gone, Page, Raw, Shown
from xenia.pages.asking import Asked, Session
from xenia.pages.browsers import FLASH, LANGUAGE, ZONE, cookies_of, theme_of
from xenia.pages.calling import Answers, Within
from xenia.pages.formats import Formats, zone_of
from xenia.pages.forms import Sent, new_once
from xenia.pages.refusals import Refusal, of_status, refusal_of
from xenia.pages.rooms import Room, Route
from xenia.pages.templating import Templates, templates
from xenia.pages.words import Words, chosen

_log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]
_HTML = "text/html; charset=utf-8"


class Drawer:
    """The pages of a room, once `begin` has said whom they ask."""

    def __init__(self, room: Room, public_url: str | None) -> None:
        self._room = room
        self._templates = templates(room.name, room.folder)
        known = urlsplit(public_url or "")
        self._https, self._host = known.scheme == "https", known.netloc or None
        self._asks: tuple[Answers, AbstractEventLoop] | None = None

    def begin(self, answers: Answers, loop: AbstractEventLoop) -> None:
        """From now on pages may be drawn."""
        self._asks = answers, loop

    def draw(
        self, route: Route, request: AnyRequest, places: Mapping[str, str], body: bytes
    ) -> Response[bytes]:
        """The answer of a route, whatever happens."""
        drawing = _Drawing(self, request)
        try:
            return self._drawn(drawing, route, places, body)
        except ProblemError as error:
            return drawing.refused(error)
        except OSError:
            _log.exception("a page got no answer", extra={"request_id": drawing.request_id})
            return drawing.error(of_status(503, drawing.words), 503)

    def _drawn(
        self, drawing: _Drawing, route: Route, places: Mapping[str, str], body: bytes
    ) -> Response[bytes]:
        sent = Sent()
        if route.method == "POST":
            try:
                sent = Sent.read(body.decode())
            except ValueError:  # also where it is no UTF-8
                return drawing.error(of_status(404, drawing.words), 400)
            if not drawing.is_ours(sent):
                return drawing.forged()
        drawing.session = self._room.knows(drawing.client, drawing.token)
        if drawing.session is None and not route.to_all:
            return drawing.stranger()
        return drawing.answer(route.answer(drawing.asked(places, sent)))

    def busy(self) -> Response[bytes]:
        """Too much waits already."""
        return Response(
            b"busy", status_code=503, media_type="text/plain",
            headers={**browsers.HEAD, "retry-after": "1"},
        )  # fmt: skip

    def failed(self, request: AnyRequest, status: int) -> Response[bytes]:
        """A page of what was no page; nobody is asked for it."""
        drawing = _Drawing(self, request)
        return drawing.error(of_status(status, drawing.words), status)

    # ---- what a drawing asks -----------------------------------------------------------------

    @property
    def room(self) -> Room:
        """Whose pages they are."""
        return self._room

    @property
    def templates(self) -> Templates:
        """The templates of the room."""
        return self._templates

    @property
    def host(self) -> str | None:
        """The host by which browsers know the service, where that is said."""
        return self._host

    def is_secure(self, request: AnyRequest) -> bool:
        """Whether browsers come by https, as far as is known."""
        return self._https or request.scope["scheme"] == "https"

    def client(self, request: AnyRequest, token: str | None) -> Client:
        """Asks in the name of whoever has the token, from where they ask."""
        assert self._asks is not None, "pages are asked for after the beginning"
        return Client(Within(*self._asks, address_of(request)), token)


class _Drawing:
    """One request, and the answer to it."""

    def __init__(self, drawer: Drawer, request: AnyRequest) -> None:
        self._drawer, self._request = drawer, request
        self._room = drawer.room
        self.request_id: str = request.scope["state"].get("request_id", "")
        self._cookies = cookies_of(request.headers.get("cookie"))
        self.token = self._cookies.get(self._room.cookie) or None
        self._visit = self._cookies.get(csrf.VISIT) or None
        code = chosen(self._cookies.get(LANGUAGE), request.headers.get("accept-language"))
        self.words: Words = drawer.templates.words(code)
        self._formats = Formats(self.words.locale, zone_of(self._cookies.get(ZONE)))
        self.session: Session | None = None
        self._new: list[Cookie] = []

    @property
    def client(self) -> Client:
        """Asks as whoever is signed in, or as nobody."""
        return self._drawer.client(self._request, self.token)

    @property
    def _path(self) -> str:
        """What was asked for; the router has taken the slash off the room's first page."""
        path, first = self._request.url.path, self._room.before
        return f"{first}/" if path == first else path

    def is_ours(self, sent: Sent) -> bool:
        """Whether a form comes from a page of ours."""
        head = self._request.headers
        secret = self.token or self._visit
        return csrf.from_here(head, self._drawer.host) and csrf.is_proof(
            sent.one(csrf.FIELD), secret
        )

    def asked(self, places: Mapping[str, str], sent: Sent) -> Asked:
        """What the page is asked with."""
        is_fragment = (
            "hx-request" in self._request.headers
            and "hx-history-restore-request" not in self._request.headers
        )
        return Asked(
            path=self._path,
            places=places,
            query=Sent.read(self._request.scope["query_string"].decode("latin-1")),
            form=sent,
            client=self.client,
            token=self.token,
            session=self.session,
            words=self.words,
            formats=self._formats,
            fragment=self._request.headers.get("hx-target") if is_fragment else None,
            cookies=self._cookies,
        )

    # ---- answers -----------------------------------------------------------------------------

    def answer(self, page: Page) -> Response[bytes]:
        """What a page has come to."""
        if isinstance(page, Download):
            name = quote(page.name)
            head = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
            return self._response(page.body, 200, page.kind, head)
        if isinstance(page, Raw):
            kept = f"private, max-age={page.seconds}" if page.seconds else "no-store"
            return self._response(page.body, 200, page.kind, {"cache-control": kept})
        self._new += page.cookies
        if isinstance(page, Gone):
            if page.flash is not None:
                self._keep(page.flash, page.cookies)
            return self.gone(page.to)
        return self._shown(page)

    def gone(self, to: str) -> Response[bytes]:
        """Go there by GET."""
        if "hx-request" in self._request.headers:
            return self._response(b"", 200, _HTML, {"hx-redirect": to})
        return self._response(b"", 303, "text/plain", {"location": to})

    def stranger(self) -> Response[bytes]:
        """Whoever is not signed in goes where one is, and comes back afterwards."""
        if self.token is not None:
            self._new.append(Cookie(self._room.cookie, "", 0))
        path, query = self._path, self._request.url.query
        back = f"{path}?{query}" if query else path
        is_page = self._request.method == "GET" and back != f"{self._room.before}/"
        return self.gone(self._room.sign_in + (f"?next={quote(back)}" if is_page else ""))

    def forged(self) -> Response[bytes]:
        """A form that is not ours, or was drawn for another session."""
        say = self.words.say
        title = say("This form cannot be taken")
        said = say(
            "It was not sent from a page of this service, or you have signed in anew since it was "
            "shown. Go back, load the page again and send it once more. Nothing was changed."
        )
        return self.error(Refusal(title, said), 403)

    def refused(self, error: ProblemError) -> Response[bytes]:
        """What the interface has refused, and no page has dealt with."""
        status = error.problem.status
        if status == 401 and self.session is not None:
            return self.stranger()
        found = refusal_of(error, self.words)
        return self.error(found, status, retry_after=error.retry_after)

    def error(
        self, refusal: Refusal, status: int, retry_after: int | None = None
    ) -> Response[bytes]:
        """A page that says what is wrong."""
        values = {"refusal": refusal, "status": status}
        return self._shown(Shown(self._room.error, values, status, retry_after=retry_after))

    def _shown(self, page: Shown) -> Response[bytes]:
        values = {**self._common(), **page.values}
        wanted = self._request.headers.get("hx-target", "")
        is_fragment = (
            "hx-request" in self._request.headers
            and "hx-history-restore-request" not in self._request.headers
            and wanted in page.fragments
        )
        templates, code = self._drawer.templates, self.words.code
        if is_fragment:
            text = templates.fragment(page.template, wanted, code, values)
        else:
            text = templates.page(page.template, code, values)
        head = {"vary": "hx-request", "content-language": code}
        if page.retry_after is not None:
            head["retry-after"] = str(page.retry_after)
        return self._response(text.encode(), page.status, _HTML, head)

    @property
    def _origin(self) -> str:
        """By which the browser has come: what others are told to come by, too."""
        host = self._drawer.host or self._request.headers.get("host", "")
        return f"{'https' if self._drawer.is_secure(self._request) else 'http'}://{host}"

    def _common(self) -> dict[str, Any]:
        """What every template has at hand."""
        secret = self.token or self._visit
        if secret is None:
            secret = self._visit = csrf.new_visit()
            self._new.append(Cookie(csrf.VISIT, secret))
        said = self._cookies.get(FLASH)
        flash = unpacked_once(said, secret)
        if said is not None:
            self._new.append(Cookie(FLASH, "", 0))
        scopes = frozenset(() if self.session is None else self.session.scopes)
        path, query = self._path, self._request.url.query
        return {
            "session": self.session,
            "request_id": self.request_id,
            "sections": [
                one for one in self._room.sections if one.scope is None or one.scope in scopes
            ],
            "scopes": scopes,
            "path": path,
            "here": f"{path}?{query}" if query else path,
            "origin": self._origin,
            "theme": theme_of(self._cookies),
            "flash": flash,
            "proof": csrf.proof(secret),
            "once": new_once,
            "fmt": self._formats,
            "now": datetime.now(UTC),
            "room": self._room,
        }

    def _keep(self, flash: Flash, cookies: Sequence[Cookie]) -> None:
        """Have something said on the next page, whoever is signed in by then."""
        secret = self.token or self._visit
        for one in cookies:
            if one.name == self._room.cookie:
                secret = one.value or None
        if secret is None:
            secret = self._visit = csrf.new_visit()
            self._new.append(Cookie(csrf.VISIT, secret))
        self._new.append(Cookie(FLASH, browsers.packed(flash, secret), 60))

    def _response(
        self, body: bytes, status: int, kind: str, head: Mapping[str, str]
    ) -> Response[bytes]:
        found = Response(
            body, status_code=status, media_type=kind, headers={**browsers.HEAD, **head}
        )
        secure = self._drawer.is_secure(self._request)
        for cookie in self._new:
            found.set_cookie(
                key=cookie.name,
                value=cookie.value,
                max_age=cookie.seconds,
                path="/",
                secure=secure,
                httponly=cookie.hidden,
                samesite="strict",
            )
        return found


def unpacked_once(said: str | None, secret: str) -> Flash | None:
    """What is to be said on this page, if it is ours."""
    return None if said is None else browsers.unpacked(said, secret)
