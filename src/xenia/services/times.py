"""Instants as the service itself tells them, where no programme's zone is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_text(instant: int) -> str:
    """An instant (microseconds since 1970-01-01 UTC) as RFC 3339, to the second."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
