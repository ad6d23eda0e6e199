"""What is known of a member, by them: profile, language, consents, sessions; to have and to end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

import msgspec

from xenia.client import ProblemError, shapes
from xenia.pages.answering import YEAR, Cookie, Download, Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.browsers import LANGUAGE
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.preferring import preferring
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import LANGUAGES, marked
from xenia.portal.places import BEFORE, CARD, COOKIE, PROFILE, SIGN_IN
from xenia.portal.showing import shown

_CONSENTS: Final = f"{PROFILE}/consents"
_LEAVE: Final = f"{PROFILE}/leave"
_ERASE: Final = f"{PROFILE}/erase"
KINDS: Final[Mapping[str, str]] = {
    "card": marked("Card"),
    "phone": marked("Phone"),
    "email": marked("E-mail address"),
    "app": marked("App"),
    "pass": marked("Pass"),
}
PURPOSES: Final[Mapping[str, str]] = {
    "marketing": marked("Offers and news"),
    "service": marked("Messages about my membership"),
    "terms": marked("Terms"),
}
_ASKED: Final = ("service", "marketing")  # what everybody may say something of
_CHANNELS: Final[Mapping[str, str]] = {
    "email": marked("by e-mail"),
    "smtp": marked("by e-mail"),
    "sms": marked("by text message"),
    "phone": marked("by phone"),
    "push": marked("on this telephone"),
}


@shown_at(PROFILE)
def profile(asked: Asked) -> Page:
    """All of it."""
    return _profile(asked)


@sent_to(PROFILE)
def changed(asked: Asked) -> Page:
    """Name, birthday and language, as far as they are named."""
    form, wanted = asked.form, dict[str, str | None]()
    fields = {name for name, _ in form.items()}
    if "name" in fields:
        wanted["name"] = form.one("name")[:200] or None
    if form.one("birthday"):
        wanted["birthday"] = form.one("birthday")
        if not _is_day(form.one("birthday")):
            said = asked.say("Write your birthday as a day, like 1990-05-17.")
            return _profile(asked, Refusal(asked.say("Nothing was changed"), said))
    cookies = []
    if form.one("locale") in {one.code for one in LANGUAGES}:
        wanted["locale"] = form.one("locale")
        cookies.append(Cookie(LANGUAGE, form.one("locale"), YEAR))
    change = shapes.OwnChange(attributes=wanted, programme=wished(asked))
    try:
        asked.client.changed_own(change, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(asked, error)
    return Gone(PROFILE, Flash(marked("It is saved.")), cookies)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > 1900
    except ValueError:
        return False


@sent_to(_CONSENTS)
def consented(asked: Asked) -> Page:
    """Yes and no, as the boxes are; what has not changed is not said again."""
    known = _consents(asked.client.own_profile(programme=wished(asked)))
    yes = set(asked.form.all("yes"))
    said = tuple(
        shapes.OwnConsent(purpose=one.purpose, channel=one.channel or None, given=given)
        for one in known
        if (given := one.key in yes) != one.given
    )
    if said:
        change = shapes.OwnChange(consents=said, programme=wished(asked))
        try:
            asked.client.changed_own(change, idempotency_key=asked.once)
        except ProblemError as error:
            return _refused(asked, error)
    return Gone(PROFILE, Flash(marked("It is saved.")))


class Consent(NamedTuple):
    """A yes or no to a purpose on a channel ("": on all), and when it was said ("": never)."""

    purpose: str
    channel: str
    given: bool
    at: str

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.purpose}|{self.channel}"


def _consents(known: shapes.OwnProfile) -> list[Consent]:
    """What has been said, and what has not been asked yet: of the service everybody is told unless
    they said no, of offers whoever said yes."""
    never = [Consent(purpose, "", purpose == "service", "") for purpose in _ASKED]
    said = [Consent(one.purpose, one.channel or "", one.given, one.at) for one in known.consents]
    return [*{one.key: one for one in (*never, *said)}.values()]


def _refused(asked: Asked, error: ProblemError) -> Page:
    if error.problem.status not in (409, 422):
        raise error
    if error.problem.code == "not-a-member":
        said = asked.say("You have left this programme: what is known of you stays as it is.")
        return _profile(asked, Refusal(asked.say("Nothing was changed"), said))
    return _profile(asked, refusal_of(error, asked.words))


def _profile(asked: Asked, wrong: Refusal | None = None) -> Page:
    known = asked.client.own_profile(programme=wished(asked))
    said = {key: asked.say(title) for key, title in PURPOSES.items()}
    channels = {key: asked.say(title) for key, title in _CHANNELS.items()}
    values = {
        "known": known,
        "programme": known.programme,
        "kinds": {kind: asked.say(title) for kind, title in KINDS.items()},
        "consents": _consents(known),
        "purposes": said,
        "channels": channels,
        "wrong": wrong,
    }
    return shown(asked, "portal/profile.html", values, 422 if wrong else 200)


@shown_at(f"{PROFILE}/data")
def data(asked: Asked) -> Page:
    """All that is held, as a file to keep or to take elsewhere."""
    all_ = msgspec.json.format(msgspec.json.encode(asked.client.own_export()), indent=2)
    return Download("my-data.json", "application/json", all_)


@shown_at(_LEAVE)
def leave(asked: Asked) -> Page:
    """Says what ends, and asks."""
    return _leaving(asked)


@sent_to(_LEAVE)
def left(asked: Asked) -> Page:
    """They have left."""
    if asked.form.one("sure") != "yes":
        return _leaving(asked, missing=True)
    try:
        asked.client.left_own(
            shapes.OwnLeaving(programme=wished(asked)), idempotency_key=asked.once
        )
    except ProblemError as error:
        return _refused(asked, error)
    return Gone(CARD, Flash(marked("You have left. Nothing is collected any more.")))


def _leaving(asked: Asked, *, missing: bool = False) -> Page:
    """The form says which programme is left: what is shown is what ends."""
    own = asked.client.own(programme=wished(asked), locale=spoken_by(asked))
    title = own.title if len(own.programmes) > 1 else ""
    values = {"missing": missing, "programme": own.programme, "title": title}
    return shown(asked, "portal/leave.html", values, 422 if missing else 200)


@shown_at(_ERASE)
def erase(asked: Asked) -> Page:
    """Says what is erased, and asks."""
    return _erasing(asked)


@sent_to(_ERASE)
def erased(asked: Asked) -> Page:
    """They are, and signed out."""
    if asked.form.one("sure") != "yes":
        return _erasing(asked, missing=True)
    try:
        proof = asked.client.erased_own(idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(asked, error)
    said = Flash(
        marked("What was known of you has been erased. The proof has the number %(number)s."),
        {"number": proof.erasure},
    )
    return Gone(SIGN_IN, said, (Cookie(COOKIE, "", 0),))


def _erasing(asked: Asked, *, missing: bool = False) -> Page:
    return shown(asked, "portal/erase.html", {"missing": missing}, 422 if missing else 200)


preferred = preferring(BEFORE, CARD)

ROUTES = (profile, changed, consented, data, leave, left, erase, erased, preferred)
