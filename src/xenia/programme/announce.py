"""What a new version changes for members, in the words in which a programme is told to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenia.programme.compare import Kind, changes
from xenia.programme.explain import explain
from xenia.programme.formulas import analyse
from xenia.programme.model import Programme
from xenia.programme.words import languages


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of a programme and holds `no_longer`, and what holds `now`, a sentence each."""

    no_longer: tuple[str, ...]
    now: tuple[str, ...]


def told(old: Programme, new: Programme, locale: str) -> Told:
    """How two programmes differ, as a customer is told them in a locale (`en`, `el-GR`).

    Raises words.NoPhrases, which names the languages that there are.
    """
    before, after = (explain(one, analyse(one), locale).sentences for one in (old, new))
    return Told(_without(before, after), _without(after, before))


def announcement(old: Programme, new: Programme) -> dict[str, Told] | None:
    """What all members are to be told of a new version, by language; None where every decision
    stays as it is.

    Two that differ in what is never told, such as a budget, are announced without a sentence.
    """
    if all(change.kind is Kind.WORDS for change in changes(old, new)):
        return None
    return {language: told(old, new, language) for language in languages()}


def _without(sentences: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(sentence for sentence in sentences if sentence not in others)
