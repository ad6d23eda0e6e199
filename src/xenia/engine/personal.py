"""Which decisions read personal values: those will be erased, and cannot then be read again."""

from __future__ import annotations

from collections.abc import Iterable

from xenia.events.conventions import BUILT_IN_MEMBER_ATTRIBUTES
from xenia.language.ir import Node, Ref, walk
from xenia.programme.model import Programme
from xenia.programme.scope import written


def reads_personal(programme: Programme, event_type: str, nodes: Iterable[Node]) -> bool:
    """Whether expressions over events of a type read a birthday, a locale or free text."""
    personal = personal_names(programme, event_type)
    return any(
        isinstance(part, Ref) and part.name in personal for node in nodes for part in walk(node)
    )


def personal_names(programme: Programme, event_type: str) -> frozenset[str]:
    """The names under which expressions over events of a type read personal values."""
    declared = programme.attributes
    of_member = {
        *BUILT_IN_MEMBER_ATTRIBUTES,
        *(key for key, attribute in declared.member.items() if attribute.free),
    }
    of_event = {key for key, attribute in declared.event.items() if attribute.free}
    # What an enrolment or a profile says becomes the member's.
    said = of_member if event_type in ("enrolment", "profile") else of_event
    return frozenset(
        {
            *({"place"} if event_type == "act" else ()),
            *(f"member.{written(key)}" for key in of_member),
            *(f"attributes.{written(key)}" for key in said),
        }
    )
