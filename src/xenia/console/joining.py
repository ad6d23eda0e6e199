"""Who joins and leaves, what is known of them, and what leads to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import MEMBER, Act, Field, Kind, Whom
from xenia.console.member import ATTRIBUTES, KINDS
from xenia.console.places import ENROL
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import LANGUAGES, marked

_SCOPE: Final = "members:write"
_CHANNEL: Final = "console"
_ASKED: Final[Mapping[str, Kind]] = {"phone": "tel", "email": "email", "card": "text"}
_BUILT_IN: Final = ("birthday", "locale", "timezone")
_TYPES: Final[Mapping[str, Kind]] = {"date": "date", "integer": "number", "decimal": "number"}
Value = str | int | bool | None


# ---- what is known -------------------------------------------------------------------------------


def _declared(asked: Asked, programme: str) -> dict[str, Mapping[str, object]]:
    """The attributes that members of a programme have, by name, as its document has them."""
    said = acts.within(acts.document(asked, programme), "attributes", "member")
    own = {str(name): one if isinstance(one, Mapping) else {} for name, one in said.items()}
    built = {"birthday": {"type": "date"}, "locale": {"type": "locale"}, "timezone": {}}
    return {**own, **built}


def _about(
    asked: Asked, declared: Mapping[str, Mapping[str, object]], now: Mapping[str, object]
) -> list[Field]:
    """A field for each attribute."""
    fields = []
    for name, said in declared.items():
        label = asked.say(ATTRIBUTES[name]) if name in ATTRIBUTES else name
        value = now.get(name, "")
        text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        options = said.get("options")
        kind = str(said.get("type", "text"))
        choices: list[tuple[str, str]] = []
        if kind == "boolean":
            choices = [("", "–"), ("yes", asked.say("Yes")), ("no", asked.say("No"))]
        elif kind == "locale":
            choices = [("", "–"), *((one.code, one.name) for one in LANGUAGES)]
        elif isinstance(options, list):
            choices = [("", "–"), *((str(one), str(one)) for one in options)]
        if choices and text not in dict(choices):
            choices.append((text, text))
        shape: Kind = "select" if choices else _TYPES.get(kind, "text")
        fields.append(Field(f"a-{name}", label, shape, text, choices))
    return fields


def _written(
    asked: Asked, declared: Mapping[str, Mapping[str, object]], now: Mapping[str, object]
) -> dict[str, Value]:
    """What is otherwise than it was; what is empty stays as it was."""
    found: dict[str, Value] = {}
    for name, said in declared.items():
        text = asked.form.one(f"a-{name}")
        value: Value = text or None
        if said.get("type") == "boolean" and text:
            value = text == "yes"
        elif said.get("type") == "integer" and text.removeprefix("-").isdecimal():
            value = int(text)
        if value is not None and value != now.get(name):
            found[name] = value
    return found


def _pointers(declared: Mapping[str, object]) -> dict[str, str]:
    found = {f"/attributes/{name}": f"a-{name}" for name in declared}
    return found | {f"/identifiers/{kind}": f"i-{kind}" for kind in _ASKED}


def _leading(asked: Asked, now: Mapping[str, str], kinds: tuple[str, ...]) -> list[Field]:
    return [
        Field(f"i-{kind}", asked.say(KINDS[kind]), _ASKED[kind], now.get(kind, ""))
        for kind in kinds
    ]


# ---- enrol ---------------------------------------------------------------------------------------


def _enrol(asked: Asked) -> tuple[Act, dict[str, Mapping[str, object]]]:
    known = asked.client.programmes().data if asked.may("programmes:read") else ()
    names = [one.programme for one in known]
    wish = asked.form.one("programme") or asked.query.one("programme")
    programme = wish if wish in names else next(iter(names), "")
    declared = _declared(asked, programme)
    fields: list[Field] = []
    if len(names) > 1:
        choices = [(one.programme, one.title or one.programme) for one in known]
        fields.append(Field("programme", asked.say("Programme"), "select", programme, choices))
    fields += _about(asked, {name: declared[name] for name in declared if name == "name"}, {})
    fields += _leading(asked, {}, tuple(_ASKED))
    fields += _about(asked, {name: declared[name] for name in declared if name != "name"}, {})
    act = Act(
        asked.say("Enrol a member"),
        asked.say(
            "A card, a phone or an address is enough; without any of them nobody finds them."
        ),
        ENROL,
        asked.say("Enrol"),
        fields,
    )
    return act, declared


@shown_at(ENROL)
def enrol(asked: Asked) -> Page:
    """Who they are, and what leads to them."""
    acts.needed(asked, _SCOPE)
    return acts.shown(None, _enrol(asked)[0])


@sent_to(ENROL)
def enrolled(asked: Asked) -> Page:
    """They have joined."""
    act, declared = _enrol(asked)
    act = acts.filled(asked, act)
    programme = asked.form.one("programme")
    leads = {kind: asked.form.one(f"i-{kind}") for kind in _ASKED}
    body = shapes.NewMember(
        programme=programme or None,
        channel=_CHANNEL,
        identifiers={kind: value for kind, value in leads.items() if value} or None,
        attributes=_written(asked, declared, {}) or None,
    )
    try:
        made = asked.client.new_member(body, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, None, act, error, _pointers(declared))
    to = address("/console/members/{member}", member=made.member)
    to = with_query(to, [("programme", programme)])
    return Gone(to, Flash(marked("They have joined.")))


# ---- profile -------------------------------------------------------------------------------------


def _profile(asked: Asked, of: Whom) -> tuple[Act, dict[str, Mapping[str, object]], dict[str, str]]:
    declared = _declared(asked, of.programme)
    leads = {one.kind: one.value for one in of.known.identifiers if one.kind in ("phone", "email")}
    attributes = of.here.attributes if of.here else {}
    names = {name: declared[name] for name in declared if name == "name"}
    others = {name: declared[name] for name in declared if name != "name"}
    act = Act(
        asked.say("Change the profile"),
        asked.say("A phone or an address that is empty is taken out; else it stays."),
        of.path("/profile"),
        asked.say("Save"),
        [
            *_about(asked, names, attributes),
            *_leading(asked, leads, ("phone", "email")),
            *_about(asked, others, attributes),
        ],
    )
    return act, declared, leads


@shown_at(f"{MEMBER}/profile")
def profile(asked: Asked) -> Page:
    """What is known of them, to be changed."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _profile(asked, of)[0])


@sent_to(f"{MEMBER}/profile")
def profiled(asked: Asked) -> Page:
    """It is changed."""
    of = acts.whom(asked, _SCOPE)
    act, declared, leads = _profile(asked, of)
    identifiers: dict[str, str | None] = {}
    for kind in ("phone", "email"):
        value = asked.form.one(f"i-{kind}") or None
        if value != leads.get(kind):
            identifiers[kind] = value
    attributes = _written(asked, declared, of.here.attributes if of.here else {})
    if not identifiers and not attributes:
        return acts.done(of, marked("Nothing was changed."))
    body = shapes.Changed(
        programme=of.programme or None,
        channel=_CHANNEL,
        identifiers=identifiers or None,
        attributes=attributes or None,
    )
    try:
        asked.client.changed_member(of.member, body, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, acts.filled(asked, act), error, _pointers(declared))
    return acts.done(of, marked("The profile is changed."))


# ---- cards ---------------------------------------------------------------------------------------

_CARDS: Final = ("add", "replace", "block", "remove")


def _card(asked: Asked, of: Whom) -> Act:
    cards = [one for one in of.known.identifiers if one.kind == "card"]
    wish = asked.form.one("action") or asked.query.one("action")
    action = wish if wish in _CARDS and cards else "add"
    titles = {
        "add": asked.say("Add a card"),
        "replace": asked.say("Replace a card"),
        "block": asked.say("Block a card"),
        "remove": asked.say("Remove a card"),
    }
    told = {
        "add": asked.say("It leads to them from now on."),
        "replace": asked.say("The old one is blocked. All that they hold stays theirs."),
        "block": asked.say(
            "Nothing is earned with it and nothing spent. All that they hold stays theirs."
        ),
        "remove": asked.say("It leads to them no longer, and another member can have it."),
    }
    fields: list[Field] = []
    if action != "add":
        choices = [(one.value, one.value) for one in cards]
        chosen = asked.query.one("card")
        value = chosen if chosen in dict(choices) else choices[0][0]
        fields.append(Field("card", asked.say("Card"), "select", value, choices))
    if action in ("add", "replace"):
        fields.append(Field("new", asked.say("New card"), required=True))
    return Act(
        titles[action],
        told[action],
        of.path("/cards") + f"?action={action}",
        titles[action],
        fields,
        grave=action == "remove",
    )


@shown_at(f"{MEMBER}/cards")
def card(asked: Asked) -> Page:
    """Which card, and what happens to it."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _card(asked, of))


@sent_to(f"{MEMBER}/cards")
def carded(asked: Asked) -> Page:
    """It has happened."""
    of = acts.whom(asked, _SCOPE)
    act = acts.filled(asked, _card(asked, of))
    lacks = acts.lacking(asked, act)
    if lacks is not None:
        return acts.shown(of, lacks, status=422)
    wish = asked.query.one("action")
    action = cast("Literal['add', 'block', 'remove', 'replace']", wish if wish in _CARDS else "add")
    new = asked.form.one("new")
    body = shapes.ChangedCard(
        programme=of.programme or None,
        channel=_CHANNEL,
        card=new if action == "add" else asked.form.one("card"),
        action=action,
        new=new if action == "replace" else None,
    )
    pointers = {"/card": "new" if action == "add" else "card", "/new": "new"}
    try:
        asked.client.changed_card(of.member, body, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, pointers)
    said = {
        "add": marked("The card is theirs."),
        "replace": marked("The card is replaced, and the old one is blocked."),
        "block": marked("The card is blocked."),
        "remove": marked("The card is removed."),
    }
    return acts.done(of, said[action])


# ---- consents, leaving ---------------------------------------------------------------------------


def _consent(asked: Asked, of: Whom) -> Act:
    query = asked.query
    given = (("yes", asked.say("Given")), ("no", asked.say("Refused")))
    return Act(
        asked.say("Note a consent"),
        asked.say("What they have said, and where. What they said before is kept."),
        of.path("/consents"),
        asked.say("Save"),
        (
            Field("purpose", asked.say("For what"), value=query.one("purpose"), required=True),
            Field("channel", asked.say("By which way"), value=query.one("channel")),
            Field("given", asked.say("State"), "select", query.one("given") or "yes", given),
            Field(
                *("source", asked.say("Where they said it")),
                required=True,
                hint=asked.say("Such as: by phone, at the desk."),
            ),
            Field("text", asked.say("Version of the text")),
        ),
    )


@shown_at(f"{MEMBER}/consents")
def consent(asked: Asked) -> Page:
    """To what, and whether they agree."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _consent(asked, of))


@sent_to(f"{MEMBER}/consents")
def consented(asked: Asked) -> Page:
    """It is kept."""
    of, form = acts.whom(asked, _SCOPE), asked.form
    act = acts.filled(asked, _consent(asked, of))
    lacks = acts.lacking(asked, act)
    if lacks is not None:
        return acts.shown(of, lacks, status=422)
    said = shapes.ConsentShape(
        purpose=form.one("purpose"),
        given=form.one("given") == "yes",
        channel=form.one("channel") or None,
        text=form.one("text") or None,
        source=form.one("source") or None,
    )
    body = shapes.Changed(programme=of.programme or None, channel=_CHANNEL, consents=(said,))
    try:
        asked.client.changed_member(of.member, body, idempotency_key=asked.once)
    except ProblemError as error:
        at = {f"/consents/0/{one.name}": one.name for one in act.fields}
        return acts.refused(asked, of, act, error, at)
    return acts.done(of, marked("What they have said is kept."))


def _leave(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Leave the programme"),
        asked.say(
            "All that they hold ends now. They can be enrolled again, but what has ended does not "
            "come back. What is known of them stays until it is erased."
        ),
        of.path("/leave"),
        asked.say("Leave"),
        (acts.typed(asked, of),),
        grave=True,
    )


@shown_at(f"{MEMBER}/leave")
def leave(asked: Asked) -> Page:
    """What ends by it."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _leave(asked, of))


@sent_to(f"{MEMBER}/leave")
def left(asked: Asked) -> Page:
    """They have left."""
    of = acts.whom(asked, _SCOPE)
    act = acts.filled(asked, _leave(asked, of))
    wrong = acts.mistyped(asked, of, act)
    if wrong is not None:
        return wrong
    body = shapes.Leaving(programme=of.programme or None, channel=_CHANNEL)
    try:
        asked.client.left_member(of.member, body, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, {})
    return acts.done(of, marked("They have left."))


ROUTES = (
    *(enrol, enrolled, profile, profiled, card, carded),
    *(consent, consented, leave, left),
)
