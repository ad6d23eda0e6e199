"""`xenia work`: does what falls due without an event, day by day."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from xenia.cli.output import Format, FormatOption, print_line

if TYPE_CHECKING:
    from xenia.notifiers import Notifier
    from xenia.services.backtest_running import Backtester
    from xenia.services.courier import Courier, Messenger
    from xenia.services.working import Round


def work(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
    until: Annotated[
        str | None,
        typer.Option(help="Do only what is due by this time, not by now.", metavar="TIME"),
    ] = None,
    format: FormatOption = Format.TEXT,  # noqa: A002 - the option's name
) -> None:
    """Do what falls due without an event, until Ctrl-C or SIGTERM.

    That is birthdays, units that expire or can be used from today on, rewards and levels that a day
    brings; days that are over are summed up; and webhooks and members are told. It
    works in small steps, each of them whole: it can be stopped, killed and started again at any
    time, and several can run at once. Backtests that were asked for are run beside it, one at a
    time, by a process that lets everything else go first. The database is the one that
    XENIA_DATABASE_URL names, else one of xenia's own under XENIA_HOME.
    """
    from xenia.cli.signals import stopping
    from xenia.connectors.addresses import allowed_hosts
    from xenia.connectors.sending import Sender
    from xenia.services.backtest_running import Backtester, kept_days
    from xenia.services.courier import Courier, Messenger
    from xenia.services.event_files import instant
    from xenia.services.inputs import UnusableError
    from xenia.services.poster import now
    from xenia.services.working import Worker
    from xenia.store.opening import ready

    end = None if until is None else instant(until, "--until")
    if end is not None and end > now():
        raise UnusableError("--until: this time is still to come: name one that has passed")
    by, days = _notifiers(), kept_days(os.environ)
    with stopping() as stop, ready() as database:
        worker = Worker(database, stop, now, end)
        courier = Courier(database, stop, now, Sender(allowed_hosts()), by)
        messenger = Messenger(database, stop, now, by, os.environ.get("XENIA_PUBLIC_URL"))
        backtester = Backtester(database, stop, now, days)
        with nullcontext() if once else _beside(courier, messenger, backtester):
            for done in worker.once() if once else worker.forever():
                if once or not done.idle:
                    _print(done, format)
        if once:
            _print_sent(courier.once().sent, messenger.once(), format)
            _print_ran(backtester.once(), format)


@contextmanager
def _beside(courier: Courier, messenger: Messenger, backtester: Backtester) -> Iterator[None]:
    """Others are told, and backtests run, while the rest of the work goes on."""
    threads = [
        Thread(target=courier.forever, name="courier"),
        Thread(target=messenger.forever, name="messenger"),
        Thread(target=backtester.forever, name="backtester"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        courier.stop.set()
        for thread in threads:
            thread.join()


def _print_sent(webhooks: int, members: int, how: Format) -> None:
    if how is Format.JSON and (webhooks or members):
        print_line({"sent": {"webhooks": webhooks, "members": members}})
        return
    for number, to in ((webhooks, "webhooks"), (members, "members")):
        if number:
            print(f"{_counted(number, 'message')} to {to} sent.")


def _print_ran(backtests: int, how: Format) -> None:
    if how is Format.JSON and backtests:
        print_line({"backtests": backtests})
    elif backtests:
        print(f"{_counted(backtests, 'backtest')} run.")


def _notifiers() -> list[Notifier]:
    from xenia.notifiers import notifiers
    from xenia.services.inputs import UnusableError

    try:
        return notifiers(os.environ)
    except ValueError as error:
        raise UnusableError(str(error)) from None


def _print(done: Round, how: Format) -> None:
    if how is Format.JSON:
        print_line(asdict(done))
    else:
        print(_sentence(done))
    sys.stdout.flush()  # who follows the output through a pipe wants to see it now


def _sentence(done: Round) -> str:
    named = done.programme if done.space == "default" else f"{done.space}/{done.programme}"
    if done.idle:
        return f"{named}: nothing is due."
    parts = [
        *([_counted(done.moments, "moment")] if done.moments else []),
        f"what was due is done for {_counted(done.accounts, 'member')}",
        _counted(done.entries, "entry", "entries"),
        _counted(done.vouchers, "voucher"),
        _counted(done.totals, "total of a day", "totals of days"),
    ]
    return f"{named}: {', '.join(parts)}."


def _counted(number: int, one: str, several: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
