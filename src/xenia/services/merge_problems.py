"""What is said where members are not merged, or nothing is done with who is."""

from __future__ import annotations

from xenia.services.problems import Problem


def same_member(member: str) -> Problem:
    """Nobody is merged with themselves."""
    sentence = f'"{member[:100]}" is both: name the member who goes and the one who stays'
    return Problem(status=409, code="same-member", detail=sentence)


def merged_member(member: str, into: str) -> Problem:
    """Somebody is another one by now."""
    sentence = f'"{member[:100]}" is merged into "{into[:100]}": name that member instead'
    return Problem(status=409, code="merged-member", detail=sentence)


def merge_rests(member: str, name: str) -> Problem:
    """Something else has to be decided first."""
    sentence = (
        f'the merge {name} with "{member[:100]}" can still be undone: confirm it, or undo it, first'
    )
    return Problem(status=409, code="merge-rests", detail=sentence)


def reserved_member(member: str) -> Problem:
    """What is kept for an event would be nobody's."""
    sentence = (
        f'something is reserved for "{member[:100]}": commit or release it first; a day from now '
        "at the latest it is over"
    )
    return Problem(status=409, code="reserved-member", detail=sentence)


def left_survivor(member: str, programme: str) -> Problem:
    """Who has left cannot get what a member has."""
    sentence = (
        f'"{member[:100]}" has left {programme}, where the other is a member: merge them the other '
        "way round, or enrol them again first"
    )
    return Problem(status=409, code="left-survivor", detail=sentence)


def merge_over(name: str, state: str) -> Problem:
    """Nothing can be changed of it."""
    why = "it was undone" if state == "undone" else "it is final"
    sentence = f"nothing is changed of the merge {name[:100]}: {why}"
    return Problem(status=409, code="merge-over", detail=sentence)


def unknown_merge(name: str) -> Problem:
    """There is none of that id."""
    sentence = f'there is no merge "{name[:100]}": `GET /v1/merges` lists them'
    return Problem(status=404, code="unknown-merge", detail=sentence)
