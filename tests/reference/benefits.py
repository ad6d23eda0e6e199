"""Benefits in the reference: who has which until when, how often each can be used, and its uses."""

from __future__ import annotations

from datetime import date

from tests.reference.days import maybe_number, number
from tests.reference.deciding import Deciding
from tests.reference.holdings import FAR, Member
from tests.reference.rulebook import Rulebook
from tests.reference.standing import places
from xenia.effects import Effect, Kind
from xenia.events.model import Use


def benefits(book: Rulebook, member: Member, seen: date) -> dict[str, int | None]:
    """What levels bring and what was granted, until when."""
    if book.closed(max(seen, member.today)):
        return {}
    found = {key: until for key, until in member.benefits.items() if until > seen}
    for key, tier in book.programme.tiers.items():
        tenure = member.tenures[key]
        level = places(book, tier)[tenure.place]
        for benefit in tier.levels[level].benefits if level else ():
            until = tenure.until or FAR
            found[benefit] = max(until, found.get(benefit, until))
    return {
        key: maybe_number(book.no_later(None if until == FAR else until))
        for key, until in found.items()
    }


def ladder_that_counts(book: Rulebook, benefit: str) -> str | None:
    for key, tier in book.programme.tiers.items():
        if any(level.benefits.get(benefit) for level in tier.levels.values()):
            return key
    return None


def most(book: Rulebook, member: Member, benefit: str, seen: date) -> int | None:
    """How often a benefit that is counted can be used between reviews; None: as often as one likes,
    0: it is not there."""
    if member.benefits.get(benefit, seen) > seen:
        return None
    key = ladder_that_counts(book, benefit) or ""
    level = places(book, book.programme.tiers[key])[member.tenures[key].place]
    brought = book.programme.tiers[key].levels[level].benefits if level else {}
    return (brought[benefit] or None) if benefit in brought else 0


def left(book: Rulebook, member: Member, seen: date) -> dict[str, tuple[int, int]]:
    """Of what is counted, how often it can still be used, and of how often."""
    found = {}
    for benefit in benefits(book, member, seen):
        if ladder_that_counts(book, benefit):
            number_of = most(book, member, benefit, seen)
            if number_of is not None:
                found[benefit] = (max(0, number_of - len(member.uses[benefit])), number_of)
    return found


def use_benefit(deciding: Deciding, event: Use) -> None:
    """Use a benefit once, or refuse it."""
    benefit, member = event.benefit or "", deciding.member
    refusal = why_not(deciding, benefit)
    if refusal is not None:
        deciding.refusals.append((refusal, "use"))
        return
    if counts(deciding.book, member, benefit, deciding.day):
        member.uses[benefit].append(deciding.day)
    deciding.used_benefit = benefit
    deciding.effects.append(told(deciding, Kind.USE, benefit))


def counts(book: Rulebook, member: Member, benefit: str, day: date) -> bool:
    """Whether a use of a day is not before the last review."""
    key = ladder_that_counts(book, benefit) or ""
    return day >= member.reviewed.get(key, date.min)


def why_not(deciding: Deciding, benefit: str) -> str | None:
    book, member = deciding.book, deciding.member
    if deciding.closed():
        return "programme-closed"
    tiers = book.programme.tiers.values()
    brought = {name for tier in tiers for level in tier.levels.values() for name in level.benefits}
    if benefit not in {*brought, *book.programme.benefits}:
        return "unknown-benefit"
    if ladder_that_counts(book, benefit) is None:
        return "not-counted"
    number_of = most(book, member, benefit, member.today)
    if number_of == 0:
        return "not-yours"
    counted = counts(book, member, benefit, deciding.day)
    if number_of is not None and counted and len(member.uses[benefit]) >= number_of:
        return "none-left"
    return None


def give_back(deciding: Deciding, benefit: str, day: date) -> None:
    """A use of a day is cancelled."""
    member = deciding.member
    if counts(deciding.book, member, benefit, day) and member.uses[benefit]:
        member.uses[benefit].pop()
    deciding.effects.append(told(deciding, Kind.GIVE_BACK, benefit))


def told(deciding: Deciding, kind: Kind, benefit: str) -> Effect:
    member = deciding.member
    number_of = most(deciding.book, member, benefit, member.today)
    still = None if number_of is None else max(0, number_of - len(member.uses[benefit]))
    return Effect(kind=kind, day=number(deciding.day), benefit=benefit, left=still)
