"""All rows in which something is held about a member, whatever their table: for who asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

_OF = {"space": "space_id = %(space)s", "member": "member_id = %(member)s"}
# By the name under which they are shown, the rows of one table; what is only the fold of others
# (the state of an account) is left out of them.
_ROWS: Mapping[str, str] = {
    "member": "select * from member where {of}",
    "identifiers": "select * from identifier where {of} order by kind, value",
    "cashiers": "select * from cashier where {of} order by cashier",
    "former_identifiers": "select * from former_identifier where {of} order by kind, value",
    "events": """
        select event.source, event.event_id, event.type, event.occurred_at, event.recorded_at,
               event.facts::json as facts, personal.said
        from event
        left join personal using (space_id, source, event_id)
        where space_id = %(space)s and (
            event.member_id = %(member)s
            or (source, event_id) in (
                select source, event_id from claimed where {of}
            )
            or (event.facts::json ->> 'by' = %(member)s and event.member_id in (
                select household_id from household_person where {of}
            ))
        )
        order by event.occurred_at, event.recorded_at, source, event_id
    """,
    "answers": """
        select source, event_id, programme.name as programme, version, recorded_at,
               answer::json as answer
        from record join programme using (space_id, programme_id)
        where {of}
        order by programme_id, seq
    """,
    "time_passed": """
        select programme.name as programme, seq, version, until, recorded_at,
               coalesce(effects, notices)::json as effects
        from sweep join programme using (space_id, programme_id)
        where {of} order by programme_id, seq
    """,
    "accounts": """
        select programme.name as programme, seq, version, next_due, waiting,
               attributes::json as attributes
        from account join programme using (space_id, programme_id)
        where {of} order by programme_id
    """,
    "ledger": """
        select programme.name as programme, seq, n, currency, debit, credit, units, earned, ends,
               accrual, funder, rule, effect, occurred_at, recorded_at, accounting_on
        from entry join programme using (space_id, programme_id)
        where {of} order by programme_id, seq, n
    """,
    "vouchers": """
        select programme.name as programme, code, reward, state, expires, money_left, uses_left
        from voucher join programme using (space_id, programme_id)
        where {of} order by programme_id, seq, n
    """,
    "left_of_returned": """
        select programme.name as programme, source, event_id, remains::json as remains
        from remains join programme using (space_id, programme_id)
        where {of} order by source, event_id
    """,
    "waiting_returns": """
        select programme.name as programme, of_source, of_event_id, source, event_id
        from waiting join programme using (space_id, programme_id)
        where {of} order by seq
    """,
    "claimed_purchases": """
        select programme.name as programme, source, event_id, claim_source, claim_event_id
        from claimed join programme using (space_id, programme_id)
        where {of} order by source, event_id
    """,
    "waiting_claims": """
        select programme.name as programme, source, event_id, of_source, of_event_id, receipt
        from awaited join programme using (space_id, programme_id)
        where {of} order by position
    """,
    "quotes": """
        select programme.name as programme, quote.*
        from quote join programme using (space_id, programme_id)
        where {of} order by quote_id
    """,
    "reservations": """
        select programme.name as programme, reservation.*
        from reservation join programme using (space_id, programme_id)
        where {of} order by reservation_id
    """,
    "spending": """
        select programme.name as programme, seq, recorded_at, units::json as units, location,
               terminal
        from spending join programme using (space_id, programme_id)
        where {of} order by programme_id, seq
    """,
    "refused_spends": """
        select programme.name as programme, recorded_at, source, event_id, type, asked_by, reason,
               claims::json as claims, location, terminal, cashier
        from refused_spend join programme using (space_id, programme_id)
        where {of} order by position
    """,
    "one_time_codes": """
        select programme.name as programme, code_id, units::json as units, made_at, until, state,
               tries, source, event_id
        from one_time_code join programme using (space_id, programme_id)
        where {of} order by made_at, code_id
    """,
    "sign_in_codes": """
        select code_id, made_at, until, state, tries from member_code where {of} order by made_at
    """,
    "sessions": """
        select begun_at, expires_at, ended_at from member_session where {of} order by begun_at
    """,
    "webhook_deliveries": "select * from delivery where {of} order by position",
    # What a shop sent that could not be used, as far as it names them by their address or number as
    # a whole text: what merely looks like a card's number may be of somebody else.
    "shop_deliveries": """
        select connection.kind, connection.name, topic, body, fetched, waits_for, pointer, code,
               reason, times, received_at
        from connection_delivery join connection using (space_id, connection_id)
        where connection_delivery.space_id = %(space)s and exists (
            select 1 from identifier
            where {of} and identifier.kind in ('email', 'phone')
              and position(to_json(lower(value))::text in lower(body || fetched::text)) > 0
        )
        order by delivery_id
    """,
    "messages": "select * from message where {of} order by position",
    "corrections": """
        select programme.name as programme, correction_id, said::json as said, reason, asked_by,
               asked_at, state, decided_by, decided_at
        from correction join programme using (space_id, programme_id)
        where {of} order by correction_id
    """,
    "notes": "select * from member_note where {of} order by note_id",
    "changes": """
        select actor, action, before, after, personal, recorded_at
        from change
        where space_id = %(space)s
          and object in ('member/' || %(member)s, 'household/' || %(member)s)
        order by position
    """,
    "household": """
        select * from household where space_id = %(space)s and household_id = %(member)s
    """,
    "households": "select * from household_person where {of} order by household_id",
    "persons_of_household": """
        select * from household_person
        where space_id = %(space)s and household_id = %(member)s
        order by member_id
    """,
    "merges": """
        select * from merge
        where space_id = %(space)s and %(member)s in (from_member, into_member)
        order by merge_id
    """,
    "erasures": "select * from erasure where {of} order by erasure_id",
}


def rows(connection: Connection[TupleRow], space: int, member: str) -> dict[str, list[Any]]:
    """What is held about a member, by kind: each row an object of its columns, times as texts."""
    found = {}
    for name, text in _ROWS.items():
        query = text.format(of=f"{_OF['space']} and {_OF['member']}")
        whole = f"select to_jsonb(held) - 'space_id' from ({query}) as held"
        asked = {"space": space, "member": member}
        found[name] = [row for (row,) in connection.execute(whole.encode(), asked)]
    return found
