"""Reservations as they are stored, and what they keep: an instant decides whether they are over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from xenia.store.posting import Scope

_AT = "'epoch'::timestamptz + {} * interval '1 microsecond'"
_MICROSECONDS = "(extract(epoch from {}) * 1000000)::bigint"
_COLUMNS = f"""
    reservation_id, programme_id, member_id, state, {_MICROSECONDS.format("made_at")},
    {_MICROSECONDS.format("until")}, units, vouchers, budgets, source, event_id, location,
    terminal, sent
"""
_LIVE = f"""
    select {_COLUMNS} from reservation
    where space_id = %(space)s and programme_id = %(programme)s and member_id = any(%(members)s)
      and state = 'reserved' and until > {_AT.format("%(now)s")}
    order by reservation_id
"""
_OF_BUDGETS = f"""
    select found.*
    from unnest(%(names)s::text[], %(periods)s::integer[]) as asked (name, period)
    cross join lateral (
        select one.name, one.period, sum(one.units)::bigint
        from reserved_budget one
        where one.space_id = %(space)s and one.programme_id = %(programme)s
          and one.name = asked.name and one.period = asked.period
          and one.until > {_AT.format("%(now)s")}
          and one.reservation_id is distinct from %(own)s
        group by one.name, one.period
    ) as found
"""
_ONE = f"select {_COLUMNS} from reservation where space_id = %s and reservation_id = %s"
_ADD = f"""
    insert into reservation (space_id, reservation_id, programme_id, member_id, state, made_at,
                             until, units, vouchers, budgets, location, terminal, sent)
    values (%(space)s, %(reservation)s, %(programme)s, %(member)s, 'reserved',
            {_AT.format("%(made_at)s")}, {_AT.format("%(until)s")}, %(units)s, %(vouchers)s,
            %(budgets)s, %(location)s, %(terminal)s, %(sent)s)
"""
_ADD_BUDGETS = f"""
    insert into reserved_budget
    select %(space)s, %(programme)s, name, period, %(reservation)s, units,
           {_AT.format("%(until)s")}
    from unnest(%(names)s::text[], %(periods)s::integer[], %(units)s::bigint[])
        as new (name, period, units)
"""
_COUNT = """
    update account set reserving = reserving + %(more)s
    where space_id = %(space)s and programme_id = %(programme)s and member_id = %(member)s
"""
_COUNT_BUDGETS = """
    update budget set reserving = reserving + %(more)s
    from (
        select budget.ctid as place
        from unnest(%(names)s::text[], %(periods)s::integer[]) as asked (name, period)
        join budget using (name, period)
        where space_id = %(space)s and programme_id = %(programme)s
        order by name, period
        for update of budget
    ) as found
    where budget.ctid = found.place
"""
_OVER = f"""
    update reservation
    set state = %(state)s, over_at = {_AT.format("%(now)s")}, source = %(source)s,
        event_id = %(event)s, sent = null
    where space_id = %(space)s and reservation_id = %(reservation)s
"""
_OVER_BUDGETS = """
    delete from reserved_budget
    where space_id = %(space)s and programme_id = %(programme)s
      and reservation_id = %(reservation)s and name = any(%(names)s)
"""
_EXPIRED = f"""
    select {_COLUMNS} from reservation
    where space_id = %(space)s and state = 'reserved' and until <= {_AT.format("%(now)s")}
    order by reservation_id limit %(most)s
    for update skip locked
"""
_OTHERWISE = """
    select account.member_id, account.reserving, count(reservation.member_id)::integer
    from account
    left join reservation on reservation.space_id = account.space_id
          and reservation.programme_id = account.programme_id
          and reservation.member_id = account.member_id and reservation.state = 'reserved'
    where account.space_id = %s and account.programme_id = %s
      and (account.reserving <> 0 or reservation.member_id is not null)
    group by account.member_id, account.reserving
    having account.reserving <> count(reservation.member_id)
    order by 1 limit %s
"""
_BUDGETS_OTHERWISE = """
    select name, period, coalesce(budget.reserving, 0), coalesce(there.many, 0)
    from budget
    full join (
        select name, period, count(*)::integer as many, space_id, programme_id
        from reserved_budget
        group by name, period, space_id, programme_id
    ) as there using (space_id, programme_id, name, period)
    where space_id = %s and programme_id = %s
      and coalesce(budget.reserving, 0) <> coalesce(there.many, 0)
    order by 1, 2 limit %s
"""
_decode = msgspec.json.Decoder(dict[str, int]).decode
_decode_budgets = msgspec.json.Decoder(list[tuple[str, int, int]]).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Reservation:
    """Instants in microseconds; `units` by currency; `budgets`: name, period, how much.

    `state` is that of the row: one that is `reserved` is over all the same from `until` on.
    """

    id: str
    programme: int
    member: str
    state: str
    made_at: int
    until: int
    units: dict[str, int]
    vouchers: Sequence[str]
    budgets: Sequence[tuple[str, int, int]]
    source: str | None = None
    event: str | None = None
    location: str | None = None  # where it is to be spent
    terminal: str | None = None
    sent: str | None = None  # the event, as JSON; None: it is over, or somebody has been erased

    def holds(self, now: int) -> bool:
        """Whether it still keeps what it says."""
        return self.state == "reserved" and now < self.until


def _reservation(row: tuple[Any, ...]) -> Reservation:
    name, programme, member, state, made_at, until, *rest = row
    units, vouchers, budgets, source, event, location, terminal, sent = rest
    return Reservation(
        id=name,
        programme=programme,
        member=member,
        state=state,
        made_at=made_at,
        until=until,
        units=_decode(units),
        vouchers=vouchers,
        budgets=_decode_budgets(budgets),
        source=source,
        event=event,
        location=location,
        terminal=terminal,
        sent=sent,
    )


def live(
    connection: Connection[Any], scope: Scope, members: Collection[str], now: int
) -> list[Reservation]:
    """What is reserved of members at an instant, whose accounts are locked."""
    asked = {"space": scope.space_id, "programme": scope.programme_id, "now": now}
    rows = connection.execute(_LIVE.encode(), {**asked, "members": sorted(members)})
    return [_reservation(row) for row in rows]


def of_budgets(
    connection: Connection[Any],
    scope: Scope,
    names: Collection[tuple[str, int]],
    now: int,
    own: str | None,
) -> dict[tuple[str, int], int]:
    """What is reserved of budgets, by name and period, at an instant; but by `own`."""
    asked = {
        "space": scope.space_id,
        "programme": scope.programme_id,
        "names": [name for name, _ in names],
        "periods": [period for _, period in names],
        "now": now,
        "own": own,
    }
    rows = connection.execute(_OF_BUDGETS.encode(), asked)
    return {(name, period): units for name, period, units in rows}


def one(
    connection: Connection[Any], space: int, name: str, *, lock: bool = False
) -> Reservation | None:
    """A reservation of a space by its id; with a `lock`, nobody else can end it."""
    query = _ONE + (" for update" if lock else "")
    row = connection.execute(query.encode(), (space, name)).fetchone()
    return None if row is None else _reservation(row)


def add(connection: Connection[Any], space: int, made: Reservation) -> None:
    """Reserve; the account, the vouchers and the budgets are locked."""
    known = {"space": space, "programme": made.programme, "reservation": made.id}
    values = {
        **known,
        "member": made.member,
        "made_at": made.made_at,
        "until": made.until,
        "units": _encode(made.units).decode(),
        "vouchers": list(made.vouchers),
        "budgets": _encode(made.budgets).decode(),
        "location": made.location,
        "terminal": made.terminal,
        "sent": made.sent,
    }
    connection.execute(_ADD.encode(), values)
    connection.execute(_COUNT, {**known, "member": made.member, "more": 1})
    if made.budgets:
        named = _named(made)
        units = {"units": [units for _, _, units in made.budgets], "until": made.until}
        connection.execute(_ADD_BUDGETS.encode(), {**known, **named, **units})
        connection.execute(_COUNT_BUDGETS, {**known, **named, "more": 1})


def end(
    connection: Connection[Any],
    space: int,
    it: Reservation,
    over: tuple[str, int],
    by: tuple[str, str] | None = None,
) -> None:
    """A reservation that is locked keeps nothing any more; `over`: what it is now, and since when;
    `by`: source and id of an event."""
    state, now = over
    known = {"space": space, "programme": it.programme, "reservation": it.id}
    source, event = by or (None, None)
    values = {**known, "state": state, "now": now, "source": source, "event": event}
    connection.execute(_OVER.encode(), values)
    connection.execute(_COUNT, {**known, "member": it.member, "more": -1})
    if it.budgets:
        named = _named(it)
        connection.execute(_COUNT_BUDGETS, {**known, **named, "more": -1})
        connection.execute(_OVER_BUDGETS, {**known, **named})


def expired(connection: Connection[Any], space: int, now: int, most: int) -> list[Reservation]:
    """Some that are over by an instant, and have not been cleared away; locked."""
    rows = connection.execute(_EXPIRED.encode(), {"space": space, "now": now, "most": most})
    return [_reservation(row) for row in rows]


def otherwise(connection: Connection[Any], scope: Scope, most: int) -> list[tuple[str, int, int]]:
    """Members of whom it is counted otherwise how many reservations they have: stored, counted."""
    return connection.execute(_OTHERWISE, (*scope, most)).fetchall()


def budgets_otherwise(
    connection: Connection[Any], scope: Scope, most: int
) -> list[tuple[str, int, int, int]]:
    """The same of budgets: name, period, stored, counted."""
    return connection.execute(_BUDGETS_OTHERWISE, (*scope, most)).fetchall()


def _named(it: Reservation) -> dict[str, list[Any]]:
    return {
        "names": [name for name, _, _ in it.budgets],
        "periods": [period for _, period, _ in it.budgets],
    }
