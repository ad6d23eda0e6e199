"""Hypothesis profiles, databases for tests, and skips as failures where XENIA_NO_SKIP is set."""

import os
import signal
import sys

import pytest
from hypothesis import settings

# Where Python is told to write no bytecode, each of the many processes that tests start would
# compile all modules again, which takes it longer than what it is started for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Nor has a service of a few seconds use for the half minute that compiling its programme takes: it
# would be ended before, and the next would begin again. Where that is tested, tests take this away.
if os.environ.get("XENIA_PROFILE") != "prove":
    os.environ["XENIA_COMPILE"] = "no"

pytest_plugins = ["tests.postgres"]  # the fixtures `database` and `empty_database`

settings.register_profile("test", derandomize=True, max_examples=30, deadline=None)
settings.register_profile("prove", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("XENIA_PROFILE", "test"))


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the tests in the background ignores Ctrl-C for them and for all that they
    # start; what they start is to be stopped by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # Plans are compiled once, not in every run; and not where the developer's own are.
    if getattr(config, "cache", None) is not None:
        os.environ["XENIA_CACHE"] = str(config.cache.mkdir("native"))


# These come first. The longest of all: at the end one process would wait for the other's. And those
# that compile the same: of two processes that begin with their halves, one gets them all.
FIRST = ("real_year", "test_million", "tests/backtest", "test_native", "test_quickening")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(name in item.nodeid for name in FIRST))


def _skips(config: pytest.Config) -> int:
    """How many tests or modules were skipped and must not be; 0 where skipping is allowed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("XENIA_NO_SKIP") != "1" or reporter is None:
        return 0
    return len(reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and _skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if skips := _skips(config):
        terminalreporter.write_line(f"XENIA_NO_SKIP: {skips} skipped, so the run fails", red=True)
