"""Stands for the run of a backtest, in a process of its own: does what the history says."""

from __future__ import annotations

import os
import signal

from xenia.backtest.job import Asked, Report, Tell, serve
from xenia.services.inputs import UnusableError


def run(asked: Asked, tell: Tell) -> Report:
    does = (asked.history / "does").read_text()
    print("what a library prints")
    tell(1, 4, f"reading {asked.history.name}")
    if does == "refuse":
        raise UnusableError("the history has no purchases: import some")
    if does == "fault":
        raise KeyError("anna")
    if does == "no memory":
        raise MemoryError
    if does == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    while does == "go on":
        signal.pause()
    if does.endswith("much"):
        return Report({}, "x" * (1_500 if does == "much" else 100_000))
    figures = {
        "programme": asked.programme,
        "against": asked.against,
        "history": asked.history.name,
        "options": asked.options,
        "wizard": asked.wizard,
        "nice": os.nice(0),
    }
    return Report(figures, f"<!doctype html><p>{asked.history.name}</p>")


serve(run)
