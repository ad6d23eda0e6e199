"""What is said where something about a member is not done."""

from __future__ import annotations

from collections.abc import Mapping

from xenia.services.problems import Problem, Reason

PUBLISHED_MEANWHILE = Problem(
    status=503,
    code="published-meanwhile",
    detail="a programme was published at this moment, and nothing was changed: send the same again",
    retry_after=1,
)


def ambiguous_member(found: Mapping[str, str]) -> Problem:
    """What was given leads to several members: by pointer, to whom."""
    reasons = tuple(
        Reason(pointer, "ambiguous-member", f'this leads to the member "{member}"')
        for pointer, member in found.items()
    )
    sentence = (
        "what you gave leads to several members: name the one you mean by their id, or merge them "
        "if they are one"
    )
    return Problem(status=409, code="ambiguous-member", detail=sentence, errors=reasons)


def identifier_taken(pointer: str, other: str) -> Problem:
    """An identifier leads to another member already."""
    sentence = (
        f'this leads to the member "{other[:100]}" already: leave it out, or merge the two if they '
        "are one"
    )
    reason = Reason(pointer, "identifier-taken", sentence)
    return Problem(status=409, code="identifier-taken", detail=sentence, errors=(reason,))


def already_a_member(member: str) -> Problem:
    """Who is to be enrolled has joined before."""
    sentence = f'"{member[:100]}" has joined already: change their profile instead'
    reason = Reason("", "already-a-member", sentence)
    return Problem(status=409, code="already-a-member", detail=sentence, errors=(reason,))


def not_joined(member: str) -> Problem:
    """Who has not joined has nothing that could be changed."""
    sentence = f'"{member[:100]}" is no member of this programme: enrol them first'
    return Problem(status=409, code="not-a-member", detail=sentence)


def erased_member(member: str) -> Problem:
    """Of who was erased, nothing personal is kept any more."""
    sentence = f'"{member[:100]}" has been erased: enrol them again as a new member'
    return Problem(status=409, code="erased-member", detail=sentence)


def refused_claim(code: str, pointer: str, text: str) -> Problem:
    """What an event asked for beside its fact was refused, so it was not recorded."""
    reason = Reason(pointer, code, text)
    return Problem(status=409, code=code, detail=text, errors=(reason,))
