"""Whether the expressions can be read, and whether they can ever be true."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.language.types import Bool
from xenia.programme.check.subject import Found, Subject
from xenia.programme.feasible import conjuncts, possible


def problems(subject: Subject) -> Iterator[Found]:
    """What the language cannot read."""
    for problem in subject.analysis.problems:
        error = problem.error
        yield Found(problem.code, problem.path, error.message, error.remedy, at=error.at)


def notes(subject: Subject) -> Iterator[Found]:
    """What the language can read, but the author may not have meant."""
    for advice in subject.analysis.advice:
        note = advice.note
        yield Found(
            "unknown-values", advice.path, note.message, note.remedy, severity="advice", at=note.at
        )


def never_true(subject: Subject) -> Iterator[Found]:
    """A condition that nothing can fulfil: constant, beyond all bounds, or against itself."""
    for path, node in subject.analysis.nodes.items():
        if not isinstance(node.type, Bool) or possible(node):
            continue
        alone = next((part for part in conjuncts(node) if not possible(part)), None)
        if alone is None:
            sentence = "these conditions contradict one another, so nothing fulfils them all"
            remedy = "join what may hold in turn with ||, or write two rules"
        else:
            sentence = "this can never be true"
            remedy = "correct the comparison, or take the condition away"
        yield Found("never-true", path, sentence, remedy, at=0 if alone is None else alone.at)


CHECKS = (problems, notes, never_true)
