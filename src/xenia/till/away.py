"""What a till needs to go on without the service: a worker that keeps its page, and where sales
arrive that were made meanwhile, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Page, Raw
from xenia.pages.asking import Asked
from xenia.pages.assets import BEFORE, address, assets, body_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address as placed_at
from xenia.till import glance
from xenia.till.places import ARRIVED, HERE, RECEIPT, WORKER
from xenia.till.recording import TAKEN, is_recorded, recorded
from xenia.till.sale import Line, Sale, line_of, plain_identifier, purchase
from xenia.till.selling import Method
from xenia.till.this_till import programme_of

_JSON: Final = "application/json"
_SCRIPT: Final = "text/javascript; charset=utf-8"
_ASSET: Final = "till-worker.js"
_KEPT: Final = ("app.css", "app.js", "till.js")
_NEAR: Final = timedelta(minutes=2)  # by which a clock may be off without being set right


class ArrivedLine(Struct):
    """A line as the till has kept it."""

    sku: str
    category: str
    quantity: str
    price: str


class Arrived(Struct):
    """A sale that was made while the service was away.

    `event` and `reservation` are of one that was being paid when it went: the purchase as it would
    have been sent, and what was kept for it.  What the till was then, and who served, may be
    another by now; `sent` is the till's clock as it sends, "" where `at` is by the service's.
    """

    receipt: str
    at: str
    method: Method
    identifier: str = ""
    lines: list[ArrivedLine] = []
    given: list[shapes.Off] = []
    event: shapes.Purchase | None = None
    reservation: str = ""
    programme: str = ""
    terminal: str = ""
    location: str = ""
    staff: str = ""
    sent: str = ""


@shown_at(WORKER, to_all=True)
def worker(_asked: Asked) -> Page:
    """The worker, with the names of the files that it keeps: other files, another worker."""
    named = [address(name) for name in _KEPT]
    fonts = [BEFORE + name for name in sorted(assets()) if name.endswith(".woff2")]
    head = b"const KEPT = %b;\nconst FONTS = %b;\n" % (
        msgspec.json.encode(named),
        msgspec.json.encode(fonts),
    )
    return Raw(_SCRIPT, head + body_of(_ASSET))


@shown_at(HERE, to_all=True)
def here(asked: Asked) -> Page:
    """Whether the service is there, still knows who serves, and what time it is."""
    return _json({"signed_in": asked.session is not None, "now": now().isoformat()})


@sent_to(ARRIVED)
def arrived(asked: Asked) -> Page:
    """A sale that has waited: what was made of it. The same again changes nothing."""
    try:
        sale = msgspec.json.decode(asked.form.as_is("sale"), type=Arrived)
    except msgspec.DecodeError as error:
        return _json({"state": "refused", "why": str(error)})
    if not all(map(_line, sale.lines)):
        return _json({"state": "refused", "why": asked.say("This sale cannot be taken so")})
    programme = programme_of(asked, _programme(sale))
    if programme is None:
        return _json({"state": "later", "why": asked.say("Choose the programme of this till.")})
    try:
        event, note = _event(asked, programme, sale)
    except ProblemError as error:
        return _json(_problem(asked, error))
    try:
        answer = recorded(asked, event, sale.reservation)
    except ProblemError as error:
        if error.problem.code == TAKEN:
            return _json(_taken(asked, sale, event))
        return _json(_problem(asked, error))
    return _json(_booked(asked, programme, sale, answer, note))


def _programme(sale: Arrived) -> str | None:
    named = None if sale.event is None else sale.event.programme
    return named or sale.programme or None


def _taken(asked: Asked, sale: Arrived, event: shapes.Purchase) -> Mapping[str, Any]:
    """It had arrived, and only its answer was lost; or its number is another sale's."""
    own = event.occurred_at if sale.event is not None else sale.at
    if is_recorded(asked, event, its_time=event.occurred_at == own):
        return {"state": "booked", "notes": [], "address": _receipt(sale)}
    why = asked.say("This number belongs to another sale: send it under a new one.")
    return {"state": "refused", "why": why, "taken": True}


def _event(
    asked: Asked, programme: shapes.TillProgramme, sale: Arrived
) -> tuple[shapes.Purchase, str | None]:
    """The purchase, and what is to be said of it."""
    paid = (shapes.Payment(method=sale.method),)
    if sale.event is not None:
        return msgspec.structs.replace(sale.event, payments=paid), None
    who = glance.found(asked, programme, plain_identifier(sale.identifier))
    note = None
    if sale.identifier and who.member is None:
        note = asked.say(
            "%(identifier)s leads to nobody who can earn: it is kept as a purchase without a "
            "member.",
            identifier=sale.identifier,
        )
    lines = tuple(filter(None, map(_line, sale.lines)))
    known = Sale(receipt=sale.receipt, identifier=sale.identifier, lines=lines)
    member = None if who.member is None else who.member.member
    event = purchase(asked, programme, known, member, _ours(sale.at, sale.sent), given=sale.given)
    as_then = {
        "cashier": sale.staff or event.cashier,
        "terminal": sale.terminal or event.terminal,
        "location": sale.location if sale.location in programme.locations else event.location,
    }
    return msgspec.structs.replace(event, payments=paid, **as_then), note


def _line(line: ArrivedLine) -> Line | None:
    return line_of(line.sku, line.category, line.quantity, line.price)


def _ours(at: str, sent: str) -> str:
    """An instant by our clock, from which the till's was off as it sent; never ahead."""
    then, latest = _read(at), now()
    if then is None:
        return latest.isoformat()
    sending = _read(sent)
    if sending is not None and abs(latest - sending) > _NEAR:
        then += latest - sending
        at = then.replace(microsecond=0).isoformat()
    return latest.isoformat() if then > latest else at


def _read(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def now() -> datetime:
    """This moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _booked(
    asked: Asked,
    programme: shapes.TillProgramme,
    sale: Arrived,
    answer: shapes.Answer,
    note: str | None,
) -> Mapping[str, Any]:
    refused = glance.refusals(asked, programme, answer.refusals)
    notes = [note] if note else []
    notes += [f"{subject}: {text}" for subject, text, _ in refused]
    return {"state": "booked", "notes": notes, "address": _receipt(sale)}


def _problem(asked: Asked, error: ProblemError) -> Mapping[str, Any]:
    problem = error.problem
    if problem.status in (400, 422):
        return {"state": "refused", "why": problem.detail}
    return {"state": "later", "why": asked.say("The service is busy: it is tried again.")}


def _receipt(sale: Arrived) -> str:
    return placed_at(RECEIPT.replace(":str", ""), receipt=sale.receipt)


def _json(body: Mapping[str, Any]) -> Raw:
    return Raw(_JSON, msgspec.json.encode(body))


ROUTES = (worker, here, arrived)
