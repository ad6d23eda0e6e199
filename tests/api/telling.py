"""Has requests answered by the real application, and keeps what was sent and answered as examples.

All chance and every clock stand still, so that the same requests get the same answers, byte for
byte: examples are made anew by `python -m tests.api.examples`, and tests see that nothing differs.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from tests.api.client import JSON, NOW, Request, Response
from tests.api.worlds import Worlds, bearer
from tests.services.publishing import published
from tests.services.receiving import Receiver
from xenia.api import keeping
from xenia.connectors.sending import Sender
from xenia.notifiers.file import File
from xenia.services import passwords
from xenia.services.access import Scope
from xenia.services.courier import Courier, Messenger
from xenia.services.passwords import Cost
from xenia.store.database import Database

FOLDER = Path(__file__).parents[2] / "src/xenia/api/examples"
REQUEST_ID = "req-4711"
SHOWN_URL = "https://app.example.org/hooks"  # where the webhooks of examples send to
Json = dict[str, Any]


class Teller:
    """`tell` keeps an example; `ask` asks for what an example needs, and is not shown."""

    def __init__(
        self, worlds: Worlds, receiver: Receiver, folder: Path, chance: Chance, document: str
    ) -> None:
        self.worlds, self._receiver, self._chance = worlds, receiver, chance
        self.document = document
        self.folder = folder
        self._by = [File(folder / "messages.jsonl")]
        self._numbers = count(1)
        self.found: dict[str, dict[str, Json]] = {}
        self._tag: dict[str, Json] = {}
        self.key = ""

    def begin(self, tag: str) -> None:
        """What comes from now on is about a tag; chance begins anew, so that a change among the
        examples of one tag changes no others."""
        self._tag = self.found.setdefault(tag, {})
        self._chance.begin(tag)
        self.key = self.worlds.key()

    @property
    def url(self) -> str:
        """Where a webhook is received; shown as SHOWN_URL."""
        return self._receiver.url

    def work(self) -> None:
        """Have webhooks and messages sent."""
        stop = Event()
        Courier(
            self.worlds.database,
            stop,
            lambda: NOW,
            Sender({"127.0.0.1"}),
            self._by,
        ).once()
        Messenger(self.worlds.database, stop, lambda: NOW, self._by).once()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Any = None,
        head: Any = None,
        by: Any = "",
        **places: str,
    ) -> Response:
        """The answer; `query` and `head` are texts by name, `by` is another's key, None: nobody's;
        the rest stands in the address."""
        fields = {"x-request-id": REQUEST_ID, "idempotency-key": f"key-{next(self._numbers)}"}
        if by is not None:
            fields |= bearer(by or self.key)
        if body is not None:
            fields["content-type"] = JSON
        fields |= head or {}
        address = path.format(**places) + (f"?{urlencode(query)}" if query else "")
        data = b"" if body is None else json.dumps(body).encode()
        client = self.worlds.client
        fields = {name: value for name, value in fields.items() if value}
        return client.run(client.send(Request(method, address, (data,), fields)))

    def tell(
        self,
        summary: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        first: Any = None,
        **more: Any,
    ) -> Any:
        """Keep what is asked for and answered; of a list so many of the `first`."""
        response = self.ask(method, path, body, **more)
        value = self._shown(response, first)
        good = response.status < 300
        told = self._tag.setdefault(f"{method} {path}", {})
        places = {
            name: self._hidden(text)
            for name, text in more.items()
            if name not in ("query", "head", "by")
        }
        if good:
            told.setdefault("parameters", places)
            if body is not None:
                _put(told.setdefault("request", {}), _slug(summary), summary, self._hidden(body))
        name = _slug(summary) if good else value["code"]
        answers = told.setdefault("responses", {}).setdefault(str(response.status), {})
        _put(answers, name, summary, value)
        return json.loads(response.body) if "json" in response.headers["content-type"] else value

    def _shown(self, response: Response, first: int | None) -> Any:
        text = response.body.decode()
        if "json" not in response.headers["content-type"]:
            return "\n".join(
                line for line in text.splitlines() if not re.search("seconds|_created", line)
            )
        value = json.loads(text)
        if first is not None:
            value["data"] = value["data"][:first]
        return self._hidden(value)

    def _hidden(self, value: Any) -> Any:
        """As it is shown: with nothing that is of this machine."""
        text = json.dumps(value).replace(self._receiver.url, SHOWN_URL)
        return json.loads(re.sub(r'"milliseconds": \d+', '"milliseconds": 12', text))


def _put(those: Json, name: str, summary: str, value: Any) -> None:
    assert name not in those, f"{name!r} is told twice: say what is different"
    those[name] = {"summary": summary, "value": value}


def _slug(summary: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", summary.lower()).strip("-")


class Chance:
    """Stands for `secrets`: always the same, by the place from which it begins."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, place: str) -> None:
        """From here on."""
        self._place, self._numbers = place, count()

    def token_bytes(self, nbytes: int) -> bytes:
        """So many bytes."""
        drawn = b""
        while len(drawn) < nbytes:
            drawn += sha256(f"{self._place} {next(self._numbers)}".encode()).digest()
        return drawn[:nbytes]

    def token_hex(self, nbytes: int) -> str:
        """The same, in hexadecimal digits."""
        return self.token_bytes(nbytes).hex()

    def token_urlsafe(self, nbytes: int) -> str:
        """The same, for addresses."""
        return base64.urlsafe_b64encode(self.token_bytes(nbytes)).rstrip(b"=").decode()


@contextmanager
def standing_still() -> Iterator[Chance]:
    """Nothing is left to chance in here, nor to the clock."""
    chance, key = Chance(), base64.b64encode(bytes(range(32))).decode()
    with ExitStack() as stack:
        for name in ("token_bytes", "token_hex", "token_urlsafe"):
            stack.enter_context(patch.object(secrets, name, getattr(chance, name)))
        stack.enter_context(patch.object(keeping, "now", lambda: NOW))
        stack.enter_context(patch.object(passwords, "COST", Cost(log_n=4)))
        environment = {"XENIA_SECRET_KEY": f"1:{key}", "XENIA_WEBHOOK_HOSTS": "127.0.0.1"}
        stack.enter_context(patch.dict("os.environ", environment))
        yield chance


@contextmanager
def telling(database: Database, document: str) -> Iterator[Teller]:
    """A world with a programme, which nothing has happened in."""
    with standing_still() as chance, TemporaryDirectory(prefix="xenia-told-") as folder:
        with database.connect() as connection:
            connection.execute("update space set secret = %s", [bytes(32)])
        published(database, document)
        worlds, receiver = Worlds(database), Receiver()
        worlds.key([Scope.OPERATIONS])
        try:
            yield Teller(worlds, receiver, Path(folder), chance, document)
        finally:
            receiver.close()
            worlds.close()


def text_of(told: Mapping[str, Json]) -> str:
    """The examples of a tag as they are stored."""
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
