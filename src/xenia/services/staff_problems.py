"""What is said where somebody of the staff cannot sign in, or an account be changed."""

from __future__ import annotations

from xenia.services.passwords import LEAST, MOST
from xenia.services.problems import Problem, Reason

SESSION_OVER = Problem(
    status=401,
    code="session-over",
    detail="this session has ended, or never was one: sign in again (`POST /v1/sign-in`)",
)
BAD_SIGN_IN = Problem(
    status=401,
    code="bad-sign-in",
    detail="the address or the password is wrong, or the account may not sign in: try again, or "
    "ask whoever invited you for another invitation",
)
BAD_INVITATION = Problem(
    status=404,
    code="bad-invitation",
    detail="this invitation was used, or has ended: ask whoever invited you for another one",
)
LAST_OWNER = Problem(
    status=409,
    code="last-owner",
    detail="this is the last owner who can sign in: make somebody else an owner first, who has "
    "accepted the invitation",
)


def too_many_tries(seconds: int) -> Problem:
    """Somebody has tried to come in too often, or many in their name."""
    sentence = f"this was tried too often: try again in {seconds} seconds"
    return Problem(status=429, code="too-many-tries", detail=sentence, retry_after=seconds)


def weak_password() -> Problem:
    """A password that is too easily guessed, or no use."""
    sentence = (
        f"a password has {LEAST} to {MOST} characters, and is not the address: take a few words"
    )
    reason = Reason("/password", "weak-password", sentence)
    return Problem(status=422, code="weak-password", detail=sentence, errors=(reason,))


def no_newcomer() -> Problem:
    """The invitation of the first owner names nobody, and neither does who takes it up."""
    sentence = "this invitation is the first owner's: say by which address they sign in, and a name"
    reasons = tuple(Reason(place, "no-newcomer", sentence) for place in ("/email", "/name"))
    return Problem(status=422, code="no-newcomer", detail=sentence, errors=reasons)


def unknown_staff(name: str) -> Problem:
    """No account of that id."""
    sentence = f'there is no account "{name[:100]}": `GET /v1/staff` lists them'
    return Problem(status=404, code="no-such-staff", detail=sentence)


def address_taken() -> Problem:
    """Another account has that address."""
    sentence = "there is an account with this address: invite it again, or enable it"
    reason = Reason("/email", "address-taken", sentence)
    return Problem(status=409, code="address-taken", detail=sentence, errors=(reason,))
