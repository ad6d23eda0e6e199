"""The codes of what is not done with accounts of staff and their sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

STAFF: Final[Mapping[str, Sentences]] = {
    "address-taken": Sentences(
        "There is an account with this address",
        "Each address has one account in a space.",
        "`GET /v1/staff` lists it: invite it again, or enable it.",
    ),
    "bad-invitation": Sentences(
        "The invitation does not hold",
        "An invitation is used once, within seven days, and a newer one takes its place.",
        "Ask whoever invited you for another one.",
    ),
    "bad-sign-in": Sentences(
        "Nobody can sign in with this",
        "The space, the address or the password is wrong, the invitation was never accepted, or "
        "the account is disabled; which of them is not said.",
        "Try again; whoever has forgotten the password asks for another invitation.",
    ),
    "last-owner": Sentences(
        "This is the last owner",
        "There is always an owner who can sign in; otherwise nobody could say who else may.",
        "Make somebody else an owner first; it counts once they have accepted the invitation.",
    ),
    "no-newcomer": Sentences(
        "Nobody is named",
        "The first account of a space is made by a link that names nobody: whoever takes it up "
        "says who they are.",
        "Send `email` and `name` with the password.",
    ),
    "no-such-staff": Sentences(
        "There is no such account",
        "No account of staff of this id is in this space.",
        "`GET /v1/staff` lists them.",
    ),
    "session-over": Sentences(
        "The session has ended",
        "A session ends after twelve hours, by signing out, and when the account is disabled.",
        "Sign in again: `POST /v1/sign-in`.",
    ),
    "too-many-tries": Sentences(
        "This was tried too often",
        "After five failures of one person from one network each further one takes twice as long "
        "to wait, up to 15 minutes. All failures from one network are counted, too, and those of a "
        "person from networks where they were never signed in; so are codes that members are sent. "
        "Whoever was signed in from there before does not wait for what others do elsewhere.",
        "Wait for the seconds in `Retry-After`: the turn is kept for ten minutes. Whoever sends "
        "the token of a session that they had as `before` waits for nobody.",
    ),
    "unknown-role": Sentences(
        "The role is not known",
        "What somebody may do is said by one of the roles that there are.",
        "`GET /v1/roles` lists them.",
    ),
    "weak-password": Sentences(
        "The password is too weak",
        "It is too short, too long, or the address itself.",
        "Take a few words that do not belong together; `detail` says how long.",
    ),
}
