"""The client against a service that runs: it is whole, typed, and gets over a network that cuts."""

from __future__ import annotations

import ast
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import msgspec
import pytest

import xenia.client
from tests.api.client import CAFE
from tests.live.conftest import serving
from tests.live.running import wait_until
from tests.services.publishing import published
from xenia.api.rest import described
from xenia.cli.reference import client as made
from xenia.client import Client, ProblemError, shapes
from xenia.store.database import Database

HERE = Path(xenia.client.__file__).parent


@pytest.fixture
def port(database: Database, tmp_path: Path) -> Iterator[int]:
    published(database, CAFE)
    with serving(database, tmp_path, 1) as (service,):
        yield service.port


def code(call: Callable[[], object]) -> str | None:
    """Why a call is not done."""
    try:
        call()
    except ProblemError as error:
        return error.problem.code
    return None


def purchase(event: str, amount: str = "4.50") -> shapes.Purchase:
    return shapes.Purchase(
        id=event,
        member="anna",
        occurred_at="2026-11-18T10:00:00+02:00",
        lines=(shapes.Line(sku="latte", category="coffee", quantity="1", amount=amount),),
    )


def test_what_is_made_is_up_to_date() -> None:
    for name, text in made().items():
        written = (HERE / name).read_text("utf-8")
        assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(text)), "run `make docs`"


def test_every_address_has_a_call() -> None:
    for path, operations in msgspec.json.decode(described())["paths"].items():
        for operation in operations.values():
            name = "record" if path == "/v1/events" else operation["operationId"]
            assert callable(getattr(Client, name)), path


def test_a_day_at_the_till(port: int) -> None:
    """One test for several calls: the service takes seconds to begin."""
    with Client(f"http://127.0.0.1:{port}") as till:
        assert till.healthz().status == "ok"
        answer = till.record(purchase("e1"), trace=True)
        assert answer.wallet["beans"].balance == "4"
        assert answer.trace
        again, wrong = till.record_all([purchase("e1"), purchase("e2", "four")])
        assert isinstance(again, shapes.Answer)
        assert again.effects == answer.effects
        assert isinstance(wrong, shapes.Problem)
        assert wrong.code == "not-a-decimal"
        assert till.wallet("anna").wallet["beans"].balance == "4"
        assert [entry.units for entry in till.ledger("anna", limit=1).data] == ["4"]
        assert till.explain("anna", event="e1").event == "e1"
        with pytest.raises(ProblemError, match="unknown-member") as refused:
            till.member("nobody else")
        assert refused.value.problem.status == 404
        body = shapes.NewKey(name="tills", scopes=("events:write", "keys:write"))
        assert till.new_key(body, dry_run=True).secret is None
        made = till.new_key(body, idempotency_key="one")
        assert made.secret is not None
    with Client(f"http://127.0.0.1:{port}/", made.secret) as other:
        wait_until(
            lambda: code(lambda: other.wallet("anna")) == "not-allowed", "the key is heard of"
        )
        assert other.revoked_key(made.key).revoked
    with pytest.raises(ValueError, match="no address of a service"):
        Client("127.0.0.1:8080")


def whole(end: socket.socket) -> bytes:
    """A request, or an answer, with its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += end.recv(1 << 16)
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    rest = int(length[1]) - len(body) if length else 0
    return found + end.recv(rest, socket.MSG_WAITALL) if rest else found


@contextmanager
def cutting(port: int, answers: int) -> Iterator[int]:
    """A network before a port: it carries requests, but so many answers are lost."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def carry() -> None:
            for number in range(answers + 1):
                near, _ = listening.accept()
                with near, socket.create_connection(("127.0.0.1", port)) as far:
                    far.sendall(whole(near))
                    answer = whole(far)
                    if number == answers:
                        near.sendall(answer)

        thread = Thread(target=carry, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with cutting(port, 2) as cut, Client(f"http://127.0.0.1:{cut}") as till:
        assert till.record(purchase("e1")).wallet["beans"].balance == "4"
    assert waited == [0.1, 0.2]
    with Client(f"http://127.0.0.1:{port}") as till:
        assert till.wallet("anna").wallet["beans"].balance == "4"
        assert len(till.ledger("anna").data) == 1
    with cutting(port, 2) as cut, Client(f"http://127.0.0.1:{cut}", tries=3) as office:
        office.new_key(shapes.NewKey(name="a till", scopes=("events:write",)))
    waited.clear()
    nowhere = Client("http://127.0.0.1:9", tries=2)
    with pytest.raises(OSError, match="refused"):
        nowhere.healthz()
    assert len(waited) == 1


def test_what_is_answered_on_the_way_is_a_problem_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            near, _ = listening.accept()
            with near:
                near.recv(1 << 16)
                near.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\noops")

        Thread(target=answer, daemon=True).start()
        till = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", tries=1)
        with pytest.raises(ProblemError, match="HTTP 502: oops"):
            till.healthz()
        till.close()
