"""The plan of one event type while it is being written: what it reads, and what it decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from xenia.engine.lower import Lowering, conjuncts
from xenia.engine.operators import COLUMNS, EARNING
from xenia.engine.personal import reads_personal
from xenia.engine.plan import (
    BROUGHT,
    Budget,
    Claim,
    Code,
    Column,
    LineNumber,
    Offer,
    Offers,
    Refer,
    RuleParts,
    TypePlan,
    VoucherPlaces,
)
from xenia.engine.slots import LimitSlot, Slots
from xenia.engine.terms import Terms, floor, within
from xenia.language.ir import Node, Ref, walk
from xenia.language.types import Origin
from xenia.programme import model
from xenia.programme.model import Metric, Reward, Rule
from xenia.programme.periods import BudgetPeriod, Expiry

SLICES_MAX = 64
VOUCHERS_MAX = 10  # that one event can use
FIRST_INPUT = 2


class Codes:
    """Numbers the meanings of the log's lines."""

    def __init__(self) -> None:
        self._codes: dict[Code, int] = {}

    def number(self, code: Code) -> int:
        """The number of a meaning."""
        return self._codes.setdefault(code, len(self._codes))

    def own(self) -> tuple[Code, ...]:
        """The meanings, in order of number."""
        return tuple(self._codes)


def variable(prefix: str, *keys: str) -> str:
    """A name that no keyword, no operator and no other ids' can equal: ids have single hyphens
    only, and prefixes and operators single underscores."""
    return "__".join((prefix, *keys)).replace("-", "_")


STOCK = "stock."


def stock_name(reward: str) -> str:
    """The name under which it is counted how many of a reward were issued."""
    return f"{STOCK}{reward}"


_BROUGHT = "brought"  # an input


def _chance_of(rule: str) -> str:
    """The name of the input that says whether chance falls on a rule."""
    return f"chance.{rule}"


def spent_on(bits: int) -> str:
    """Source of what is counted as spent on the slices that have all of `bits`."""
    return f"total(event, memory, SPENT, {bits})"


@dataclass
class TypeWriter:
    """Collects inputs, results and source; `plan` is what came of it."""

    terms: Terms
    slots: Slots
    codes: Codes
    name: str
    number: int
    lowering: Lowering
    inputs: dict[str, int] = field(default_factory=dict)
    reads: list[tuple[int, str]] = field(default_factory=list)  # place, source over the state
    results: dict[str, int] = field(default_factory=dict)
    turns: list[tuple[str, int]] = field(default_factory=list)
    given: list[tuple[str, int]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    vouchers: VoucherPlaces | None = None
    sold: list[tuple[str, int]] = field(default_factory=list)
    line_numbers: list[LineNumber] = field(default_factory=list)
    discount_numbers: dict[str, int] = field(default_factory=dict)
    width: int = 0
    offered: frozenset[str] = frozenset()  # rules that stand in a table
    offers: list[Offer] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # their numbers
    postings: dict[tuple[str, Expiry | None], int] = field(default_factory=dict)
    table: int = 0  # where it begins among the parameters
    _dates: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    meanings: int = 0  # the parameter that says from which number on the log tells of them

    def __post_init__(self) -> None:
        self.lowering.remember = self.input

    def say(self, depth: int, text: str) -> None:
        """Add a line of source."""
        self.terms.source.say(depth, text)

    @cached_property
    def rules(self) -> list[tuple[str, Rule]]:
        """In the order in which discounts, accruals and limits take their turns."""
        found = [item for item in self.terms.programme.rules.items() if item[1].on == self.name]
        return sorted(found, key=lambda item: (item[1].priority, item[0]))

    @cached_property
    def metrics(self) -> list[tuple[str, Metric]]:
        """The metrics that this type of event adds to, by id."""
        found = self.terms.programme.metrics.items()
        return sorted((item for item in found if item[1].on == self.name), key=lambda item: item[0])

    def limits(self, key: str, rule: Rule) -> tuple[LimitSlot, ...]:
        """The limits of a rule and of its group."""
        group = self.slots.limits[f"group.{rule.group}"] if rule.group else ()
        return self.slots.limits[f"rule.{key}"] + group

    @property
    def listing(self) -> int:
        """Where a row says where its offers are."""
        return COLUMNS + self.lowering.place(Column("offers"))

    def input(self, name: str, source: str) -> str:
        """Source of an input, which `open` reads from the state by `source`."""
        if name not in self.inputs:
            self.inputs[name] = FIRST_INPUT + len(self.inputs)
            self.reads.append((self.inputs[name], source))
        return f"record[{self.inputs[name]}]"

    def result(self, name: str, size: int = 1) -> int:
        """The place of a result in `decision` and `posted`."""
        if name not in self.results:
            self.results[name] = self.width
            self.width += size
        return self.results[name]

    def dates(self, key: str, rule: Rule) -> tuple[Node, ...]:
        """The conditions that a rule's, and the programme's, dates set."""
        if key not in self._dates:
            self._dates[key] = self._bounds(rule)
        return self._dates[key]

    def _bounds(self, rule: Rule) -> tuple[Node, ...]:
        first, *others = self.terms.closes(rule)
        bounds = [(rule.since, rule.until), (self.terms.programme.since, first)]
        return tuple(
            node
            for since, until in (*bounds, *((None, closes) for closes in others))
            for node in within(
                None if since is None else self.terms.instant(since),
                None if until is None else self.terms.instant(until),
            )
        )

    def conditions(self, key: str) -> tuple[Node, ...]:
        """The conjuncts of a rule's `when`."""
        return conjuncts(self.terms.analysis.nodes.get(("rules", key, "when")))

    def holds(self, key: str, rule: Rule, *, brought: int = BROUGHT) -> str:
        """Source of whether a rule holds; one that refers, for members who were `brought` so."""
        nodes = (*self.dates(key, rule), *self.conditions(key))
        self.bind(*nodes)
        self.lowering.names["spent"] = (spent_on(self.bits(key, EARNING)), None)
        holds = self.lowering.condition(nodes) or "True"
        if rule.chance is not None:
            holds = f"{self.chance(key)} == 1 and {holds}"
        if rule.then.refer:
            holds = f"{self.brought()} == {brought} and {holds}"
        if rule.after is None:
            return holds
        date, since = (self.lowering.column(Column(how)) for how in ("date", "since"))
        return f"{self.terms.later(since, rule.after)} == {date} and {holds}"

    def chance(self, key: str) -> str:
        """Source of whether chance falls on a rule, which comes with the event."""
        return self.input(_chance_of(key), self.lowering.column(Column("chance", key=key)))

    def brought(self) -> str:
        """Source of whether another member brought this one."""
        return self.input(_BROUGHT, self.lowering.column(Column("brought")))

    def _refer(self) -> Refer | None:
        for key, rule in self.rules:
            if rule.then.refer:
                return Refer(key, self.results[f"refer.{key}"], self.results[f"flag.{key}"])
        return None

    def bits(self, key: str, kind: int) -> int:
        """The mask of a rule's lines, of those that may be discounted or of those that earn."""
        lines = self.terms.analysis.nodes.get(("rules", key, "lines"))
        return kind if lines is None else kind | self.lowering.bit(lines)

    @cached_property
    def stocked(self) -> tuple[str, ...]:
        """The rewards that have a stock and that the event may issue, by id."""
        issued = {rule.then.issue for _, rule in self.rules}
        return tuple(
            key
            for key, reward in sorted(self.terms.programme.rewards.items())
            if reward.stock is not None and (key in issued or self._asked_for(reward))
        )

    def _asked_for(self, reward: Reward) -> bool:
        if self.name == "grant":
            return True
        return self.name == "redemption" and bool(reward.price) and not reward.automatic

    def room(self, name: str) -> str:
        """Source of what a budget or stock has left, which comes with the event; what the event
        uses is a result of the same name."""
        self.result(name)
        return self.input(name, self.lowering.column(Column("room", key=name)))

    def bind(self, *nodes: Node) -> None:
        """Make every name of the member's state in these nodes an input."""
        for node in nodes:
            for part in walk(node):
                if isinstance(part, Ref) and (part.origin is Origin.STATE or part.read != "now"):
                    self._bind_state(part)

    def _bind_state(self, ref: Ref) -> None:
        root, _, rest = ref.name.partition(".")
        key = rest.replace("_", "-")
        if root == "metric":
            previous = "previous_" if ref.read == "previous" else ""
            reading = f"{variable(previous + 'metric', key)}(state, day)"
            source = self.input(f"{previous}metric.{key}", reading)
            if ref.read == "with_this":
                largest = self.terms.programme.metrics[key].max is not None
                this = variable("this", key)
                source = f"max({source}, {this})" if largest else f"({source} + {this})"
        elif root == "tier":
            source = self.input(f"tier.{key}", f"state[{self.slots.tiers[key]}]")
        elif root == "balance":
            source = self.balance(key)
        else:
            source = self.input("enrolled", "state[ENROLLED]")
        name = ref.name if ref.read == "now" else f"{ref.read}({ref.name})"
        self.lowering.names[name] = (source, None)

    def balance(self, currency: str) -> str:
        """Source of the balance of a currency before the event."""
        return self.input(f"balance.{currency}", f"state[{self.slots.lots[currency]} + TOTAL]")

    def plan(self) -> TypePlan:
        """What has been written."""
        columns = self.lowering.columns
        asked = [column.node for column in columns if column.node is not None]
        asked += [offer.condition for offer in self.offers if offer.condition is not None]
        rules = tuple(self._parts(key, rule) for key, rule in self.rules)
        return TypePlan(
            name=self.name,
            number=self.number,
            columns=columns,
            predicates=self.lowering.predicates,
            line_numbers=tuple(self.line_numbers),
            discount_numbers=dict(self.discount_numbers),
            claims=tuple(self.claims),
            vouchers=self.vouchers,
            spends=(*((claim.currency, claim.units) for claim in self.claims), *self.sold),
            budgets=tuple(sorted(self._budgets(), key=lambda budget: budget.name)),
            inputs=dict(self.inputs),
            results=self.width,
            places=dict(self.results),
            metric_results={
                key: self.results[f"metric.{key}"]
                for key, _ in self.metrics
                if f"metric.{key}" in self.results
            },
            rules=rules,
            offers=self._offers(),
            chances=tuple(sorted(key for key, rule in self.rules if rule.chance is not None)),
            refer=self._refer(),
            turns=tuple(self.turns),
            given=tuple(self.given),
            refused=self.results.get(f"{self.name}.refused"),
            reads_clock=any(
                isinstance(part, Ref) and part.name.startswith("occurred_at")
                for node in asked
                for part in walk(node)
            ),
            reads_personal=reads_personal(self.terms.programme, self.name, asked),
        )

    def _offers(self) -> Offers | None:
        if not self.offers:
            return None
        places = {offer.place: at for at, offer in enumerate(self.offers)}
        return Offers(self.listing, tuple(self.offers), places)

    def _parts(self, key: str, rule: Rule) -> RuleParts:
        return RuleParts(
            rule=key,
            dates=self.dates(key, rule),
            conditions=self.conditions(key),
            accruals=tuple(
                (currency, self.results[name])
                for kind, currencies in (("earn", rule.then.earn), ("multiply", rule.then.multiply))
                for currency in sorted(currencies)
                if (name := f"{kind}.{key}.{currency}") in self.results
            ),
            share=self.results.get(f"discount.{key}"),
            issued=self.results.get(f"issue.{key}"),
            spent_bits=self.bits(key, EARNING),
            limits=tuple(
                (limit.name, self.limit_most(limit), self.inputs.get(limit.name, -1))
                for limit in self.limits(key, rule)
                if not limit.shared
            ),
            budgets=(
                *(limit.name for limit in self.limits(key, rule) if limit.shared),
                *(stock_name(key) for key in self.stocked if key == rule.then.issue),
            ),
            chance=self.inputs.get(_chance_of(key)),
            brought=self.inputs.get(_BROUGHT) if rule.then.refer else None,
        )

    def _budgets(self) -> Iterator[Budget]:
        """The budgets and stocks that an event of this type may use."""
        shared: dict[str, tuple[LimitSlot, BudgetPeriod, list[Rule]]] = {}
        for key, rule in self.rules:
            for limit in self.limits(key, rule):
                if isinstance(limit.limit, model.Budget):
                    shared.setdefault(limit.name, (limit, limit.limit.per, []))[2].append(rule)
        for name, (limit, per, rules) in shared.items():
            yield self._budget(name, self.limit_most(limit), rules, per=per)
        for key in self.stocked:
            reward = self.terms.programme.rewards[key]
            rules = [rule for _, rule in self.rules if rule.then.issue == key]
            asked = key if self._asked_for(reward) else None
            yield self._budget(stock_name(key), reward.stock or 0, rules, reward=asked)

    def _budget(
        self,
        name: str,
        most: int,
        rules: list[Rule],
        *,
        per: BudgetPeriod = "ever",
        reward: str | None = None,
    ) -> Budget:
        return Budget(
            name=name,
            most=most,
            per=per,
            room=self.inputs[name],
            used=self.results[name],
            windows=tuple(sorted({self.terms.window(rule) for rule in rules})),
            reward=reward,
            given=any(rule.then.discount is not None for rule in rules),
        )

    def limit_most(self, limit: LimitSlot) -> int:
        """A limit as a whole number, rounded down: times, smallest units of currency, of money."""
        if limit.limit.times is not None:
            return limit.limit.times
        if limit.limit.amount is not None:
            return floor(limit.limit.amount, self.terms.money_decimals)
        assert limit.limit.units is not None, "the reader lets a limit count one thing"
        return floor(limit.limit.units, limit.decimals)
