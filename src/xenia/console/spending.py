"""Limits of spending: how much members may spend within a time, for each programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.places import SPENDING
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.formats import UNCLEAR
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked

_EMPTY: Final = 2  # rows to be filled in
_PARTS: Final = ("name", "counts", "most", "minutes", "currency", "then")
_COUNTS: Final[Mapping[str, str]] = {
    "spends": marked("Times"),
    "units": marked("Units"),
    "locations": marked("Locations"),
    "terminals": marked("Tills"),
}
_THEN: Final[Mapping[str, str]] = {
    "refuse": marked("Refuse"),
    "hold": marked("Refuse, and hold all they have"),
}
_NOTHING: Final = {
    "name": "", "counts": "spends", "most": "", "minutes": "", "currency": "", "then": "refuse",
}  # fmt: skip
Rows = Sequence[Mapping[str, str]]


@shown_at(SPENDING)
def spending(asked: Asked) -> Page:
    """What is said of one programme, to be changed."""
    wish = asked.query.one("programme")
    programmes = _programmes(asked)
    names = [one.programme for one in programmes]
    programme = wish if wish in names or not names else names[0]
    if not programme:
        return _page(asked, programmes, "", ([], []), {})
    said = asked.client.programme_safety(programme)
    limits = [
        {part: "" if (value := getattr(one, part)) is None else str(value) for part in _PARTS}
        for one in said.limits
    ]
    codes = [{"currency": key, "above": most} for key, most in said.codes.items()]
    return _page(asked, programmes, programme, (limits, codes), {})


def _programmes(asked: Asked) -> Sequence[shapes.Listed]:
    """Those that can be chosen; none for who may not know which there are."""
    return asked.client.programmes().data if asked.may("programmes:read") else ()


def _page(
    asked: Asked,
    programmes: Sequence[shapes.Listed],
    programme: str,
    said: tuple[Rows, Rows],
    wrong: Mapping[str, Any],
) -> Page:
    limits, codes = said
    declared = acts.within(acts.document(asked, programme), "currencies")
    currencies = sorted(
        {*map(str, declared), *[one["currency"] for one in (*limits, *codes)]} - {""}
    )
    values = {
        "programmes": programmes,
        "programme": programme,
        "limits": [*limits, *[_NOTHING] * _EMPTY],
        "codes": [*codes, {"currency": "", "above": ""}],
        "currencies": [("", asked.say("Choose")), *[(one, one) for one in currencies]],
        "counts": [(name, asked.say(said)) for name, said in _COUNTS.items()],
        "thens": [(name, asked.say(said)) for name, said in _THEN.items()],
        "wrong": wrong,
        "spending_path": SPENDING,
    }
    return Shown("console/settings/spending.html", values, 422 if wrong else 200)


@sent_to(SPENDING)
def changed(asked: Asked) -> Page:
    """All of it anew; a limit without a name is none."""
    form, programme = asked.form, asked.form.one("programme")
    columns = {part: form.all(part) for part in _PARTS}
    rows = [
        {part: columns[part][at].strip() for part in _PARTS}
        for at in range(min(len(column) for column in columns.values()))
    ]
    limits = [one for one in rows if any(one[part] for part in ("name", "most", "minutes"))]
    pairs = zip(form.all("code_currency"), form.all("code_above"), strict=False)
    codes = [
        one
        for one in [{"currency": key.strip(), "above": most.strip()} for key, most in pairs]
        if any(one.values())
    ]
    wrong = _wrong(asked, limits, codes) or _unclear(asked, programme, limits, codes)
    if not wrong:
        try:
            asked.client.changed_safety(programme, _said(limits, codes), idempotency_key=asked.once)
        except ProblemError as error:
            if error.problem.status != 422:
                raise
            wrong = {"refused": refusal_of(error, asked.words)}
    if wrong:
        return _page(asked, _programmes(asked), programme, (limits, codes), wrong)
    to = with_query(SPENDING, [("programme", programme)])
    return Gone(to, Flash(marked("From now on members spend within these limits.")))


def _wrong(asked: Asked, limits: Rows, codes: Rows) -> dict[str, Any]:
    for one in limits:
        if not one["name"] or not one["most"] or not one["minutes"].isdecimal():
            return {"incomplete": asked.say("Each limit has a name, how much, and minutes.")}
    if not all(one["currency"] and one["above"] for one in codes):
        return {"incomplete": asked.say("A one-time code has a currency, and from how much on.")}
    return {}


def _unclear(asked: Asked, programme: str, limits: Rows, codes: Rows) -> dict[str, Any]:
    """What is wrong with a number that may be a thousand times another; what stood there is none of
    these."""
    written = {one["most"] for one in limits} | {one["above"] for one in codes}
    unclear = {one for one in written if asked.formats.typed(one) is None}
    if unclear:
        said = asked.client.programme_safety(programme)
        unclear -= {one.most for one in said.limits} | set(said.codes.values())
    title = asked.say("Nothing was changed")
    return {"refused": Refusal(title, asked.say(UNCLEAR))} if unclear else {}


def _said(limits: Rows, codes: Rows) -> shapes.NewSafety:
    found = tuple(
        shapes.SpendingLimit(
            name=one["name"],
            counts=cast('Literal["locations", "spends", "terminals", "units"]', one["counts"]),
            most=one["most"],
            minutes=int(one["minutes"][:9]),
            currency=one["currency"] or None,
            then=cast('Literal["hold", "refuse"]', one["then"]),
        )
        for one in limits
    )
    return shapes.NewSafety(limits=found, codes={one["currency"]: one["above"] for one in codes})


ROUTES = (spending, changed)
