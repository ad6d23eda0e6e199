"""How what expressions name is read: from an event, from what is known beside it, from a line."""

from __future__ import annotations

from xenia.language.ir import Field, Ref

_RECORDS = {
    "lines": ("e.lines", "l"),
    "payments": ("e.payments", "p"),
    "charges": ("e.charges", "g"),
    "folio": ("e.folio", "f"),
}
_SLOTS = {"from": "from_"}  # of an event, where a field is not called as Python could
_CONTEXT = {
    "basket.amount": ("c.amount", None),
    "basket.quantity": ("c.quantity", None),
    "payment.method": ("c.method", "c.method is not None"),
    "payment.amount": ("c.tendered", "c.tendered is not None"),
    "location.region": ("c.location.region", "c.location.region is not None"),
    "location.owner": ("c.location.owner", "c.location.owner is not None"),
    "location.partner": ("c.location.partner", "c.location.partner is not None"),
    "occurred_at.date": ("c.date", None),
    "occurred_at.hour": ("c.hour", None),
}


class RowLeaves:
    """How names are read from an event `e`, its context `c` and a line `l`.

    It keeps what was asked for: of the `context`, of lines (`fields`), and whether anything was
    that is not the line's own (`beyond`).
    """

    def __init__(self) -> None:
        self.context: set[str] = set()
        self.fields: set[str] = set()
        self.beyond = False

    def ref(self, node: Ref) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        self.beyond = True
        root, _, rest = node.name.partition(".")
        if node.name in _CONTEXT:
            source, known = _CONTEXT[node.name]
            self.context.add(source.split(".")[1])
            return source, known
        if root in ("attributes", "member"):
            if root == "member":
                self.context.add("member")
            owner = "e.attributes" if root == "attributes" else "c.member"
            source = f"{owner}.get({_key(rest)!r})"
            return source, f"{source} is not None"
        source = f"e.{_SLOTS.get(node.name, node.name)}"
        return source, f"{source} is not None" if node.nullable else None

    def field(self, node: Field) -> tuple[str, str | None]:
        """See emit_python.Leaves."""
        self.fields.add(node.name)
        source = f"{_RECORDS[node.list][1]}.{node.name}"
        return source, f"{source} is not None" if node.nullable else None

    def records(self, name: str) -> tuple[str, str]:
        """See emit_python.Leaves."""
        self.beyond = True
        return _RECORDS[name]


def _key(name: str) -> str:
    return name.replace("_", "-")
