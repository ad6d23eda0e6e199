"""A real server on this machine that answers as a shop's interface is documented to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request that was made to it."""

    path: str
    headers: dict[str, str]


class ShopServer:
    """`has` is what it answers by path; `status` other than 200 is what it answers to all."""

    def __init__(self) -> None:
        self.has: dict[str, Any] = {}
        self.status = 200
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def base(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Answer nobody any more; it may have been closed already."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(shop: ShopServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            shop.asked.append(Asked(self.path.partition("?")[0], headers))
            found = shop.has.get(self.path.partition("?")[0])
            status = shop.status if shop.status != 200 or found is not None else 404
            body = json.dumps(found if status == 200 else {"errors": []}).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
