"""The statements of a batch about what its events take: what was kept for them, and how much."""

from __future__ import annotations

from xenia.store.together import Statement

_SCOPE = "space_id integer, programme_id integer"

TAKE_QUOTES = Statement(
    "take_quotes",
    """
    update quote set source = given.source, event_id = given.event_id
    from {given}
    where space_id = {space_id} and programme_id = {programme_id}
      and quote.quote_id = given.quote_id
    """,
    words=_SCOPE,
    columns="quote_id text, source word, event_id text",
)
COUNT_SPENDING = Statement(
    "count_spending",
    """
    insert into spending (space_id, programme_id, recorded_at, member_id, seq, units, location,
                          terminal)
    select {space_id}, {programme_id}, {now}, given.* from {given}
    """,
    words=f"{_SCOPE}, now instant",
    columns="member_id word, seq bigint, units text, location text, terminal text",
)
# Of who has been erased nothing is kept: an erasure that goes on is waited for.
KEEP_REFUSED = Statement(
    "keep_refused",
    """
    insert into refused_spend (space_id, programme_id, recorded_at, member_id, source, event_id,
                               type, asked_by, reason, claims, location, terminal, cashier)
    select {space_id}, {programme_id}, {now}, given.*
    from {given} cross join lateral (
        select from member
        where space_id = {space_id} and member.member_id = given.member_id and erased_at is null
        for key share
    ) as found
    """,
    words=f"{_SCOPE}, now instant",
    columns="member_id word, source word, event_id text, type word, asked_by word, "
    "reason word, claims text, location text, terminal text, cashier text",
)
