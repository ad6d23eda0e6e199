"""What a till is: its programme, the name of the terminal and where it stands; kept in the browser,
so that whoever signs in next finds it so."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode

from xenia.client import ProblemError, shapes
from xenia.pages.answering import YEAR, Cookie, Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked
from xenia.till.places import HOME, SETTINGS, THIS_TILL

_LONGEST = 60  # characters of a name


@dataclass(frozen=True, slots=True)
class ThisTill:
    """None: nobody has said."""

    programme: str | None = None
    terminal: str | None = None
    location: str | None = None


def this_till(asked: Asked) -> ThisTill:
    """As this browser has it."""
    said = parse_qs(unquote(asked.cookies.get(THIS_TILL, "")))
    known = {name: values[-1][:_LONGEST] for name, values in said.items() if values}
    return ThisTill(known.get("programme"), known.get("terminal"), known.get("location"))


def programme_of(asked: Asked, named: str | None = None) -> shapes.TillProgramme | None:
    """The programme of this till, or the one `named`, in the reader's language; None: one has to be
    chosen first."""
    try:
        return asked.client.till_programme(
            programme=named or this_till(asked).programme, locale=spoken_by(asked)
        )
    except ProblemError as error:
        if error.problem.code != "wrong-parameter":
            raise
        return None


def to_be_chosen() -> Page:
    """Where the programme is chosen."""
    return Gone(SETTINGS, Flash(marked("Say first which programme this till is for."), kind="info"))


@shown_at(SETTINGS)
def settings(asked: Asked) -> Page:
    """What this till is."""
    values = {
        "programmes": asked.client.programmes().data,
        "locations": _locations(asked),
        "till": this_till(asked),
    }
    return Shown("till/settings.html", values)


def _locations(asked: Asked) -> dict[str, str]:
    found = programme_of(asked)
    return {} if found is None else found.locations


@sent_to(SETTINGS)
def chosen(asked: Asked) -> Page:
    """It is from now on."""
    form = asked.form
    said = {
        name: form.one(name)[:_LONGEST]
        for name in ("programme", "terminal", "location")
        if form.one(name)
    }
    cookie = Cookie(THIS_TILL, quote(urlencode(said), safe=""), YEAR)
    return Gone(HOME, Flash(marked("This till is set up.")), cookies=(cookie,))


ROUTES = (settings, chosen)
