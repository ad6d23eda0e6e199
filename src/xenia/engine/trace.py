"""Why each rule applied to an event or did not, told from its typed conditions and what was seen.

It is rendered after the decision, from the same nodes through the same emitter as the plan, on the
inputs that the record keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass

from xenia.amounts import format_decimal
from xenia.effects import Payable, Reason
from xenia.engine import operators
from xenia.engine.emit_told import result
from xenia.engine.link import functions
from xenia.engine.operators import EVENT_DAY, SPENT, total
from xenia.engine.plan import LENT, Budget, Plan, RuleParts, TypePlan
from xenia.engine.row_leaves import RowLeaves
from xenia.engine.rows import Context
from xenia.engine.terms import day_after
from xenia.engine.type_writer import SLICES_MAX
from xenia.events.model import Event, Inactivity, Purchase
from xenia.language import emit_python
from xenia.language.ir import Compare, Field, In, Node, Not, Ref, walk
from xenia.language.types import Bool, Origin
from xenia.language.written import show_value, written
from xenia.programme import model
from xenia.programme.model import Beyond, Combine, Per, Percent, Rule
from xenia.programme.notations import chance_text

Value = int | str | bool | None
_NOT_SO = {
    "==": "not",
    "<": "not below",
    "<=": "not at most",
    ">": "not above",
    ">=": "not at least",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and what it was taken on; `memory` as the step left it."""

    event: Event
    context: Context
    numbers: MutableSequence[int]
    record: Sequence[int]
    decision: Sequence[int]
    memory: MutableSequence[int]
    bill: Payable | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one rule's conditions read: `values` are those of the state and of the decision."""

    event: Event
    context: Context
    values: Mapping[str, int]


Reading = Callable[[Event, Context, Mapping[str, int]], Value]


class _Leaves(RowLeaves):
    """Names of the member's state and of the decision are looked up in `s`, what was seen."""

    def ref(self, node: Ref) -> tuple[str, str | None]:
        if node.origin is Origin.EVENT and node.read == "now":
            return super().ref(node)
        name = node.name if node.read == "now" else f"{node.read}({node.name})"
        return f"s[{name!r}]", None

    def field(self, node: Field) -> tuple[str, str | None]:
        if node.origin is Origin.EVENT:
            return super().field(node)
        return "s['paid of ' + l.id]", None


class Tracer:
    """Tells the reasons of one type of event."""

    def __init__(self, plan: Plan, part: TypePlan) -> None:
        self._plan, self._part = plan, part
        self._compiled: dict[Node, Reading] = {}

    def trace(self, decided: Decided) -> tuple[Reason, ...]:
        """One reason for each rule whose dates include the event, in order of id."""
        values = self._values(decided)
        reasons = []
        for parts in sorted(self._part.rules, key=lambda parts: parts.rule):
            spent = total(decided.numbers, decided.memory, SPENT, parts.spent_bits)
            seen = Seen(decided.event, decided.context, {**values, "spent": spent})
            if self._near(parts, decided.event) and all(
                self._value(node, seen) for node in parts.dates
            ):
                reasons.append(self._reason(parts, decided, seen))
        return tuple(reasons)

    def _near(self, parts: RuleParts, event: Event) -> bool:
        """Whether a member has been inactive for as long as a rule is about."""
        after = self._plan.programme.rules[parts.rule].after
        if after is None or not isinstance(event, Inactivity):
            return True
        return day_after(event.since, after) == event.date

    def _values(self, decided: Decided) -> dict[str, int]:
        """The inputs under the names that expressions use, and what was paid for each line."""
        seen: dict[str, int] = {}
        for name, at in self._part.inputs.items():
            previous = name.startswith("previous_")
            plain = name.removeprefix("previous_").replace("-", "_")
            seen[f"previous({plain})" if previous else plain] = decided.record[at]
        seen["member.enrolled_on"] = seen.get("enrolled", decided.numbers[EVENT_DAY])
        for key, at in self._part.metric_results.items():
            name = f"metric.{key.replace('-', '_')}"
            if name in seen:
                largest = self._plan.programme.metrics[key].max is not None
                now, this = seen[name], decided.decision[at]
                seen[f"with_this({name})"] = max(now, this) if largest else now + this
        event, bill = decided.event, decided.bill
        if isinstance(event, Purchase) and bill is not None:
            for line, paid in zip(event.lines, bill.lines, strict=True):
                seen[f"paid of {line.id}"] = line.amount - paid.discount
            seen["basket.paid"] = decided.context.amount - bill.discount
        return seen

    def _reason(self, parts: RuleParts, decided: Decided, seen: Seen) -> Reason:
        told = self._done(parts, decided)
        if told:
            return Reason(parts.rule, True, told)
        for node in parts.conditions:
            if not self._value(node, seen):
                return Reason(parts.rule, False, self._unmet(node, seen))
        brought = parts.brought is None or decided.record[parts.brought]
        if brought in (0, LENT):
            why = "nobody brought the member" if brought == 0 else "who brought the member lent it"
            return Reason(parts.rule, False, why)
        chance = self._plan.programme.rules[parts.rule].chance
        if chance is not None and parts.chance is not None and not decided.record[parts.chance]:
            return Reason(parts.rule, False, f"chance did not fall on it: {chance_text(chance)}")
        return Reason(parts.rule, False, self._nothing(parts, decided))

    def _value(self, node: Node, seen: Seen) -> Value:
        found = self._compiled.get(node)
        if found is None:
            found = self._compiled[node] = _compiled(node)
        return found(seen.event, seen.context, seen.values)

    # ---- sentences ----

    def _done(self, parts: RuleParts, decided: Decided) -> str:
        """What the rule did, with the numbers it did it with; empty if it did nothing."""
        rule, decision = self._plan.programme.rules[parts.rule], decided.decision
        spent = total(decided.numbers, decided.memory, SPENT, parts.spent_bits)
        said = []
        if parts.share is not None:
            off = sum(decision[parts.share : parts.share + SLICES_MAX])
            if off > 0:
                said.append(f"{self._money(off)} off")
        for currency, at in parts.accruals:
            if decision[at] > 0:
                rate = _rate(rule, currency, self._money(spent))
                said.append(f"{self._units(currency, decision[at])} ({rate})")
        if parts.issued is not None and decision[parts.issued] > 0:
            said.append(f"{rule.then.issue} issued")
        if rule.then.refer and self._part.refer and decision[self._part.refer.place] > 0:
            said.append("a referral")
        tells = self._part.places.get(result(parts.rule))
        if tells is not None and decision[tells] > 0:
            said += _told(rule)
        return ", ".join(said)

    def _unmet(self, node: Node, seen: Seen) -> str:
        """A condition that is not definitely true, with the values seen."""
        match node:
            case Compare(op=op, left=left, right=right) if op in _NOT_SO:
                now = show_value(self._value(left, seen), left.type)
                least = show_value(self._value(right, seen), right.type)
                return f"{written(left)} is {now}, {_NOT_SO[op]} {least}"
            case Compare(left=left) | In(item=left) | Not(item=Compare(left=left) | In(item=left)):
                now = show_value(self._value(left, seen), left.type)
                return f"{written(left)} is {now}, so {written(node)} does not hold"
        state = "unknown" if self._value(node, seen) is None else "not so"
        if isinstance(node, Ref):
            return f"{node.name} is {'unknown' if state == 'unknown' else 'false'}"
        values = ", ".join(
            f"{written(part)} is {show_value(self._value(part, seen), part.type)}"
            for part in dict.fromkeys(p for p in walk(node) if isinstance(p, Ref))
        )
        return f"{written(node)} is {state}" + (f" ({values})" if values else "")

    def _nothing(self, parts: RuleParts, decided: Decided) -> str:
        """Why a rule that holds came to nothing."""
        for name, most, at in parts.limits:
            if at >= 0 and decided.record[at] >= most:
                return self._used_up(name, most)
        for budget in self._part.budgets:
            left = decided.record[budget.room] - decided.decision[budget.used]
            if budget.name in parts.budgets and left <= 0:
                return self._gone(budget)
        rule = self._plan.programme.rules[parts.rule]
        group = self._plan.programme.groups.get(rule.group or "")
        bounds: list[model.Limit | model.Budget] = [*rule.limits, *rule.budget]
        if group is not None:
            bounds += (*group.limits, *group.budget)
        if any(bound.beyond is Beyond.REFUSE for bound in bounds):
            return "it comes to nothing, or to more than a limit leaves, which is refused"
        if group is not None and group.combine is not Combine.ALL:
            for other in self._part.rules:
                same = self._plan.programme.rules[other.rule].group == rule.group
                if same and other.rule != parts.rule and self._done(other, decided):
                    return f"{other.rule} goes before it in the group {rule.group}"
        return "it comes to nothing on what was bought"

    def _used_up(self, name: str, most: int) -> str:
        """A limit by its name in the layout (see `slots`), as the programme says it."""
        _, owner, key, counts, per, _, decimals = name.split(".")
        scale = {"times": 0, "units": int(decimals), "amount": self._plan.money_decimals}[counts]
        shown = _limit_shown(format_decimal(most, scale), counts, per)
        return f"the limit of the {owner} {key} is used up: {shown}"

    def _gone(self, budget: Budget) -> str:
        """A budget or a stock by its name (see `slots`), as the programme says it."""
        match budget.name.split("."):
            case (_, owner, key, counts, per, decimals):
                shown = _limit_shown(format_decimal(budget.most, int(decimals)), counts, per)
                return f"the budget of the {owner} {key} is used up: {shown} for all members"
            case (_, reward):
                return f"the stock of {reward} is used up: {budget.most} for all members"
        raise AssertionError(f"{budget.name} is no name of a budget")

    def _money(self, amount: int) -> str:
        return format_decimal(amount, self._plan.money_decimals)

    def _units(self, currency: str, units: int) -> str:
        """`1 point`, `2 points`, `1.00 dollars`; by its id where it has no such name in English."""
        declared = self._plan.programme.currencies[currency]
        shown = format_decimal(units, declared.decimals)
        match () if declared.title is None else declared.title.forms.get("en", ()):
            case (one, several):
                return f"{shown} {one if shown == '1' else several}"
        return f"{shown} {currency}"


def _limit_shown(most: str, counts: str, per: str) -> str:
    """`3 times a day`, `1 unit in all`, `20.00 off a month`."""
    what = "off" if counts == "amount" else counts[:-1] if most == "1" else counts
    return f"{most} {what} {'in all' if per == 'ever' else f'a {per}'}"


def _rate(rule: Rule, currency: str, spent: str) -> str:
    """How a rule's accrual is counted, as the programme says it, and on what."""
    earn = rule.then.earn.get(currency)
    if earn is None:
        return f"{rule.then.multiply[currency]} times"
    match earn.units:
        case Per(units, amount):
            return f"{units} per {amount} of {spent}"
        case Percent(percent):
            return f"{percent} % of {spent}"
        case formula:
            return formula.text


def _compiled(node: Node) -> Reading:
    """A function of event, context and what was seen; None where the node is unknown."""
    leaves = _Leaves()
    if isinstance(node.type, Bool):
        true, false = emit_python.is_true(node, leaves), emit_python.is_false(node, leaves)
        source = f"True if {true} else False if {false} else None"
    else:
        value, known = emit_python.value(node, leaves)
        source = value if known is None else f"{value} if {known} else None"
    names: dict[str, object] = {
        name: getattr(operators, name)
        for name in ("year_of", "month_of_year", "day_of_month", "weekday_of")
    }
    found = functions(f"def seen(e, c, s):\n    return {source}\n", names, "trace")
    return found["seen"]


def _told(rule: Rule) -> list[str]:
    """What a rule gives or tells beside units, money and rewards."""
    said = [] if rule.then.badge is None else [f"the badge {rule.then.badge} given"]
    said += [] if rule.then.notify is None else [f"the member told {rule.then.notify}"]
    return said + ([] if rule.then.flag is None else ["flagged for staff"])
