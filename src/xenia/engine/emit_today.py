"""Writes how the inputs of a purchase are read anew where something of it comes back, if what is
left is decided on how things stand by then.

Metrics are read without what the purchase itself has added to them, balances without what it has
earned and spent.  Room under limits, budgets and stock stays what it was: what the purchase itself
has used is not counted in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from xenia.engine import emit_post
from xenia.engine.terms import Terms
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.settings import ReturnInputs

_KINDS = ("metric", "previous_metric", "tier", "balance", "column")


def reads_again(terms: Terms, event_type: str) -> bool:
    """Whether an event of the type may be decided on other inputs than at first."""
    today = terms.programme.settings.return_inputs is ReturnInputs.TODAY
    return today and event_type == "purchase"


def name_of(event_type: str) -> str:
    """The function that reads the inputs anew."""
    return variable("read_again", event_type)


def emit(writer: TypeWriter) -> None:
    """read_again_<type>(state, event, record, posted, decision, params); `decision` is zeros."""
    if not reads_again(writer.terms, writer.name):
        return
    say, found = writer.say, [*_inputs(writer)]
    own = _emit_own(writer, found)
    arguments = "state, event, record, posted, decision, params"
    say(0, f"def {name_of(writer.name)}({arguments}):")
    say(1, "day = state[DAY]")
    if own:
        say(1, f"{own}(state, record[1], posted, decision, params)")
    for name, at, source in found:
        say(1, f"record[{at}] = {_today(writer, name, source)}")
    if own:
        say(1, f"{own}(state, record[1], decision, posted, params)")
    say(1, "return")
    say(0, "")


def _today(writer: TypeWriter, name: str, source: str) -> str:
    """Source of an input as if the purchase had not been."""
    kind, _, key = name.partition(".")
    if kind == "balance":
        return f"{source} + {_spent(writer, key)} - {_earned(writer, key)}"
    return f"max(0, {source})" if kind in ("metric", "previous_metric") else source


def _inputs(writer: TypeWriter) -> Iterator[tuple[str, int, str]]:
    """Name, place and source of the inputs that are read anew."""
    names = {place: name for name, place in writer.inputs.items()}
    for at, source in writer.reads:
        if names[at].partition(".")[0] in _KINDS:
            yield names[at], at, source


def _emit_own(writer: TypeWriter, found: list[tuple[str, int, str]]) -> str | None:
    """own_<type>(state, day, posted, decision, params): count, of the metrics that are read, the
    difference of two decisions of a day; its name, if there are any."""
    read = {name.partition(".")[2] for name, _, _ in found if "metric" in name.partition(".")[0]}
    metrics = [(key, metric) for key, metric in writer.metrics if key in read]
    if not metrics:
        return None
    name = variable("own", writer.name)
    writer.say(0, f"def {name}(state, day, posted, decision, params):")
    writer.say(1, "today = state[DAY]")
    for key, metric in metrics:
        place = writer.result(f"metric.{key}")
        writer.say(1, f"units = decision[{place}] - posted[{place}]")
        writer.say(1, "if units != 0:")
        emit_post.counted(writer, key, metric)
    writer.say(1, "return")
    writer.say(0, "")
    return name


def _spent(writer: TypeWriter, currency: str) -> str:
    """Source of the units that the purchase still has spent."""
    places = [claim.units for claim in writer.claims if claim.currency == currency]
    return " + ".join(f"posted[{place}]" for place in places) or "0"


def _earned(writer: TypeWriter, currency: str) -> str:
    """Source of the units that the purchase has earned, if they are usable by now."""
    places = [
        place
        for name, place in writer.results.items()
        if name.split(".")[0] in ("earn", "multiply") and name.split(".")[2] == currency
    ]
    if not places:
        return "0"
    units = " + ".join(f"posted[{place}]" for place in places)
    pending = writer.terms.programme.wait(currency)
    if pending is None:
        return f"({units})"
    return f"(({units}) if {writer.terms.later('record[1]', pending)} <= day else 0)"
