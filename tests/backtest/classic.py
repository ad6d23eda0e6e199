"""Runs backtests on Spark itself, in a process of its own, and prints what came of each.

    python -m tests.backtest.classic POLICY PROGRAMME HISTORY [PROGRAMME HISTORY...]

The master is whatever PYSPARK_SUBMIT_ARGS says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from xenia.backtest.history import History
from xenia.backtest.policies import policy
from xenia.backtest.result import Result
from xenia.backtest.run import run
from xenia.backtest.spark import Spark
from xenia.backtest.stored import HistorySource
from xenia.services.programmes import sound_programme

ROOT = Path(__file__).parents[2]
SPARK = ROOT / ".venv" / "spark"  # where `make prove` installs it: Connect's client has its name
JAVA = "no Java: Spark needs 17 or newer, e.g. `apt-get install openjdk-17-jre-headless`"
SUBMIT = (
    "--master local[2] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=4 "
    "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 pyspark-shell"
)


def plain(found: Result) -> Any:
    """All numbers that were found, members in the order of their names."""
    order = np.argsort(found.members.names, kind="stable")
    told = asdict(replace(found, timings=()))
    told["members"] = {
        name: {key: each[order] for key, each in value.items()}
        if isinstance(value, dict)
        else np.array(value)[order]
        for name, value in told["members"].items()
    }
    return msgspec.json.decode(msgspec.json.encode(told, enc_hook=lambda each: each.tolist()))


def on_spark_itself(those: Sequence[tuple[Path, History]], redeem: str) -> list[Any]:
    """What is `plain` of a backtest of each programme over a history, one after the other, on two
    processors of this machine; skips the test without Java or Spark."""
    if shutil.which("java") is None:
        pytest.skip(JAVA)
    if not SPARK.is_dir():
        pytest.skip("no Spark: `make prove` installs it")
    environment = {
        # A client of a server in this process says there that all is to go to one.
        **{name: value for name, value in os.environ.items() if not name.startswith("SPARK_")},
        "PYTHONPATH": os.pathsep.join(map(str, (SPARK, ROOT / "src", ROOT))),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": SUBMIT,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    words = [str(word) for path, history in those for word in (path, history.folder)]
    command = [sys.executable, "-m", "tests.backtest.classic", redeem, *words]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: list[Any] = msgspec.json.decode(done.stdout)
    return found


def main(redeem: str, *words: str) -> None:
    """Print what programmes over histories come to."""
    found = []
    for programme, folder in zip(words[::2], words[1::2], strict=True):
        history = History.open(Path(folder))
        cluster, how = Spark(history), policy(redeem)
        found.append(
            plain(
                run(sound_programme(Path(programme)), HistorySource(history), how, cluster=cluster)
            )
        )
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
