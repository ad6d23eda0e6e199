"""Tells the owners of a space of what needs them: a webhook that is asked no more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from psycopg import Connection

from xenia.notifiers import Letter, Notifier, UnsentError
from xenia.services.delivering import SECOND
from xenia.services.letters import letter_id
from xenia.store import webhooks
from xenia.store.webhooks import Untold

_log = logging.getLogger(__name__)

_AGAIN = 15 * 60 * SECOND  # until somebody is told whom nothing has reached
_PATIENCE = 3 * 86_400 * SECOND
_KINDS = ("email", None)  # of notifiers that can reach staff, by an address for e-mail


@dataclass(frozen=True, slots=True)
class Alarms:
    """Works on a connection that commits by itself; `clock` says the time in microseconds."""

    connection: Connection[Any]
    notifiers: Sequence[Notifier]
    clock: Callable[[], int]

    def step(self) -> int:
        """Tell of one webhook, if there is any to tell of: how many there were.

        Raises what psycopg raises.
        """
        able, now = [one for one in self.notifiers if one.kind in _KINDS], self.clock()
        if not able:
            return 0
        with self.connection.transaction():
            found = webhooks.untold(self.connection, now)
            if found is None:
                return 0
            told = [
                _told(one, _letter(found, one, owner)) for one in able for owner in found.owners
            ]
            over = all(told) or now - found.disabled_at > _PATIENCE
            again = None if over else now + _AGAIN
            webhooks.tell(self.connection, found.space_id, found.webhook_id, again)
        return 1


def _letter(found: Untold, notifier: Notifier, owner: str) -> Letter:
    host, name = urlsplit(found.url).hostname, found.webhook_id
    text = (
        f"Xenia asks the webhook {name} ({host}) of the space {found.space} no more: "
        f"{found.because}.\n\n"
        "What happens meanwhile is kept for 30 days. When it answers again, enable it by "
        f"POST /v1/webhooks/{name}/enable, and what it has missed is sent."
    )
    key = f"webhook\0{name}\0{found.disabled_at}\0{owner}"
    return Letter(
        letter_id(notifier.name, key), owner, "en", f"A webhook is disabled: {host}", text
    )


def _told(notifier: Notifier, letter: Letter) -> bool:
    """Whether it was sent, or cannot be."""
    try:
        notifier.send(letter)
    except UnsentError as error:
        _log.warning("an owner was not told of a webhook by %s: %s", notifier.name, error)
        return error.for_good
    except Exception:  # noqa: BLE001 - a notifier may be anybody's; others go on
        _log.exception("an owner could not be told of a webhook")
        return False
    return True
