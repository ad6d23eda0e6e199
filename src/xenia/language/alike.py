"""Which values can stand side by side: compared with one another, or chosen between."""

from __future__ import annotations

from dataclasses import replace

from xenia.language.arithmetic import unified_numbers
from xenia.language.context import Term
from xenia.language.errors import Place, Placed, fault, nearest
from xenia.language.ir import Constant, Field, Node, Ref
from xenia.language.types import Bool, Date, Instant, Level, Number, Text, Texts, Type


def described(kind: Type) -> str:
    """A type in words, with its article."""
    match kind:
        case Number():
            return "a number"
        case Bool():
            return "a condition"
        case Level(ladder=ladder):
            return f"a level of {ladder}"
        case Date():
            return "a date"
        case Instant():
            return "a moment"
        case Texts():
            return "a set of texts"
        case Text():
            return "a text"


def spoken(node: Node) -> str:
    """What to call a value in a sentence."""
    match node:
        case Ref(name=name) | Field(name=name):
            return f"`{name}`"
        case _:
            return described(node.type)


def comparable(left: Term, right: Term) -> tuple[Node, Node]:
    """Both sides as one type, a written text as the level or option that it names."""
    first, second = _named(left, right.node), _named(right, left.node)
    kinds = (type(first.type), type(second.type))
    if kinds[0] is kinds[1] and not isinstance(first.type, Texts | Level):
        return first, second
    if kinds == (Level, Level) and isinstance(first, Constant) != isinstance(second, Constant):
        return first, second
    raise fault(
        Place(left.at, right.end),
        f"{described(left.node.type)} and {described(right.node.type)} cannot be compared",
        _comparison_remedy(left, right),
    )


def _named(term: Term, other: Node) -> Node:
    """A written text where levels or options are declared: checked, and as the level it names."""
    node = term.node
    if not (isinstance(node, Constant) and isinstance(node.value, str)):
        return node
    match other.type:
        case Level(ladder=ladder, options=options):
            _among(options, node.value, term, f"a level of {ladder}")
            return replace(node, type=other.type, value=options.index(node.value))
        case Text(options=tuple(options)) if not isinstance(other, Constant):
            _among(options, node.value, term, f"a value of {spoken(other)}")
    return node


def level(tier: Node, name: Term) -> Node:
    """The place on the tier's ladder of the level that a written text names."""
    return _named(name, tier)


def _among(options: tuple[str, ...], value: str, place: Placed, what: str) -> None:
    if value not in options:
        raise fault(place, f'"{value}" is not {what}', nearest(value, options, '"'))


def _comparison_remedy(left: Term, right: Term) -> str:
    kinds = {type(left.node.type), type(right.node.type)}
    if Texts in kinds:
        return 'ask whether one text is among them: "x" in l.tags'
    if Level in kinds:
        return 'compare a level with its name: tier.status == "gold"'
    if kinds == {Date, Text}:
        return 'write a day as date("2026-11-01")'
    if kinds == {Instant, Text}:
        return 'write a moment as timestamp("2026-11-01T00:00:00+02:00")'
    if kinds == {Instant, Date}:
        return "take the day of the moment: date(occurred_at)"
    if kinds == {Number, Text}:
        return "write a number without quotes, and a text with them"
    if Bool in kinds:
        return "write 1 < x && x < 3 for a number between two others"
    return "compare values of one kind"


def unified(terms: tuple[Term, ...], what: str) -> tuple[Type, int]:
    """The type and bound of a value that is one of these."""
    first = terms[0].node.type
    if isinstance(first, Instant | Level | Texts):
        raise fault(
            terms[0],
            f"{what} cannot give {described(first)}",
            "choose between conditions: (test && this) || (!test && that)",
        )
    for term in terms[1:]:
        if type(term.node.type) is not type(first):
            raise fault(
                term,
                f"{what} would give {described(first)} or {described(term.node.type)}",
                "give values of one kind",
            )
    match first:
        case Number():
            return unified_numbers(terms)
        case Text():
            return Text(_options(terms)), 1
        case _:
            return first, max(term.node.bound for term in terms)


def _options(terms: tuple[Term, ...]) -> tuple[str, ...] | None:
    """All that a choice of texts can be, unless one of them can be anything."""
    found: dict[str, None] = {}
    for term in terms:
        match term.node:
            case Constant(value=str(text)):
                found[text] = None
            case node if isinstance(node.type, Text) and node.type.options is not None:
                found.update(dict.fromkeys(node.type.options))
            case _:
                return None
    return tuple(found)
