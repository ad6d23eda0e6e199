"""A server of e-mails: a real one, which answers as it is told."""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

Answers = Callable[[str], bytes]


def welcome(_: str) -> bytes:
    return b"250 fine"


class Mailbox:
    """`answers` says what is answered to an address."""

    def __init__(self) -> None:
        self.answers: Answers = welcome
        self.got: list[tuple[str, EmailMessage]] = []
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

            def handle(self) -> None:
                self.say(b"220 hello")
                to = ""
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"RCPT":
                        to = line.decode().partition("<")[2].partition(">")[0]
                        self.say(box.answers(to))
                    elif word == b"DATA":
                        self.say(b"354 go on")
                        lines = iter(self.rfile.readline, b".\r\n")
                        text = b"".join(one.removeprefix(b".") for one in lines)
                        found = message_from_bytes(text, policy=policy.default)
                        assert isinstance(found, EmailMessage)
                        box.got.append((to, found))
                        self.say(b"250 taken")
                    elif word == b"QUIT":
                        self.say(b"221 bye")
                        return
                    else:
                        self.say(b"250 fine")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._server.server_address[1]
        return port

    @property
    def setting(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=club@shop.example&tls=no"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
