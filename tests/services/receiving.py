"""A program of an operator that webhooks are sent to: a real server, which does as it is told."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    path: str
    id: str
    timestamp: int
    signatures: tuple[str, ...]
    body: bytes

    @property
    def message(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        found: str = self.message["type"]
        return found


Answers = Callable[[Got], tuple[int, dict[str, str], bytes] | None]


def taken(_: Got) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, b"thank you"


class Receiver:
    """`answers` says what each request is answered with; None: nothing, the connection is cut."""

    def __init__(self, answers: Answers = taken) -> None:
        self.answers = answers
        self.got: list[Got] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                head = self.headers
                length = int(head.get("content-length", 0))
                body = self.rfile.read(length)
                if not length or len(body) < length:  # whoever sent it was killed meanwhile
                    self.close_connection = True
                    return
                got = Got(
                    self.path,
                    head["webhook-id"],
                    int(head["webhook-timestamp"]),
                    tuple(head["webhook-signature"].split(" ")),
                    body,
                )
                receiver.got.append(got)
                answer = receiver.answers(got)
                if answer is None:
                    self.close_connection = True
                    return
                status, fields, said = answer
                self.send_response(status)
                for name, value in {"content-length": str(len(said)), **fields}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def do_GET(self) -> None:  # where a redirection would lead
                raise AssertionError("nobody follows a redirection")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def types(self) -> list[str]:
        return [got.type for got in self.got]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def is_signed(got: Got, secret: str, which: int = 0) -> bool:
    """As a receiver checks it, by the standard."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{got.id}.{got.timestamp}.".encode() + got.body
    expected = b64encode(hmac.digest(key, signed, "sha256")).decode()
    return hmac.compare_digest(got.signatures[which], f"v1,{expected}")
