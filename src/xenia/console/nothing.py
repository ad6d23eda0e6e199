"""What is answered where an address names something that there is not."""

from __future__ import annotations

from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.refusals import of_status


def nothing_there(asked: Asked) -> Page:
    """A page that says so."""
    values = {"refusal": of_status(404, asked.words), "status": 404}
    return Shown("console/error.html", values, 404)
