"""Where webhooks may lead: nowhere but to the public internet, whatever an address looks like, and
whatever its name stands for a moment later."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from threading import Thread

import pytest

from xenia.connectors.addresses import AddressError, allowed_hosts, reachable, target_of
from xenia.connectors.sending import Sender

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_what_is_not_of_the_public_internet_is_refused(address: str) -> None:
    target = target_of("https://shop.example/hook", ())
    with pytest.raises(AddressError, match="not a machine of the public internet"):
        reachable(target, (), lambda *_: [address])
    with pytest.raises(AddressError, match="XENIA_WEBHOOK_HOSTS"):
        reachable(target, (), lambda *_: [PUBLIC, address])
    assert reachable(target, {"shop.example"}, lambda *_: [address]) == [address]


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
)
def test_what_is_public_is_reached(address: str) -> None:
    target = target_of("https://shop.example/hook", ())
    assert reachable(target, (), lambda *_: [address]) == [address]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://localhost./",
    ],
)
def test_however_it_is_written(url: str) -> None:
    with pytest.raises(AddressError):
        reachable(target_of(url, ()), ())


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://shop.example/", "begin the address with https://"),
        ("ftp://shop.example/", "this is not an address"),
        ("https:///hook", "this is not an address"),
        ("shop.example", "this is not an address"),
        ("https://shop.example:99999/", "this is not an address"),
        ("https://[::1/", "this is not an address"),
        ("https://anna:secret@shop.example/", "leave user and password out"),
        ("https://shop.example/#here", "behind the #"),
        ("https://shop.example/a b", "in ASCII"),
        ("https://shop.example/a\r\nX-Evil: 1", "in ASCII"),
        ("https://καφέ.example/", "in ASCII"),
        ("https://shop.example/" + "a" * 2000, "more than 2,000 characters"),
    ],
)
def test_what_is_no_fit_address_says_why(url: str, sentence: str) -> None:
    with pytest.raises(AddressError, match=sentence):
        target_of(url, ())


def test_a_name_of_nobody_is_told() -> None:
    target = target_of("https://shop.example/", ())

    def nobody(*_: object) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(AddressError, match=r"no machine of the name shop\.example is known"):
        reachable(target, (), nobody)


def test_machines_are_allowed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_WEBHOOK_HOSTS", "till.internal, 10.0.0.7:8443 [::1]:80")
    allowed = allowed_hosts()
    assert target_of("http://till.internal/hook?a=1", allowed).path == "/hook?a=1"
    assert reachable(target_of("https://10.0.0.7:8443/", allowed), allowed) == ["10.0.0.7"]
    assert reachable(target_of("http://[::1]/", allowed), allowed) == ["::1"]
    with pytest.raises(AddressError):
        reachable(target_of("https://10.0.0.7/", allowed), allowed)


def test_a_name_is_asked_once_and_what_was_looked_at_is_connected_to() -> None:
    """Who answers with a public address, and with one of ours a moment later, gets nowhere."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        answers = iter([["127.0.0.2"], ["127.0.0.1"]])
        asked = list[str]()

        def rebinds(host: str, _: int) -> Sequence[str]:
            asked.append(host)
            return next(answers)

        sender = Sender({"shop.example"}, seconds=0.5, resolve=rebinds)
        reply = sender.post(f"http://shop.example:{port}/", {}, b"")
        assert asked == ["shop.example"]
        assert reply.error is not None
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_the_address_is_looked_at_again_each_time_that_something_is_sent() -> None:
    """It was public when the webhook was made."""
    sender = Sender(resolve=lambda *_: ["127.0.0.1"])
    reply = sender.post("https://shop.example/", {}, b"")
    assert "not a machine of the public internet" in str(reply.error)


def test_what_does_not_speak_tls_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 What?\r\n\r\n")

        thread = Thread(target=speak)
        thread.start()
        reply = Sender({"127.0.0.1"}).post(f"https://127.0.0.1:{port}/", {}, b"")
        thread.join()
    assert str(reply.error).startswith("TLS: ")


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("9999999", 86_400), ("soon", None)])
def test_how_long_to_wait_is_heard(said: str, seconds: int | None) -> None:
    head = f"HTTP/1.1 429 Slow\r\nRetry-After: {said}\r\nContent-Length: 600\r\n\r\n".encode()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(head + b"x" * 600)

        thread = Thread(target=speak)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        reply = Sender({"127.0.0.1"}).post(url, {}, b"")
        thread.join()
    assert (reply.status, reply.retry_after, len(reply.text)) == (429, seconds, 500)
