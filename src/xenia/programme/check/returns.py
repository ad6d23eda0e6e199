"""Whether what comes back can be decided again as the settings say."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.language.ir import Fold, Node, Ref, walk
from xenia.programme.check.combinations import sums_paid
from xenia.programme.check.subject import Found, Subject
from xenia.programme.model import Programme
from xenia.programme.scope import written
from xenia.programme.settings import RefundOf


def lines_by_member(subject: Subject) -> Iterator[Found]:
    """Lines that are told apart by who buys, where a return goes by what each line had cost."""
    if subject.programme.settings.refund is not RefundOf.LINE_PAID:
        return
    free = _free(subject.programme)
    for path, root in subject.analysis.nodes.items():
        asked = next((name for node in _choosing(root) for name in _named(node, free)), None)
        if asked is not None:
            yield Found(
                "lines-by-member",
                path,
                "with `refund: line-paid` it must be known later what each line had cost, but "
                f"this sum tells lines apart by `{asked}`, which may change or be erased",
                "choose lines by their own fields, or take `refund: paid-less-discount`",
            )


def _choosing(root: Node) -> Iterator[Node]:
    """The conditions on lines by which sums of what is paid cut a basket; no other condition on
    lines can ask for anything but the line."""
    for node in walk(root):
        if isinstance(node, Fold) and node.where is not None and sums_paid(node):
            yield node.where


def _free(programme: Programme) -> frozenset[str]:
    """The names of free texts of events: these are erased with the member."""
    attributes = programme.attributes.event.items()
    return frozenset(f"attributes.{written(key)}" for key, one in attributes if one.free)


def _named(node: Node, free: frozenset[str]) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Ref) and (part.name.startswith("member.") or part.name in free):
            yield part.name


CHECKS = (lines_by_member,)
