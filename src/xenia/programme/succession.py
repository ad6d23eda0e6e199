"""What a new version of a programme may not do to its members, and what becomes of what they have.

Errors are changes by which units or members would be lost.  Advice says what a change does to
members that its author may not have meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from xenia.programme.findings import Finding, Path, Severity
from xenia.programme.ladders import Level, Tier
from xenia.programme.model import Programme
from xenia.programme.periods import Inactive, own_end
from xenia.programme.scope import ladder
from xenia.programme.settings import NewTerms


def succession(old: Programme, new: Programme) -> tuple[Finding, ...]:
    """What is to be said when `new` is to follow `old`; no finding has a place in a file.

    The path is that of the part in the new document, also where it is gone from it.
    """
    return tuple(finding for check in _CHECKS for finding in check(old, new))


def _whose(old: Programme, new: Programme) -> Iterator[Finding]:
    if old.id != new.id:
        yield _finding(
            "other-programme",
            ("programme",),
            f"The programme is called {old.id}, and {new.id} would be another one",
            f"call it {old.id}, or publish it as a programme of its own",
        )
    if old.money != new.money:
        yield _finding(
            "other-money",
            ("money",),
            f"Past purchases and limits are counted in {old.money}, not in {new.money}",
            f"keep {old.money}, or publish a programme of its own for {new.money}",
        )
    if old.timezone != new.timezone:
        yield _finding(
            "other-timezone",
            ("timezone",),
            f"Lots, levels and windows are kept by the local days of {old.timezone}",
            f"keep {old.timezone}; a location may have a `timezone` of its own",
        )


def _attributes(old: Programme, new: Programme) -> Iterator[Finding]:
    """Free text is personal, and kept where it can be erased; all else is kept as facts.  Nothing
    is looked for in the other place.  Of events nothing is kept that a later version would read."""
    for key, before in sorted(old.attributes.member.items()):
        after = new.attributes.member.get(key)
        path = ("attributes", "member", key)
        if after is None:
            if not before.free:
                yield _finding(
                    "attribute-gone",
                    path,
                    f"Members may have a value of {key}, which would be lost with their next"
                    " profile",
                    "keep it: where no rule reads it, it does nothing",
                )
        elif before.type != after.type:
            yield _finding(
                "other-type",
                (*path, "type"),
                f"Members' values of {key} were given as {before.type}, and are no {after.type}",
                f"keep `type: {before.type}`, or name the new attribute otherwise",
            )
        elif before.free != after.free:
            if before.free:
                sentence = (
                    f"What members wrote as {key} is personal and kept apart; a choice is not"
                )
                remedy = "keep it without `options`"
            else:
                sentence = f"What members chose as {key} is no secret; free text is personal"
                remedy = "keep `options`, which may be others"
            remedy += ", or name the new attribute otherwise"
            yield _finding("other-keeping", (*path, "options"), sentence, remedy)


def _currencies(old: Programme, new: Programme) -> Iterator[Finding]:
    for key, before in sorted(old.currencies.items()):
        after = new.currencies.get(key)
        if after is None:
            yield _finding(
                "currency-gone",
                ("currencies", key),
                f"Members may hold {key}, which would be lost without the currency",
                "keep it: without rules that earn it, it is spent or ends by and by",
            )
            continue
        if before.decimals != after.decimals:
            yield _finding(
                "other-decimals",
                ("currencies", key, "decimals"),
                f"Members' {key} are counted with {before.decimals} decimals, not {after.decimals}",
                f"keep `decimals: {before.decimals}`, or name the new currency otherwise",
            )
        if before.pending is not None and after.pending is None:
            yield _finding(
                "pending-gone",
                ("currencies", key, "pending"),
                f"Members may have {key} that are still pending, and would never become usable",
                "keep `pending`, with a shorter time such as `1 day`",
            )
        ended = isinstance(before.expires, Inactive) and own_end(before.expires) is None
        if ended and not isinstance(after.expires, Inactive):
            yield _finding(
                "never-ends",
                ("currencies", key, "expires"),
                f"Nothing will end the {key} that members have: only inactivity would have",
                "this is fine if it is meant",
                severity="advice",
            )


def _ends(old: Programme, new: Programme) -> Iterator[Finding]:
    if new.settings.new_terms is not NewTerms.ALL:
        return
    for key, after in sorted(new.currencies.items()):
        before = old.currencies.get(key)
        if before is not None and own_end(before.expires) != own_end(after.expires):
            yield _finding(
                "ends-otherwise",
                ("settings", "new-terms"),
                f"The {key} that members have will end as the new terms say, counted from the day"
                " on which they were earned; what would have ended by then ends at once",
                "this is fine if it is meant, and announced in time",
                severity="advice",
            )


def _tiers(old: Programme, new: Programme) -> Iterator[Finding]:
    for key, before in sorted(old.tiers.items()):
        after = new.tiers.get(key)
        if after is None:
            yield _finding(
                "tier-gone",
                ("tiers", key),
                f"Members lose their levels of {key}, with all that those bring",
                "this is fine if it is meant, and announced",
                severity="advice",
            )
        else:
            yield from _levels(key, before, after)


def _levels(key: str, before: Tier, after: Tier) -> Iterator[Finding]:
    """Levels that members may have, and that are no longer there."""
    left = ladder(after)
    for number, name in enumerate(ladder(before)):
        if name not in left and name in before.levels:
            below = [lower for lower in ladder(before)[:number] if lower in left]
            becomes = below[-1] if below else left[0]
            yield _finding(
                "level-gone",
                ("tiers", key, "levels", name),
                f"Who has the level {name} of {key} will have {_named(becomes, after)}",
                "this is fine if it is meant, and announced",
                severity="advice",
            )


def _named(level: str, tier: Tier) -> str:
    return f"the level {level}" if level in tier.levels else "none"


def _metrics(old: Programme, new: Programme) -> Iterator[Finding]:
    """Numbers that are counted anew although a level depends on them."""
    for key, after in sorted(new.metrics.items()):
        before = old.metrics.get(key)
        if before is None:
            continue
        if replace(before, title=after.title, rollover=after.rollover) == after:
            continue
        ladders = [
            name
            for name, tier in sorted(new.tiers.items())
            if any(key in _asked(level) for level in tier.levels.values())
        ]
        if ladders:
            yield _finding(
                "counts-anew",
                ("metrics", key),
                f"{key} is defined otherwise, so all that happened before is counted anew for"
                f" everybody, and with it what counts for {' and '.join(ladders)}",
                "keep its definition, or announce it",
                severity="advice",
            )


def _asked(level: Level) -> set[str]:
    return {*level.any, *level.all}


_CHECKS: Final[tuple[Callable[[Programme, Programme], Iterator[Finding]], ...]] = (
    _whose,
    _attributes,
    _currencies,
    _ends,
    _tiers,
    _metrics,
)


def _finding(
    code: str, path: Path, sentence: str, remedy: str, *, severity: Severity = "error"
) -> Finding:
    return Finding(severity, code, path, None, sentence, remedy)
