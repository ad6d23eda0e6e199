"""Which column of a file is which field of a purchase: guessed from usual names, or said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from xenia.amounts import UnknownMoney, money_decimals
from xenia.engine.zones import zone_names
from xenia.events.conventions import AttributeRule, Conventions
from xenia.events.errors import did_you_mean
from xenia.events.values import IDENTIFIERS
from xenia.services.inputs import UnusableError, read_text
from xenia.services.purchase_rows import ATTRIBUTE

RETURN_OF = "return_of"  # the id of the purchase of which a row is a return
NEEDED = ("id", "occurred_at", "amount")
# Of a line, where a file does not say it in any row.
UNSAID: Mapping[str, str] = {"sku": "unknown", "category": "unknown", "quantity": "1"}

# Usual names of each field, in small letters and without what stands between the words; its own
# name is one as well.  What is not sure is not here: a "price" may be of one piece.
USUAL: Mapping[str, str] = {
    "id": "purchaseid transactionid transaction basketid basket orderid ordernumber orderno "
    "receiptid invoice invoiceid invoiceno invoicenumber ticketid ticketno saleid checkid docno",
    "source": "system sourcesystem",
    "occurred_at": "occurredat timestamp transactiontimestamp transactiontime transactiondate "
    "datetime time date purchasedat purchasedate purchasetime soldat createdat invoicedate "
    "orderdate saledate saletime",
    "member": "memberid customer customerid customerno customernumber household householdid client "
    "clientid user userid loyaltyid accountid",
    "card": "cardnumber cardno loyaltycard loyaltycardnumber",
    "phone": "phonenumber mobile",
    "email": "emailaddress mail",
    "app": "appid",
    "pass": "passid",
    "channel": "saleschannel",
    "location": "locationid store storeid storecode shop shopid branch branchid site outlet",
    "partner": "partnerid",
    "cashier": "cashierid operator operatorid clerk",
    "terminal": "terminalid till tillid pos posid register registerid",
    "payment": "paymentmethod paymenttype tender tendertype",
    "prices": "",
    "currency": "currencycode",
    "receipt": "receiptno receiptnumber",
    "line": "lineid lineno linenumber position",
    "sku": "product productid productcode item itemid itemcode article articleid articleno "
    "stockcode ean upc gtin barcode plu",
    "category": "categoryid categoryname productcategory department departmentid productgroup "
    "itemgroup",
    "quantity": "qty units pieces count",
    "unit": "unitofmeasure uom",
    "amount": "salesvalue linetotal lineamount totalamount netamount grossamount total sales value "
    "revenue turnover",
    "regular_amount": "regularamount listamount fullamount",
    "tax": "taxamount vat vatamount",
    "tags": "labels",
    "brand": "brandname",
    "seller": "sellerid vendor",
    RETURN_OF: "returnof returnedpurchase originalid originaltransaction originaltransactionid "
    "originalinvoice refundof refundedorder",
}
FIELDS = tuple(USUAL)


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A mapping file: our field: their column; our field: what is so in every row; the types of
    attributes; the decimal sign."""

    columns: dict[str, str] = {}
    always: dict[str, str] = {}
    attributes: dict[str, str] = {}
    decimals: str = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is said of all files: their money, the zone of times without one, and the mapping."""

    money: str
    timezone: str | None = None
    written: Written

    @property
    def decimals(self) -> int:
        """How many the money's amounts have."""
        return money_decimals(self.money)

    def conventions(self, attributes: Iterable[str]) -> Conventions:
        """How events with these attributes are read; no programme is asked."""
        return Conventions(
            programme="history",
            money=self.money,
            money_decimals=self.decimals,
            event_attributes={
                name: AttributeRule(kind)  # type: ignore[arg-type]
                for name, kind in self.types(attributes).items()
            },
        )

    def types(self, attributes: Iterable[str]) -> dict[str, str]:
        """The type of each attribute: a text, unless the mapping says otherwise."""
        return {name: self.written.attributes.get(name, "text") for name in sorted(attributes)}


def terms(money: str | None, timezone: str | None, mapping: Path | None) -> Terms:
    """What was said, checked.  Raises UnusableError."""
    if money is None:
        raise UnusableError("--money: say in what money the amounts are, such as --money EUR")
    try:
        money_decimals(money)
    except UnknownMoney as error:
        raise UnusableError(f"--money: {error}") from None
    if timezone is not None and timezone not in zone_names():
        hint = did_you_mean(timezone, zone_names()) or ': write it as "Europe/Athens"'
        raise UnusableError(f'--timezone: "{timezone}" is not a time zone{hint}')
    return Terms(money=money, timezone=timezone, written=_written(mapping))


def _written(path: Path | None) -> Written:
    if path is None:
        return Written()
    try:
        # Every scalar is the text that stands there.
        found: Any = yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506
        written = msgspec.convert(found or {}, Written)
    except yaml.YAMLError as error:
        raise UnusableError(f"{path}: this is no YAML: {' '.join(str(error).split())}") from None
    except msgspec.ValidationError as error:
        raise UnusableError(f"{path}: {error}: see docs/guide/backtesting.md") from None
    if written.decimals not in (".", ","):
        raise UnusableError(f'{path}: decimals: the decimal sign is "." or ","')
    for name in (*written.columns, *written.always):
        _known(name, str(path))
    for name, kind in written.attributes.items():
        if kind not in ("text", "integer", "decimal", "boolean", "date", "timezone"):
            raise UnusableError(f'{path}: attributes: "{kind}" of {name} is not a type')
    return written


def _known(field: str, where: str) -> None:
    if field not in USUAL and (not field.startswith(ATTRIBUTE) or field == ATTRIBUTE):
        hint = did_you_mean(field, FIELDS) or f": they are {', '.join(FIELDS)}, {ATTRIBUTE}NAME"
        raise UnusableError(f'{where}: "{field[:40]}" is no field of a purchase{hint}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Our field of each column of a file, empty where it is not read; `sure`: nothing of it was
    guessed, the columns have our own names or were named."""

    columns: tuple[str, ...]
    fields: tuple[str, ...]
    sure: bool

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns that are not read."""
        pairs = zip(self.columns, self.fields, strict=True)
        return tuple(column for column, field in pairs if not field)

    def lines(self) -> list[str]:
        """The mapping for people."""
        pairs = zip(self.columns, self.fields, strict=True)
        return [f"  {column} -> {field or 'not read'}" for column, field in pairs]


def mapped(columns: Sequence[str], said: Sequence[str], written: Written, path: Path) -> Mapped:
    """Which field each column is: as `said` (COLUMN=FIELD, an empty field: not read), as a mapping
    file has it, by its own name, or by a usual one.  Raises UnusableError."""
    for place, name in enumerate(columns):
        if name in columns[:place]:
            raise UnusableError(f'{path}: the column "{name}" is there twice: leave one out')
    found = _named(columns, said, written, path)
    taken = {field: column for column, field in found.items() if field}
    sure = True
    for own in (True, False):
        for column in columns:
            if column in found:
                continue
            field = column if own and _is_field(column) else None if own else usual(column)
            if field is None or field in written.always or (own and field in taken):
                continue
            if field in taken:
                first = taken[field]
                remedy = f'say which: --map "{first}={field}" or --map "{column}={field}"'
                if not (_is_field(first) or first in _named(columns, said, written, path)):
                    raise UnusableError(
                        f'{path}: "{first}" and "{column}" may both be {field}: {remedy}'
                    )
                continue
            found[column], taken[field] = field, column
            sure = sure and own
    lost = [field for field in NEEDED if field not in taken and field not in written.always]
    if lost:
        there = ", ".join(columns) or "none"
        remedy = f'say which it is, as --map "COLUMN={lost[0]}"'
        raise UnusableError(
            f"{path}: no column is known to be {lost[0]} (there are {there}): {remedy}"
        )
    fields = tuple(found.get(column, "") for column in columns)
    return Mapped(columns=tuple(columns), fields=fields, sure=sure)


def _named(
    columns: Sequence[str], said: Sequence[str], written: Written, path: Path
) -> dict[str, str]:
    """The fields of the columns of which something was said."""
    found: dict[str, str] = {}
    for field, column in written.columns.items():
        if column in columns:
            found[column] = field
    for one in said:
        column, sign, field = one.rpartition("=")
        if not sign or not column:
            raise UnusableError(f'--map: write it as COLUMN=FIELD, not "{one}"')
        if field:
            _known(field, "--map")
        if column not in columns:
            hint = did_you_mean(column, columns)
            raise UnusableError(f'--map: {path} has no column "{column}"{hint}')
        for other in [name for name, ours in found.items() if ours == field and field]:
            del found[other]
        found[column] = field
    return found


def _is_field(column: str) -> bool:
    return column in USUAL or (column.startswith(ATTRIBUTE) and column != ATTRIBUTE)


def usual(column: str) -> str | None:
    """The field that a column of this name usually is; None: nobody knows."""
    plain = re.sub(r"[^a-z0-9]", "", column.lower())
    if not plain:
        return None
    for field, names in USUAL.items():
        if plain == field.replace("_", "") or plain in names.split():
            return field
    return None


def of_members(fields: Iterable[str]) -> list[str]:
    """Of some fields, those that name the member."""
    return [name for name in ("member", *IDENTIFIERS) if name in {*fields}]
