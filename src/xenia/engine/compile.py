"""A programme becomes a plan: slots, parameters and the source of `step` and `due`."""

from __future__ import annotations

from xenia.engine import (
    emit_benefits,
    emit_closing,
    emit_decide,
    emit_due,
    emit_levels,
    emit_offers,
    emit_post,
    emit_staff,
)
from xenia.engine.activities import ACTIVITIES, IDLE
from xenia.engine.emit_refer import REFERRAL
from xenia.engine.layout import LayoutWriter
from xenia.engine.lower import Lowering, Source
from xenia.engine.plan import Meanings, Plan, TypePlan
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms
from xenia.engine.type_writer import Codes, TypeWriter
from xenia.language.ir import Node
from xenia.programme.formulas import Analysis, analyse
from xenia.programme.model import MOMENTS, Never, Programme

# The number of an event type in the column KIND.
EVENT_TYPES = {
    "purchase": 1,
    "redemption": 2,
    "enrolment": 3,
    "profile": 4,
    "adjustment": 5,
    "hold": 6,
    "release": 7,
    "birthday": 8,
    "grant": 9,
    "act": 10,
    "stay": 11,
    "flight": 12,
    "rental": 13,
    "anniversary": 14,
    "month-end": 15,
    "inactivity": 16,
    "use": 17,
    "transfer": 18,
    "received": 19,
    "referral": 20,
    "card": 21,
    "leave": 22,
}
_IDLE_NUMBER = 99


def compile_programme(programme: Programme, version: int = 1, *, many: int | None = None) -> Plan:
    """Compile a programme in which `check` finds no error.

    From so `many` on, what the offers of an event type earn stands in a table.
    """
    analysis = analyse(programme)
    if analysis.problems:
        first = analysis.problems[0]
        raise ValueError(f"{'.'.join(first.path)}: {first.error}: check the programme first")
    source, layout, codes = Source(), LayoutWriter(), Codes()
    terms = Terms(programme, analysis, source)
    slots = Slots(programme, analysis.metric_scales, layout)
    emit_due.emit_readings(terms, slots)
    emit_benefits.emit_readings(terms, slots)
    emit_levels.emit_tiers(terms, slots, codes)
    emit_due.emit_automatic(terms, slots, codes)
    emit_closing.emit(terms, slots, codes)
    types: dict[str, TypePlan] = {}
    tables: list[TypeWriter] = []
    numbers = {
        name: number
        for name, number in EVENT_TYPES.items()
        if name not in MOMENTS or name in slots.moments  # else none is recorded
    }
    said = {rule.on for rule in programme.rules.values()}
    said |= {metric.on for metric in programme.metrics.values()}
    if REFERRAL not in said:  # none is recorded either
        del numbers[REFERRAL]
    idle = sorted({*ACTIVITIES} - said)
    for name in idle:
        del numbers[name]
    if idle:
        numbers[IDLE] = _IDLE_NUMBER
    for name, number in numbers.items():
        offered = emit_offers.offered(terms, name, many)
        writer = TypeWriter(terms, slots, codes, name, number, Lowering(source), offered=offered)
        if name in emit_staff.DECIDED:
            emit_staff.emit(writer)
        else:
            emit_decide.emit(writer)
            emit_post.emit(writer)
        types[name] = writer.plan()
        tables.append(writer)
    if idle:
        types |= dict.fromkeys(idle, types[IDLE])
    emit_due.emit_due(terms, slots, codes)
    emit_due.emit_step(terms, numbers)
    accruals = [(*rule.then.earn, *rule.then.multiply) for rule in programme.rules.values()]
    offers = emit_offers.number(tables)
    room = 4 + sum(len(currencies) for currencies in accruals) - len(offers)
    return Plan(
        programme=programme,
        analysis=analysis,
        version=version,
        source=source.text(),
        params=tuple(source.params),
        layout=layout.layout(room=room),
        codes=Meanings(codes.own(), offers),
        types=types,
        money_decimals=terms.money_decimals,
        excluded=_excluded(programme, analysis),
        rewards=tuple(sorted(programme.rewards)),
        offers=emit_offers.digest(tables),
    )


def _excluded(programme: Programme, analysis: Analysis) -> dict[str, tuple[Node, ...]]:
    """The lines that never count for what."""
    return {
        never.value: tuple(
            analysis.nodes["exclusions", key, "lines"]
            for key, exclusion in sorted(programme.exclusions.items())
            if never in exclusion.never
        )
        for never in Never
    }
