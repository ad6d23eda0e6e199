"""Every expression of a programme, parsed and typed once, under the path of its YAML keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from xenia.language.ir import Field, Node, Ref, walk
from xenia.language.parse import LanguageError, Note, Parsed, condition, line_condition, number
from xenia.language.parse import text as text_value
from xenia.language.types import Number, Scope
from xenia.programme.model import Discount, EventType, Expression, Metric, Programme, Rule
from xenia.programme.scope import Expected, Formula, Kind, Path, Standing, scope_of
from xenia.programme.withheld import withheld

About = tuple[Standing, EventType]  # what a scope depends on

_PARSERS: Final[Mapping[Kind, Callable[[str, Scope], Parsed]]] = {
    "condition": condition,
    "number": number,
    "text": text_value,
    "lines": line_condition,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An expression that cannot be read; `error.at` and `error.end` are offsets in its text."""

    path: Path
    text: str
    error: LanguageError
    code: str = "expression"


@dataclass(frozen=True, slots=True)
class Advice:
    """Something in an expression that may mean other than it seems."""

    path: Path
    text: str
    note: Note


@dataclass(frozen=True, slots=True)
class Analysis:
    """The typed expressions of a programme by path, and what is wrong with the others.

    A path is the YAML keys down to the expression: `("rules", id, "when")`,
    `("rules", id, "then", "earn", currency)`, `("metrics", id, "sum")`.  `metric_scales`: the
    decimals in which each metric is counted, 0 where its formula could not be read.
    """

    nodes: Mapping[Path, Node] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    advice: tuple[Advice, ...] = ()
    metric_scales: Mapping[str, int] = field(default_factory=dict)


def analyse(programme: Programme) -> Analysis:
    """Parse and type every expression once; problems are returned, never raised."""
    reader = _metrics_read(programme)
    for place in _other_places(programme):
        reader.read(place)
    return Analysis(
        nodes=reader.nodes,
        problems=tuple(reader.problems),
        advice=tuple(reader.advice),
        metric_scales={key: formula.scale for key, formula in reader.metrics.items()},
    )


def places_of(programme: Programme) -> Iterator[Expected]:
    """Every place where an expression stands, metrics first."""
    for key, metric in programme.metrics.items():
        yield from _metric_places(key, metric)
    yield from _other_places(programme)


def scope_in(programme: Programme, standing: Standing, on: EventType) -> Scope:
    """What an expression that stands there may name, the metrics being what their formulas say."""
    return scope_of(programme, standing, on, _metrics_read(programme).metrics)


def parsed_in(programme: Programme, place: Expected, text: str) -> Parsed:
    """Another text in the place of an expression.  Raises LanguageError."""
    return _PARSERS[place.kind](text, scope_in(programme, place.standing, place.on))


def _metrics_read(programme: Programme) -> _Reader:
    reader = _Reader(programme)
    for key, metric in programme.metrics.items():
        for place in _metric_places(key, metric):
            reader.read(place)
    reader.know(_formulas(programme, reader.nodes))
    return reader


def _metric_places(key: str, metric: Metric) -> Iterator[Expected]:
    formulas: tuple[tuple[str, Expression | None, Kind], ...] = (
        ("sum", metric.sum, "number"),
        ("max", metric.max, "number"),
        ("distinct", metric.distinct, "text"),
        ("when", metric.when, "condition"),
    )
    for name, expression, kind in formulas:
        if expression is not None:
            path = ("metrics", key, name)
            yield Expected(path, expression, kind, Standing.METRIC, metric.on)


def _other_places(programme: Programme) -> Iterator[Expected]:
    for key, exclusion in programme.exclusions.items():
        path = ("exclusions", key, "lines")
        yield Expected(path, exclusion.lines, "lines", Standing.LINES, "purchase")
    for key, rule in programme.rules.items():
        yield from _rule_places(key, rule)
    for key, reward in programme.rewards.items():
        where: Path = ("rewards", key, "gives")
        if reward.gives.lines is not None:
            lines = reward.gives.lines
            yield Expected((*where, "lines"), lines, "lines", Standing.LINES, "purchase")
        yield from _bundle_places((*where, "discount"), reward.gives.discount)


def _bundle_places(path: Path, discount: Discount | None) -> Iterator[Expected]:
    """The choices of lines of a bundle's parts."""
    parts = () if discount is None or discount.of is None else discount.of.bundle
    for place, part in enumerate(parts):
        if part.lines is not None:
            where = (*path, "of", "bundle", str(place), "lines")
            yield Expected(where, part.lines, "lines", Standing.LINES, "purchase")


def _rule_places(key: str, rule: Rule) -> Iterator[Expected]:
    standing = Standing.EARN if rule.then.discount is None else Standing.DISCOUNT
    if rule.lines is not None:
        yield Expected(("rules", key, "lines"), rule.lines, "lines", Standing.LINES, "purchase")
    if rule.when is not None:
        yield Expected(("rules", key, "when"), rule.when, "condition", standing, rule.on)
    for currency, earn in rule.then.earn.items():
        if isinstance(earn.units, Expression):
            path = ("rules", key, "then", "earn", currency)
            yield Expected(path, earn.units, "number", Standing.EARN, rule.on)
    yield from _bundle_places(("rules", key, "then", "discount"), rule.then.discount)


class _Reader:
    """Collects what the parser says; one for each analysis."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.metrics: Mapping[str, Formula] = {}
        self._scopes: dict[About, Scope] = {}
        self._known: dict[tuple[str, About, str], Parsed] = {}
        self.nodes: dict[Path, Node] = {}
        self.problems: list[Problem] = []
        self.advice: list[Advice] = []

    def know(self, metrics: Mapping[str, Formula]) -> None:
        """What the formulas of metrics are; from now on they can be named."""
        self.metrics = metrics
        self._scopes, self._known = {}, {}

    def read(self, place: Expected) -> None:
        text = place.expression.text
        try:
            parsed = self._parsed(place, text)
        except LanguageError as error:
            code, told = withheld(self.programme, place, error) or ("expression", error)
            self.problems.append(Problem(place.path, text, told, code))
            return
        self.nodes[place.path] = parsed.node
        self.advice.extend(Advice(place.path, text, note) for note in parsed.advice)

    def _parsed(self, place: Expected, text: str) -> Parsed:
        """What is said twice, of thousands of rules, is read once."""
        about = place.standing, place.on
        known = self._known.get((place.kind, about, text))
        if known is None:
            if about not in self._scopes:
                self._scopes[about] = scope_of(self.programme, *about, self.metrics)
            known = _PARSERS[place.kind](text, self._scopes[about])
            self._known[place.kind, about, text] = known
        return known


def _formulas(programme: Programme, nodes: Mapping[Path, Node]) -> dict[str, Formula]:
    found = {}
    for key in programme.metrics:
        own = [nodes[path] for name in ("sum", "max") if (path := ("metrics", key, name)) in nodes]
        when = nodes.get(("metrics", key, "when"))
        scale = next((node.type.scale for node in own if isinstance(node.type, Number)), 0)
        origins = {
            leaf.origin
            for node in (*own, *((when,) if when is not None else ()))
            for leaf in walk(node)
            if isinstance(leaf, Ref | Field)
        }
        found[key] = Formula(scale, frozenset(origins))
    return found
