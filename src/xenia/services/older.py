"""What another build of Xenia has stored of accounts, with what it did not keep yet of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from psycopg import Connection

from xenia.services.folding import Unfoldable, new_folding
from xenia.services.published import Published
from xenia.store import ledger
from xenia.store.accounts import AccountRow
from xenia.store.posting import Scope, StoredAccount

_log = logging.getLogger(__name__)


def state_of(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    member: str,
    stored: StoredAccount | AccountRow,
) -> Sequence[int]:
    """The state of a stored account, laid out and filled as this build does it.

    What the other build did not keep comes of all that has happened to the member, which is done
    again; all else stays as it is stored.  Raises LookupError where nobody has kept how the state
    is laid out.
    """
    state = published.state(stored.version, stored.layout, stored.state)
    layout = published.timeline.of(stored.version).plan.layout
    if stored.layout == layout.key():
        return state
    lacking = layout.lacking(published.layouts[stored.layout])
    if not lacking:
        return state
    folding = new_folding(published, member)
    try:
        with closing(ledger.steps(connection, scope, [member])) as steps:
            for step in steps:
                folding.take(step)
    except Unfoldable as unfoldable:
        # As it would be without: nobody is kept from buying, and `verify` tells of it.
        _log.warning("an account stays as it was stored", extra={"because": str(unfoldable)})
        return state
    if folding.account.version != stored.version:
        return state
    return layout.with_slots(state, folding.account.state, lacking)
