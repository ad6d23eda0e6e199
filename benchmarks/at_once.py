"""A server that reads what is sent and answers at once: what HTTP alone costs.

python -m benchmarks.at_once PORT
"""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels

from xenia.api.rsgi import Exchange, Scope

ANSWER = '{"status":"recorded","filled":"' + "." * 2000 + '"}'  # as long as most answers


async def application(scope: Scope, exchange: Exchange) -> None:
    """Answer with the same whatever is sent."""
    await exchange()
    kind = scope.headers.get("content-type", "application/json") or ""
    exchange.response_str(200, [("content-type", kind)], ANSWER)


def main() -> None:
    """Serve until SIGTERM, with what `xenia serve` serves with."""
    Granian(
        "benchmarks.at_once:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=4096,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
