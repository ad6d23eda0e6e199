"""Local days and hours in SQL are those of `engine.zones`, around every change of the clocks."""

from __future__ import annotations

from importlib.resources import files
from struct import calcsize, unpack_from

import numpy as np
import pytest

from xenia.backtest.columns_clock import day_sql, hour_sql
from xenia.engine.zones import SECOND, zone, zone_names

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
HOUR = 3600 * SECOND
DAY = 24 * HOUR
SINCE, UNTIL = -5 * 365 * DAY, 75 * 365 * DAY  # about 1965 and 2045
# Midnights that come twice or never, days that are missing, changes of half an hour, of none.
ODD = (
    "Europe/Athens",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "UTC",
)
_HEADER = ">4sc15x6l"


def data_of(name: str) -> bytes:
    """Some zones are others by another name."""
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def changes(name: str) -> list[int]:
    """The instants at which the data of a zone say that something changes: as RFC 8536 has them,
    and in the last years, for which there is a rule only, each hour."""
    data = data_of(name)
    utc, standard, leaps, times, types, letters = unpack_from(_HEADER, data)[2:]
    second = calcsize(_HEADER) + 5 * times + 6 * types + letters + 8 * leaps + standard + utc
    count = unpack_from(_HEADER, data, second)[5]
    found = unpack_from(f">{count}q", data, second + calcsize(_HEADER))
    since = 56 * 365 * DAY
    return [
        *(SECOND * each for each in found if SINCE < SECOND * each < UNTIL),
        *range(since, since + 400 * DAY, DAY),
    ]


def check(name: str) -> int:
    found = zone(name)
    around = (-DAY, -HOUR - 1, -HOUR, -1, 0, 1, HOUR - 1, HOUR, 2 * HOUR, DAY - 1, DAY)
    instants = sorted({each + more for each in changes(name) for more in around})
    told = pa.table({"place": range(len(instants)), "instant": pa.array(instants, pa.int64())})
    with duckdb.connect() as database:
        database.register("told", told)
        day = day_sql(name, "instant", instants[0], instants[-1])
        hour = hour_sql(name, "instant", instants[0], instants[-1])
        rows = database.sql(f"select {day} as day, {hour} as hour from told order by place")
        table = rows.to_arrow_table()
    days, hours = (np.array(table[column]).tolist() for column in ("day", "hour"))
    assert days == [found.day_of(each) for each in instants]
    assert hours == [found.hour_of(each) for each in instants]
    return len(instants)


@pytest.mark.parametrize("name", ODD[:2])
def test_days_and_hours_are_those_of_the_zone(name: str) -> None:
    assert check(name) > 1_000


@pytest.mark.prove
@pytest.mark.parametrize("part", range(16))
def test_days_and_hours_are_those_of_every_zone(part: int) -> None:
    once = {data_of(name): name for name in sorted({*zone_names(), *ODD})}
    for name in list(once.values())[part::16]:
        check(name)
