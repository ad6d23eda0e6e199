"""The statements of a batch about what was kept for its events: they take it."""

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
