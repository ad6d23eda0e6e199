"""Advice on what has no plain words, so that no customer could be told it."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.programme.check.subject import Found, Subject
from xenia.programme.explain import explain


def no_plain_words(subject: Subject) -> Iterator[Found]:
    """A part for which `explain` has only "see the full terms".  The programme must be sound."""
    rules = subject.programme.rules
    for part in explain(subject.programme, subject.analysis, "en").unsaid:
        rule = part.path[0] == "rules"
        if rule and rules[part.path[1]].terms is not None:
            continue  # in a language of its own
        yield Found(
            "no-plain-words",
            part.path,
            f"`{part.path[1]}` is too complicated to be told to a customer in a sentence",
            "say it in your own words by `terms`, or make it simpler"
            if rule
            else "make it simpler, or give what it names a `title`",
            severity="advice",
            on_key=True,
        )


CHECKS = (no_plain_words,)
