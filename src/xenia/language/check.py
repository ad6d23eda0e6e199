"""The checker: a syntax tree to typed nodes, every name and type known."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from xenia.language import syntax
from xenia.language.context import Context, Record, Term
from xenia.language.errors import LanguageError, Place, Placed, fault, nearest
from xenia.language.functions import FUNCTIONS, call
from xenia.language.ir import Constant, Field, Node, Ref
from xenia.language.macros import ENDING, OPENING, Records, ended, opened
from xenia.language.operators import OPERATORS, PREFIXES, choice, contained, known, negation
from xenia.language.syntax import Call, Items, Literal, Operation, Syntax
from xenia.language.types import (
    DAY_BOUND,
    OVERFLOW,
    SCALE_MAX,
    Bool,
    Date,
    Name,
    Number,
    Origin,
    Text,
    Texts,
)

_HYPHENATED = re.compile(r"[\w.-]+")


def check(context: Context, tree: Syntax) -> Term:
    """The typed node of a tree, with its place; raises `LanguageError`."""
    return Term(_node(context, tree), tree.at, tree.end)


def _node(context: Context, tree: Syntax) -> Node:
    match tree:
        case Literal():
            return _literal(tree)
        case syntax.Name():
            return _name(context, tree)
        case Operation():
            return _operation(context, tree)
        case Call():
            return _call(context, tree)
        case Items():
            raise fault(tree, "a list stands only after `in`", 'write x in ["a", "b"]')


def _literal(tree: Literal) -> Node:
    match tree.value:
        case None:
            raise fault(
                tree, "null is not a value", "ask has(x), or give a default: coalesce(x, 0)"
            )
        case bool(truth):
            return Constant(type=Bool(), at=tree.at, value=truth)
        case str(text):
            return Constant(type=Text(), at=tree.at, value=text)
        case Decimal() as number:
            return _number(tree, number)


def _number(tree: Literal, number: Decimal) -> Node:
    scale = -int(number.as_tuple().exponent)
    digits = int("".join(map(str, number.as_tuple().digits)))
    if scale > SCALE_MAX:
        raise fault(tree, f"more than {SCALE_MAX} decimals", f"write at most {SCALE_MAX} of them")
    if digits >= OVERFLOW:
        raise fault(tree, "the number is not below 2^63", "write a smaller number")
    value = -digits if number.is_signed() else digits
    return Constant(type=Number(scale), bound=digits, at=tree.at, value=value)


# ---- names ---------------------------------------------------------------------------------------


def _name(context: Context, tree: syntax.Name) -> Node:
    variable, _, field = tree.path.partition(".")
    if context.record is not None and variable == context.record.variable:
        return _field(context, context.record, tree, field)
    found = context.scope.names.get(tree.path)
    if found is None:
        raise _unknown(context, tree)
    if context.record is not None and found.origin is not Origin.EVENT:
        raise fault(
            tree,
            f"`{tree.path}` is not known of a single record",
            "ask for it outside, and join the two with && or *",
        )
    return Ref(
        type=found.type,
        nullable=found.nullable,
        bound=_bound(found),
        at=tree.at,
        name=tree.path,
        origin=found.origin,
    )


def _field(context: Context, record: Record, tree: syntax.Name, field: str) -> Node:
    fields = context.scope.lists[record.list]
    if not field:
        example = next(iter(fields), "x")
        raise fault(
            tree, f"`{tree.path}` is a whole record", f"name a field: {tree.path}.{example}"
        )
    found = fields.get(field)
    if found is None:
        known_fields = [f"{record.variable}.{name}" for name in fields]
        raise fault(tree, f"there is no `{tree.path}`", nearest(tree.path, known_fields))
    return Field(
        type=found.type,
        nullable=found.nullable,
        bound=_bound(found),
        at=tree.at,
        list=record.list,
        name=field,
        origin=found.origin,
    )


def _bound(name: Name) -> int:
    match name.type:
        case Number():
            return name.bound
        case Date():
            return DAY_BOUND
        case _:
            return 1


def _unknown(context: Context, tree: syntax.Name) -> LanguageError:
    """What to say of a name that stands for no value."""
    scope, path = context.scope, tree.path
    if path in scope.lists:
        return fault(tree, f"`{path}` is a list", f"ask of its records: {path}.exists(l, …)")
    if path in scope.constants:
        return fault(tree, f"`{path}` is a list of texts", f"write x in {path}")
    if path.split(".")[0] in scope.lists:
        remedy = f"name it of each record: {path.split('.')[0]}.map(l, l.{path.split('.')[-1]})"
        return fault(tree, f"there is no `{path}`", remedy)
    if path in FUNCTIONS:
        return fault(tree, f"`{path}` is a function", f"write {FUNCTIONS[path].form}")
    parts = [name for name in scope.names if name.startswith(f"{path}.")]
    if parts:
        return fault(tree, f"`{path}` has parts", nearest("", parts))
    written = _HYPHENATED.match(context.text, tree.at)
    if written is not None and (name := written[0].replace("-", "_")) in scope.names:
        place = Place(*written.span())
        return fault(place, f"`{written[0]}` is read as a difference", f"write {name}")
    words = [*scope.names, *scope.constants, *scope.lists]
    if context.record is not None:
        words += [f"{context.record.variable}.{f}" for f in scope.lists[context.record.list]]
    return fault(tree, f"there is no `{path}`", nearest(path, words))


# ---- operators -----------------------------------------------------------------------------------


def _operation(context: Context, tree: Operation) -> Node:
    if tree.op == "in":
        return _in(context, tree)
    if tree.op in ("==", "!=") and (item := _compared_with_null(tree)) is not None:
        found = known(tree.sign, check(context, item).node)
        return found if tree.op == "!=" else negation(tree.sign, Term(found, tree.at, tree.end))
    terms = tuple(check(context, operand) for operand in tree.operands)
    if tree.op == "?":
        return choice(tree.sign, *terms)
    if len(terms) == 1:
        return PREFIXES[tree.op](tree.sign, *terms)
    return OPERATORS[tree.op].build(tree.op, tree.sign, terms)


def _compared_with_null(tree: Operation) -> Syntax | None:
    left, right = tree.operands
    if isinstance(right, Literal) and right.value is None:
        return left
    if isinstance(left, Literal) and left.value is None:
        return right
    return None


def _in(context: Context, tree: Operation) -> Node:
    item, among = check(context, tree.operands[0]), tree.operands[1]
    if isinstance(among, Items):
        values = tuple(check(context, value) for value in among.items)
    elif isinstance(among, syntax.Name) and among.path in context.scope.constants:
        values = tuple(
            Term(Constant(type=Text(), at=among.at, value=text), among.at, among.end)
            for text in context.scope.constants[among.path]
        )
    else:
        found = check(context, among)
        if not isinstance(found.node.type, Texts):
            raise fault(among, "`in` needs a list", 'write x in ["a", "b"], or x in list.name')
        return contained(tree.sign, item, found)
    return OPERATORS["in"].build("in", tree.sign, (item, *values))


# ---- calls ---------------------------------------------------------------------------------------


def _call(context: Context, tree: Call) -> Node:
    if tree.of is not None:
        found = _chain(context, tree)
        if isinstance(found, Records):
            remedy = "end it with .count(), or with .sum(), .min() or .max() of a .map()"
            raise fault(tree, "a list is not a value", remedy)
        return found
    if tree.name in ENDING and len(tree.arguments) == 1:
        records = _records(context, tree.arguments[0])
        if records is not None:
            return ended(records, tree.name, tree)
        if tree.name not in FUNCTIONS:
            remedy = "write count(lines), or sum(lines.map(l, l.amount))"
            raise fault(tree.arguments[0], f"{tree.name}() is of a list", remedy)
    arguments = tuple(check(context, argument) for argument in tree.arguments)
    return call(context, tree.name, tree, arguments)


def _records(context: Context, tree: Syntax) -> Records | None:
    """The list that a tree stands for, if it stands for one."""
    if isinstance(tree, syntax.Name) and tree.path in context.scope.lists:
        _not_nested(context, tree)
        return Records(tree.at, tree.end, tree.path)
    if isinstance(tree, Call) and tree.of is not None:
        found = _chain(context, tree)
        return found if isinstance(found, Records) else None
    return None


def _chain(context: Context, tree: Call) -> Records | Node:
    """What `of`.name(…) is: the list so far, or the node that ends it."""
    assert tree.of is not None
    place = Place(tree.of.end + 1, tree.end)
    records = _records(context, tree.of)
    if records is None:
        lists = " and ".join(context.scope.lists) or "nothing here"
        raise fault(place, f"only lists have .{tree.name}()", f"{lists} can be asked so")
    if tree.name in OPENING:
        variable, body = _variable_and_body(context, tree, place)
        inner = replace(context, record=Record(variable, records.list))
        records = replace(records, variable=variable)
        return opened(records, tree.name, place, check(inner, body))
    if tree.name not in ENDING:
        raise fault(place, f"lists have no .{tree.name}()", nearest(tree.name, [*OPENING, *ENDING]))
    if tree.arguments:
        raise fault(place, f".{tree.name}() takes nothing", f"write .map(l, …).{tree.name}()")
    return ended(records, tree.name, place)


def _not_nested(context: Context, place: Placed) -> None:
    if context.record is not None:
        raise fault(
            place,
            "a macro does not stand inside another condition on records",
            "ask for it outside, and join the two with &&",
        )


def _variable_and_body(context: Context, tree: Call, place: Placed) -> tuple[str, Syntax]:
    match tree.arguments:
        case (syntax.Name(path=variable), body) if "." not in variable:
            taken = {name.split(".")[0] for name in (*context.scope.names, *context.scope.lists)}
            if variable in taken:
                raise fault(tree.arguments[0], f"`{variable}` already has a meaning", "call it l")
            return variable, body
    raise fault(
        place,
        f".{tree.name}() takes a name for the record, and what is asked of it",
        f"write .{tree.name}(l, …)",
    )
