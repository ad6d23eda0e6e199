"""By which ways people are reached, how that goes, and test messages of staff to itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from psycopg import Connection
from psycopg.rows import args_row

State = Literal["waiting", "sent", "failed"]

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_NOW = _AT.format("%(now)s")

_SEEN = f"""
    insert into notifier (space_id, name, kind, seen_at)
    select space.space_id, new.name, new.kind, {_NOW}
    from space
    cross join unnest(%(names)s::text[], %(kinds)s::text[]) as new (name, kind)
    on conflict (space_id, name) do update set kind = excluded.kind, seen_at = excluded.seen_at
"""
_SENT = f"""
    update notifier set sent_at = {_NOW}, failing_since = null, failures = 0
    where space_id = %(space)s and name = %(name)s
"""
_FAILED = f"""
    update notifier
    set failing_since = coalesce(failing_since, {_NOW}), failures = failures + 1,
        failed_at = {_NOW}, reason = %(reason)s
    where space_id = %(space)s and name = %(name)s
"""
_TEST = ", ".join(
    [
        *("test.test_id", "test.notifier", "test.state", "test.reason"),
        *(_MICROSECONDS.format(f"test.{name}") for name in ("made_at", "ended_at")),
    ]
)
_LIST = f"""
    select name, kind, {
    ", ".join(
        _MICROSECONDS.format(f"notifier.{name}")
        for name in ("seen_at", "sent_at", "failing_since", "failed_at")
    )
}, failures, notifier.reason, {_TEST}
    from notifier
    left join lateral (
        select * from notifier_test
        where notifier_test.space_id = notifier.space_id
          and notifier_test.notifier = notifier.name and staff_id = %(staff)s
        order by notifier_test.made_at desc
        limit 1
    ) as test on true
    where notifier.space_id = %(space)s and (%(name)s::text is null or name = %(name)s)
    order by name
"""
_ADD = f"""
    insert into notifier_test (space_id, test_id, notifier, staff_id, locale, made_at)
    values (%(space)s, %(test)s, %(name)s, %(staff)s, %(locale)s, {_NOW})
"""
_FORGET = f"""
    delete from notifier_test
    where space_id = %(space)s and made_at < {_AT.format("%(old)s")}
"""
_NEXT = """
    select notifier_test.space_id, space.name, test_id, notifier, staff_id, locale, email
    from notifier_test
    join space using (space_id)
    left join staff using (space_id, staff_id)
    where state = 'waiting' and notifier = any(%(names)s)
    order by notifier_test.made_at
    limit 1
    for update of notifier_test skip locked
"""
_ENDED = f"""
    update notifier_test set state = %(state)s, reason = %(reason)s, ended_at = {_NOW}
    where space_id = %(space)s and test_id = %(test)s
"""


class TrialRow(NamedTuple):
    """A test message of somebody to themselves; instants in microseconds since 1970-01-01 UTC."""

    test: str
    notifier: str
    state: State
    reason: str | None
    made_at: int
    ended_at: int | None


class NotifierRow(NamedTuple):
    """A notifier as it was seen last; `test` is the last one of whoever asks."""

    name: str
    kind: str | None
    seen_at: int
    sent_at: int | None
    failing_since: int | None
    failed_at: int | None
    failures: int
    reason: str | None
    test: TrialRow | None


class Waiting(NamedTuple):
    """A test message that is to be sent; `email` None: the account was erased."""

    space_id: int
    space: str
    test: str
    notifier: str
    staff: str
    locale: str
    email: str | None


def seen(connection: Connection[Any], known: Sequence[tuple[str, str | None]], now: int) -> None:
    """Note, for all spaces, that somebody works with these notifiers (name and kind) now."""
    names, kinds = [name for name, _ in known], [kind for _, kind in known]
    connection.execute(_SEEN.encode(), {"names": names, "kinds": kinds, "now": now})


def sent(connection: Connection[Any], space: int, name: str, now: int) -> None:
    """A notifier has taken a message: whatever was wrong is over."""
    connection.execute(_SENT.encode(), {"space": space, "name": name, "now": now})


def failed(connection: Connection[Any], space: int, name: str, reason: str, now: int) -> None:
    """A notifier has not taken a message."""
    asked = {"space": space, "name": name, "reason": reason, "now": now}
    connection.execute(_FAILED.encode(), asked)


def listed(
    connection: Connection[Any], space: int, staff: str | None, name: str | None = None
) -> list[NotifierRow]:
    """All notifiers of a space, or the one of a name, each with the last test of somebody."""
    asked = {"space": space, "staff": staff, "name": name}
    rows = connection.execute(_LIST.encode(), asked)
    return [
        NotifierRow._make([*row[:8], None if row[8] is None else TrialRow(*row[8:])])
        for row in rows
    ]


def add_test(
    connection: Connection[Any],
    space: int,
    test: str,
    name: str,
    staff: str,
    *,
    locale: str,
    now: int,
    old: int,
) -> None:
    """Have a test message sent; those that were made before `old` are forgotten."""
    asked = {"space": space, "test": test, "name": name, "staff": staff, "locale": locale}
    connection.execute(_FORGET.encode(), {"space": space, "old": old})
    connection.execute(_ADD.encode(), {**asked, "now": now})


def next_test(connection: Connection[Any], names: Sequence[str]) -> Waiting | None:
    """A test message that waits for one of these notifiers, held until the transaction ends."""
    with connection.cursor(row_factory=args_row(Waiting)) as cursor:
        return cursor.execute(_NEXT, {"names": list(names)}).fetchone()


def test_ended(
    connection: Connection[Any], of: Waiting, state: State, reason: str | None, now: int
) -> None:
    """Keep how a test message has ended."""
    asked = {"space": of.space_id, "test": of.test, "state": state, "reason": reason, "now": now}
    connection.execute(_ENDED.encode(), asked)
