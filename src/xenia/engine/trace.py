"""Why each rule applied to an event or did not, told from its typed conditions and what was seen.

It is rendered after the decision, from the same nodes through the same emitter as the plan, on the
inputs that the record keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xenia.amounts import format_decimal
from xenia.effects import Payable, Reason, Said
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
from xenia.programme.explain.why import because
from xenia.programme.model import Beyond, Combine, Per, Percent, Rule
from xenia.programme.notations import duration_text
from xenia.programme.periods import Duration
from xenia.programme.words import phrases

Value = int | str | bool | None
_NOT_SO = {
    "==": "not",
    "<": "not-below",
    "<=": "not-at-most",
    ">": "not-above",
    ">=": "not-at-least",
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
        self._english = _English(plan.programme)

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
        said = self._done(parts, decided)
        applied = bool(said)
        said = said or (self._why_not(parts, decided, seen),)
        return Reason(parts.rule, applied, because(said, self._english), said)

    def _why_not(self, parts: RuleParts, decided: Decided, seen: Seen) -> Said:
        for node in parts.conditions:
            if not self._value(node, seen):
                return self._unmet(node, seen)
        brought = parts.brought is None or decided.record[parts.brought]
        if brought in (0, LENT):
            return Said("nobody-brought" if brought == 0 else "lent")
        chance = self._plan.programme.rules[parts.rule].chance
        if chance is not None and parts.chance is not None and not decided.record[parts.chance]:
            return Said("chance", {"wins": str(chance.wins), "of": str(chance.of)})
        return self._nothing(parts, decided)

    def _value(self, node: Node, seen: Seen) -> Value:
        found = self._compiled.get(node)
        if found is None:
            found = self._compiled[node] = _compiled(node)
        return found(seen.event, seen.context, seen.values)

    # ---- what is said ----

    def _done(self, parts: RuleParts, decided: Decided) -> tuple[Said, ...]:
        """What the rule did, with the numbers it did it with; empty if it did nothing."""
        rule, decision = self._plan.programme.rules[parts.rule], decided.decision
        spent = total(decided.numbers, decided.memory, SPENT, parts.spent_bits)
        said = []
        if parts.share is not None:
            off = sum(decision[parts.share : parts.share + SLICES_MAX])
            if off > 0:
                said.append(Said("off", {"off": self._money(off)}))
        for currency, at in parts.accruals:
            if decision[at] > 0:
                decimals = self._plan.programme.currencies[currency].decimals
                units = format_decimal(decision[at], decimals)
                code, rate = _rate(rule, currency, self._money(spent))
                said.append(Said(code, {"units": units, "currency": currency, **rate}))
        if parts.issued is not None and decision[parts.issued] > 0:
            said.append(Said("issued", {"reward": str(rule.then.issue)}))
        if rule.then.refer and self._part.refer and decision[self._part.refer.place] > 0:
            said.append(Said("referral"))
        tells = self._part.places.get(result(parts.rule))
        if tells is not None and decision[tells] > 0:
            said += _told(rule)
        return tuple(said)

    def _unmet(self, node: Node, seen: Seen) -> Said:
        """A condition that is not definitely true, with the values seen."""
        match node:
            case Compare(op=op, left=left, right=right) if op in _NOT_SO:
                now = show_value(self._value(left, seen), left.type)
                least = show_value(self._value(right, seen), right.type)
                return Said(_NOT_SO[op], {"left": written(left), "now": now, "least": least})
            case Compare(left=left) | In(item=left) | Not(item=Compare(left=left) | In(item=left)):
                now = show_value(self._value(left, seen), left.type)
                told = {"left": written(left), "now": now, "node": written(node)}
                return Said("does-not-hold", told)
        unknown = self._value(node, seen) is None
        if isinstance(node, Ref):
            return Said("unknown" if unknown else "false", {"node": node.name})
        values = tuple(
            (written(part), show_value(self._value(part, seen), part.type))
            for part in dict.fromkeys(p for p in walk(node) if isinstance(p, Ref))
        )
        return Said("unknown" if unknown else "not-so", {"node": written(node)}, values)

    def _nothing(self, parts: RuleParts, decided: Decided) -> Said:
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
            return Said("limit-refuses")
        if group is not None and group.combine is not Combine.ALL:
            for other in self._part.rules:
                same = self._plan.programme.rules[other.rule].group == rule.group
                if same and other.rule != parts.rule and self._done(other, decided):
                    return Said("goes-before", {"other": other.rule, "group": str(rule.group)})
        return Said("nothing")

    def _used_up(self, name: str, most: int) -> Said:
        """A limit by its name in the layout (see `slots`), as the programme says it."""
        _, owner, key, counts, per, _, decimals = name.split(".")
        scale = {"times": 0, "units": int(decimals), "amount": self._plan.money_decimals}[counts]
        told = {"owner": key, "most": format_decimal(most, scale), "counts": counts, "per": per}
        return Said(f"limit-of-{owner}", told)

    def _gone(self, budget: Budget) -> Said:
        """A budget or a stock by its name (see `slots`), as the programme says it."""
        match budget.name.split("."):
            case (_, owner, key, counts, per, decimals):
                most = format_decimal(budget.most, int(decimals))
                told = {"owner": key, "most": most, "counts": counts, "per": per}
                return Said(f"budget-of-{owner}", told)
            case (_, reward):
                return Said("stock", {"reward": reward, "most": str(budget.most)})
        raise AssertionError(f"{budget.name} is no name of a budget")

    def _money(self, amount: int) -> str:
        return format_decimal(amount, self._plan.money_decimals)


class _English:
    """Numbers as they are written, and units by their names in English where there are such."""

    def __init__(self, programme: model.Programme) -> None:
        self._programme, self._phrases = programme, phrases("en")

    def say(self, key: str, *, count: Decimal | None = None, **parts: str) -> str:
        """A phrase with its parts."""
        phrase = self._phrases[key]
        if not isinstance(phrase, str):
            phrase = phrase[0 if str(count) == "1" else -1]
        return phrase.format(**parts)

    def units(self, key: str, count: Decimal) -> str:
        """`1 point`, `2 points`, `1.00 dollars`; by its id where it has no such name."""
        title = self._programme.currencies[key].title
        match () if title is None else title.forms.get("en", ()):
            case (one, several):
                return f"{count} {one if str(count) == '1' else several}"
        return f"{count} {key}"

    def number(self, value: Decimal) -> str:
        """A number with all its decimals."""
        return str(value)

    def duration(self, length: Duration) -> str:
        """So many months or days."""
        return duration_text(length)


def _rate(rule: Rule, currency: str, spent: str) -> tuple[str, dict[str, str]]:
    """How a rule's accrual is counted, as the programme says it, and on what."""
    earn = rule.then.earn.get(currency)
    if earn is None:
        return "earned-times", {"rate": str(rule.then.multiply[currency])}
    match earn.units:
        case Per(units, amount):
            return "earned-per", {"rate": str(units), "amount": str(amount), "spent": spent}
        case Percent(percent):
            return "earned-percent", {"rate": str(percent), "spent": spent}
        case formula:
            return "earned-formula", {"formula": formula.text}


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


def _told(rule: Rule) -> list[Said]:
    """What a rule gives or tells beside units, money and rewards."""
    then = rule.then
    said = [] if then.badge is None else [Said("badge", {"badge": then.badge})]
    said += [] if then.notify is None else [Said("told", {"text": then.notify})]
    return said + ([] if then.flag is None else [Said("flag")])
