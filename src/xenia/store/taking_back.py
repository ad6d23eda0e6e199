"""Statements of a batch in which something is taken back, claimed, or waits: behind all others."""

from __future__ import annotations

from xenia.store.together import Statement

_SCOPE = "space_id integer, programme_id integer"
KEEP_REMAINS = Statement(
    "keep_remains",
    """
    insert into remains (space_id, programme_id, source, event_id, member_id, remains)
    select {space_id}, {programme_id}, given.* from {given}
    on conflict (space_id, programme_id, source, event_id) do update
    set remains = excluded.remains, member_id = excluded.member_id
    """,
    words=_SCOPE,
    columns="source word, event_id text, member_id word, remains text",
)
KEEP_CLAIMS = Statement(
    "keep_claims",
    """
    insert into claimed (space_id, programme_id, source, event_id, member_id, claim_source,
                         claim_event_id)
    select {space_id}, {programme_id}, given.* from {given}
    """,
    words=_SCOPE,
    columns="source word, event_id text, member_id word, claim_source word, claim_event_id text",
)
WAIT = Statement(
    "wait",
    """
    insert into waiting (space_id, programme_id, member_id, of_source, of_event_id, seq, n,
                         source, event_id)
    select {space_id}, {programme_id}, given.* from {given}
    """,
    words=_SCOPE,
    columns="member_id word, of_source word, of_event_id text, seq bigint, n integer, "
    "source word, event_id text",
)
WAITED = Statement(
    "waited",
    """
    delete from waiting using {given}
    where space_id = {space_id} and programme_id = {programme_id}
      and waiting.member_id = given.member_id and waiting.of_source = given.of_source
      and waiting.of_event_id = given.of_event_id
    """,
    words=_SCOPE,
    columns="member_id word, of_source word, of_event_id text",
)
COUNT_WAITING = Statement(
    "count_waiting",
    """
    update account
    set waiting = (
        select count(*) from waiting
        where waiting.space_id = account.space_id and waiting.programme_id = account.programme_id
          and waiting.member_id = account.member_id
    )
    from {given}
    where space_id = {space_id} and programme_id = {programme_id}
      and account.member_id = given.member_id
    """,
    words=_SCOPE,
    columns="member_id word",
)
AWAIT = Statement(
    "await",
    """
    insert into awaited (space_id, programme_id, source, event_id, member_id, of_source,
                         of_event_id, receipt)
    select {space_id}, {programme_id}, given.* from {given}
    """,
    words=_SCOPE,
    columns="source word, event_id text, member_id word, of_source word, of_event_id text, "
    "receipt text",
)
AWAITED = Statement(
    "awaited",
    """
    delete from awaited using {given}
    where space_id = {space_id} and programme_id = {programme_id}
      and awaited.source = given.source and awaited.event_id = given.event_id
    """,
    words=_SCOPE,
    columns="source word, event_id text",
)
SURVIVED = Statement(
    "survived",
    """
    update awaited set member_id = given.member_id from {given}
    where space_id = {space_id} and programme_id = {programme_id}
      and awaited.source = given.source and awaited.event_id = given.event_id
    """,
    words=_SCOPE,
    columns="source word, event_id text, member_id word",
)
