"""How the demonstration tells a member's year: purchases, the reason of every point, balances."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from xenia.cli.demo_words import Words, console, heading, many, paragraph
from xenia.effects import Effect, Kind, Outcome
from xenia.services.demo import Demonstration
from xenia.services.stories import Gap, Story, Told


def print_story(run: Demonstration, story: Story) -> None:
    """A member's year; every unit of it is in one line or another."""
    words = Words(run.plan)
    heading(f"Household {story.member}: {story.why}")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("when", no_wrap=True)
    table.add_column("bought for", justify="right", no_wrap=True)
    table.add_column("what came of it")
    table.add_column("held then", justify="right", no_wrap=True)
    for part in story.parts:
        if isinstance(part, Gap):
            came = "\n".join(_gap(words, part))
            table.add_row(
                f"... {part.purchases:,} more", words.bare(part.amount), came or "nothing", ""
            )
        else:
            table.add_row(*_told(words, part))
    console().print(table)
    for sentence in _whole(words, story):
        paragraph(sentence)


def _told(words: Words, told: Told) -> Iterator[str]:
    """The cells of one purchase, or of what fell due after the last."""
    if told.purchase is None:
        yield "after that"
        yield ""
    else:
        amount = sum(line.amount for line in told.purchase.lines)
        yield words.minute(told.purchase.occurred_at)
        yield f"{words.bare(amount)}\n{many(len(told.purchase.lines), 'line')}"
    yield "\n".join((*_reasons(told.outcome), *_happened(words, told.outcome)))
    assert told.outcome.view is not None, "the account of a member has a view"
    yield "\n".join(
        words.units(key, held.balance)
        + (f"\n{words.number(key, held.pending)} pending" if held.pending else "")
        for key, held in told.outcome.view.wallet.items()
    )


def _reasons(outcome: Outcome) -> Iterator[str]:
    """Why the rules that applied did; if none did, why not."""
    applied = [reason for reason in outcome.trace if reason.applied]
    for reason in applied or outcome.trace:
        yield f"{reason.rule}: {reason.because}"


def _happened(words: Words, outcome: Outcome) -> Iterator[str]:
    """What rules alone do not tell."""
    for effect in outcome.effects:
        if effect.rule is None:
            due = f"{words.day(effect.day)}: " if effect.due else ""
            yield f"{due}{_effect(words, effect)}"


def _effect(words: Words, effect: Effect) -> str:
    ends = "" if effect.expires is None else f" (until {words.day(effect.expires)})"
    currency, units = effect.currency or "", effect.units or 0
    match effect.kind:
        case Kind.TIER:
            return f"{effect.tier} is now {effect.level or 'none'}{ends}"
        case Kind.ISSUE:
            return f"{words.reward(effect.reward or '')} issued{ends}"
        case Kind.SPEND:
            return f"{words.units(currency, units)} spent"
        case Kind.EXPIRE:
            return f"{words.units(currency, units)} expired"
        case Kind.ACTIVATE:
            return f"{words.units(currency, units)} can be spent now"
    return effect.kind.value


def _gap(words: Words, gap: Gap) -> Iterator[str]:
    if gap.discount:
        yield f"{words.money(gap.discount)} off"
    for verb, sums in (
        ("earned", gap.units.earned),
        ("spent", gap.units.spent),
        ("expired", gap.units.expired),
    ):
        for key, units in sorted(sums.items()):
            yield f"{words.units(key, units)} {verb}"
    for key, number in sorted(gap.issued.items()):
        yield f"{number:,} times: {words.reward(key)} issued"


def _whole(words: Words, story: Story) -> Iterator[str]:
    whole, units = story.whole, story.whole.units
    yield f"Together {many(whole.purchases, 'purchase')} for {words.money(whole.amount)}."
    for key, held in story.end.wallet.items():
        pending = f", {words.number(key, held.pending)} of them pending" if held.pending else ""
        yield (
            f"{words.number(key, units.earned[key])} {key} earned"
            f" - {words.number(key, units.spent[key])} spent"
            f" - {words.number(key, units.expired[key])} expired"
            f" = {words.number(key, held.balance + held.pending)} held{pending}."
        )
    if whole.discount:
        yield f"{words.money(whole.discount)} off in all."
