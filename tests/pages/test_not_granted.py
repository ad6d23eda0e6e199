"""Why something was not granted: every code has words of its own, in every language."""

from __future__ import annotations

from xenia.client.shapes import Refusal
from xenia.pages.not_granted import SAID, why
from xenia.pages.words import FOLDER, words
from xenia.services.codes.refusals import REFUSALS


def test_every_code_has_words() -> None:
    assert SAID.keys() == REFUSALS.keys(), "say it here, and in the catalogs"


def test_it_is_said_in_the_readers_language() -> None:
    refusal = Refusal(
        code="insufficient-balance", claim="spend", subject="beans", rule=None, text="12 of 9"
    )
    assert why(refusal, words("el", (FOLDER,))) == ("Δεν υπάρχουν τόσα.", None)
    assert why(refusal, words("en", (FOLDER,))) == ("There are not so many.", None)


def test_of_a_code_that_is_new_the_answers_own_words_are_said_as_what_they_are() -> None:
    refusal = Refusal(code="new", claim="spend", subject=None, rule=None, text="it is new")
    assert why(refusal, words("el", (FOLDER,))) == ("it is new", "en")
    assert why(refusal, words("en", (FOLDER,))) == ("it is new", None)
