"""Random expressions over the demo scope, as text: what an author could have written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from tests.language import demo

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
EQUALITIES = ("==", "!=")
T = TypeVar("T")


@dataclass(frozen=True)
class Writer:
    """Writes one expression; `list` is set inside a macro, where only the event can be read."""

    random: Random
    list: str | None = None
    plain: bool = False  # whole numbers, dates and truth values only, no macro

    def condition(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.3:
            return self._test(0)
        forms = [self._joined, self._joined, self._negated, self._test, self._chosen_condition]
        if self.list is None and not self.plain:
            forms += [self._macro_condition, self._macro_condition]
        return self.random.choice(forms)(depth - 1)

    def number(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.25:
            return self._numeric_leaf()
        forms = [
            self._sum,
            self._product,
            self._per,
            self._rounded,
            self._extreme,
            self._chosen_number,
            self._days,
            self._calendar,
        ]
        if self.list is None and not self.plain:
            forms += [self._fold, self._fold, self._paid]
        return self.random.choice(forms)(depth - 1)

    def text(self, depth: int) -> str:
        name = self._pick("channel", "shop", "receipt")
        if self.list == "lines":
            name = self._pick("l.sku", "l.brand", "l.category", name)
        if depth <= 0 or self.random.random() < 0.6:
            return name
        if self.random.random() < 0.5:
            return f"coalesce({name}, {self.text(depth - 1)})"
        return f'({self.condition(depth - 1)} ? {name} : "{self._pick(*demo.WORDS)}")'

    # ---- numbers ---------------------------------------------------------------------------------

    def _numeric_leaf(self) -> str:
        if self.random.random() < 0.3:
            return self._written()
        if self.list is not None and self.random.random() < 0.75:
            numbers = {
                "lines": ("l.amount", "l.quantity", "l.regular_amount", "l.nights"),
                "payments": ("l.amount",),
            }
            return self._pick(*numbers[self.list])
        event = (
            "basket.amount",
            "basket.quantity",
            "payment.amount",
            "attributes.nights",
            "attributes.factor",
        )
        if self.list is not None:
            return self._pick(*event)
        return self._pick(
            *event,
            "spent",
            "metric.visits",
            "metric.spent_this_year",
            "balance.points",
            "previous(metric.spent_this_year)",
            "with_this(metric.visits)",
        )

    def _written(self) -> str:
        return self._pick(
            "0",
            "1",
            "10",
            "50",
            "-1",
            "12.5",
            "0.1",
            "-0.25",
            "99.99",
            "0.005",
            str(self.random.randrange(-30, 200)),
            f"{self.random.randrange(100)}.{self.random.randrange(100):02d}",
        )

    def _sum(self, depth: int) -> str:
        return f"({self.number(depth)} {self._pick('+', '-')} {self.number(depth)})"

    def _product(self, depth: int) -> str:
        factor = self.number(0) if self.random.random() < 0.2 else self._written()
        pair = [self.number(depth), factor]
        self.random.shuffle(pair)
        return f"({pair[0]} * {pair[1]})"

    def _per(self, depth: int) -> str:
        by = self.number(depth)
        if self.random.random() < 0.6:
            by = self._pick("10", "1.00", "-7", "2.5", "100")
        return f"per({self.number(depth)}, {by})"

    def _rounded(self, depth: int) -> str:
        inner = self.number(depth)
        return self._pick(
            f"round({inner}, {self.random.randrange(4)})",
            f"round({inner}, 0)",
            f"round({inner} * 0.5, 0)",
            f"floor({inner})",
            f"ceil({inner})",
            f"-{inner}" if inner[0] not in "-0123456789" else f"-({inner})",
        )

    def _extreme(self, depth: int) -> str:
        if self.random.random() < 0.3:
            return f"max(0, min({self.number(depth)}, 1000))"
        items = [self.number(depth) for _ in range(self._pick(2, 2, 3))]
        return f"{self._pick('min', 'max')}({', '.join(items)})"

    def _chosen_number(self, depth: int) -> str:
        first, second = self.number(depth), self.number(depth)
        if self.random.random() < 0.5:
            return f"coalesce({first}, {second})"
        return f"({self.condition(depth)} ? {first} : {second})"

    def _days(self, depth: int) -> str:
        return f"days({self._date(depth)}, {self._date(depth)})"

    def _calendar(self, depth: int) -> str:
        if self.random.random() < 0.4:
            return f"{self._pick('hour', 'weekday', 'month', 'day', 'year')}(occurred_at)"
        return f"{self._pick('weekday', 'month', 'day', 'year')}({self._date(depth)})"

    def _date(self, depth: int) -> str:
        names = ["member.birthday", "date(occurred_at)", 'date("2026-01-01")', 'date("2000-02-29")']
        if self.list is None:
            names.append("member.enrolled_on")
        if depth > 0 and self.random.random() < 0.3:
            return f"coalesce(member.birthday, {self._date(depth - 1)})"
        return self._pick(*names)

    # ---- conditions ------------------------------------------------------------------------------

    def _joined(self, depth: int) -> str:
        terms = [self.condition(depth) for _ in range(self._pick(2, 2, 3))]
        word = self._pick(" && ", " || ")
        return f"({word.join(terms)})"

    def _negated(self, depth: int) -> str:
        return f"!({self.condition(depth)})"

    def _chosen_condition(self, depth: int) -> str:
        first, second = self.condition(depth), self.condition(depth)
        return self._pick(
            f"({self.condition(depth)} ? {first} : {second})",
            f"coalesce({first}, {second})",
            f"(({first}) == ({second}))",
            f"has({self.number(depth)})",
            f"(({first}) != null)",
        )

    def _test(self, depth: int) -> str:
        forms = [self._compared, self._compared, self._dated, self._flag, self._moment]
        if not self.plain:
            forms += [self._texts, self._texts, self._listed, self._options]
        if self.list is None:
            forms += [self._level, self._counted]
        if self.list == "lines":
            forms.append(self._tagged)
        return self.random.choice(forms)(depth)

    def _compared(self, depth: int) -> str:
        op = self._pick(*COMPARISONS)
        return f"{self.number(depth)} {op} {self.number(depth)}"

    def _dated(self, depth: int) -> str:
        if self.random.random() < 0.3:
            return f'{self._date(depth)} in [date("2026-01-01"), date("2026-03-01")]'
        return f"{self._date(depth)} {self._pick(*COMPARISONS)} {self._date(depth)}"

    def _moment(self, _depth: int) -> str:
        moment = 'timestamp("2027-06-01T00:00:00+03:00")'
        return f"occurred_at {self._pick(*COMPARISONS)} {moment}"

    def _flag(self, _depth: int) -> str:
        return self._pick("attributes.vip", "has(attributes.vip)", "attributes.vip == null", "true")

    def _texts(self, depth: int) -> str:
        return f"{self.text(depth)} {self._pick(*EQUALITIES)} {self.text(depth)}"

    def _options(self, _depth: int) -> str:
        if self.list == "lines":
            return f'l.category {self._pick(*EQUALITIES)} "{self._pick(*demo.CATEGORIES)}"'
        return f'channel {self._pick(*EQUALITIES)} "{self._pick(*demo.CHANNELS)}"'

    def _listed(self, _depth: int) -> str:
        return self._pick(
            "shop in list.special",
            'shop in ["b", "c", "x"]',
            'channel in ["web", "app"]',
            ("l.sku" if self.list == "lines" else "receipt") + ' in ["a"]',
        )

    def _counted(self, _depth: int) -> str:
        return self._pick(
            "attributes.nights in [0, 1, 50]",
            "basket.amount in [0, 1.00, 12.5]",
            "month(occurred_at) in [1, 6]",
        )

    def _level(self, _depth: int) -> str:
        name = self._pick(*demo.LEVELS)
        return self._pick(
            f'tier.status {self._pick(*EQUALITIES)} "{name}"',
            f'at_least(tier.status, "{name}")',
            f'tier.status in ["{name}", "gold"]',
        )

    def _tagged(self, _depth: int) -> str:
        return f'"{self._pick(*demo.TAGS)}" in l.tags'

    # ---- macros ----------------------------------------------------------------------------------

    def _inside(self) -> Writer:
        return replace(self, list=self._pick("lines", "lines", "payments"))

    def _macro_condition(self, depth: int) -> str:
        inside = self._inside()
        body = inside.condition(depth)
        filtered = f".filter(l, {inside.condition(depth)})" if self.random.random() < 0.3 else ""
        return self._pick(
            f"{inside.list}{filtered}.exists(l, {body})", f"{inside.list}.all(l, {body})"
        )

    def _fold(self, depth: int) -> str:
        inside = self._inside()
        filtered = f".filter(l, {inside.condition(depth)})" if self.random.random() < 0.6 else ""
        if self.random.random() < 0.2:
            return self._ended(f"{inside.list}{filtered}", self._pick("count", "size"))
        chain = f"{inside.list}{filtered}.map(l, {inside.number(depth)})"
        return self._ended(chain, self._pick("sum", "min", "max"))

    def _paid(self, depth: int) -> str:
        inside = replace(self, list="lines")
        filtered = f".filter(l, {inside.condition(depth)})" if self.random.random() < 0.6 else ""
        value = self._pick("l.paid", "l.paid * 0.5", "2 * l.paid")
        return self._ended(f"lines{filtered}.map(l, {value})", "sum")

    def _ended(self, chain: str, macro: str) -> str:
        if macro != "size" and self.random.random() < 0.3:
            return f"{macro}({chain})"
        return f"{chain}.{macro}()"

    def _pick(self, *choices: T) -> T:
        return self.random.choice(choices)
