"""Which column of a file is which field of a purchase: guessed from usual names, or said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import yaml

from xenia.amounts import UnknownMoney, money_decimals
from xenia.engine.zones import zone_names
from xenia.events.conventions import BUILT_IN_MEMBER_ATTRIBUTES, AttributeRule, Conventions
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
# The same of a file of members, where what is theirs is written as attributes of theirs.
USUAL_OF_MEMBERS: Mapping[str, str] = {
    "enrolled_at": "enrolled enrolledon enrolment enrolmentdate enrollment enrollmentdate joined "
    "joinedat joinedon joindate registered registeredat registrationdate signup signupdate "
    "signedupat membersince customersince createdat created",
    **{name: USUAL[name] for name in ("member", *IDENTIFIERS)},
    f"{ATTRIBUTE}birthday": "birthday birthdate dateofbirth dob",
    f"{ATTRIBUTE}locale": "locale language",
    f"{ATTRIBUTE}timezone": "timezone",
}


@dataclass(frozen=True, slots=True)
class Fields:
    """What the columns of a file may be: the usual names of each field, those that must be there,
    with which option a column is said to be one, and of what they are."""

    usual: Mapping[str, str]
    needed: tuple[str, ...]
    option: str
    whose: str

    def has(self, column: str) -> bool:
        """Whether a column's name is a field's own."""
        return column in self.usual or (column.startswith(ATTRIBUTE) and column != ATTRIBUTE)

    def named(self, column: str) -> str | None:
        """The field that a column of this name usually is; None: nobody knows."""
        plain = re.sub(r"[^a-z0-9]", "", column.lower())
        if not plain:
            return None
        for field, names in self.usual.items():
            if plain == re.sub(r"[^a-z0-9]", "", field) or plain in names.split():
                return field
        return None

    def check(self, field: str, where: str) -> None:
        """Raises UnusableError where there is no such field."""
        if not self.has(field):
            known = f": they are {', '.join(self.usual)}, {ATTRIBUTE}NAME"
            hint = did_you_mean(field, tuple(self.usual)) or known
            raise UnusableError(f'{where}: "{field[:40]}" is no field of a {self.whose}{hint}')


OF_PURCHASES = Fields(USUAL, NEEDED, "--map", "purchase")
OF_MEMBERS = Fields(USUAL_OF_MEMBERS, ("enrolled_at",), "--map-member", "member")


class WrittenOfMembers(msgspec.Struct, forbid_unknown_fields=True):
    """What a mapping file says of a file of members; see `Written`."""

    columns: dict[str, str] = {}
    always: dict[str, str] = {}
    attributes: dict[str, str] = {}


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """A mapping file: our field: their column; our field: what is so in every row; the types of
    attributes; the decimal sign; and the same of members."""

    columns: dict[str, str] = {}
    always: dict[str, str] = {}
    attributes: dict[str, str] = {}
    decimals: str = "."
    members: WrittenOfMembers = msgspec.field(default_factory=WrittenOfMembers)


Names = Written | WrittenOfMembers


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

    def of_members(self, attributes: Iterable[str]) -> tuple[dict[str, str], Conventions]:
        """The type of each attribute of members, and how enrolments with these are read."""
        known = {name: rule.type for name, rule in BUILT_IN_MEMBER_ATTRIBUTES.items()}
        said = self.written.members.attributes
        types = {name: known.get(name) or said.get(name, "text") for name in sorted(attributes)}
        rules = {name: AttributeRule(kind) for name, kind in types.items()}  # type: ignore[arg-type]
        return types, replace(
            self.conventions(()), member_attributes=rules, zones=frozenset(zone_names())
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
    pairs: list[tuple[Fields, Names]] = [(OF_PURCHASES, written), (OF_MEMBERS, written.members)]
    for fields, names in pairs:
        for name in (*names.columns, *names.always):
            fields.check(name, str(path))
        for name, kind in names.attributes.items():
            if kind not in ("text", "integer", "decimal", "boolean", "date", "timezone"):
                raise UnusableError(f'{path}: attributes: "{kind}" of {name} is not a type')
    return written


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


def mapped(
    columns: Sequence[str],
    said: Sequence[str],
    written: Names,
    path: Path,
    fields: Fields = OF_PURCHASES,
) -> Mapped:
    """Which field each column is: as `said` (COLUMN=FIELD, an empty field: not read), as a mapping
    file has it, by its own name, or by a usual one.  Raises UnusableError."""
    for place, name in enumerate(columns):
        if name in columns[:place]:
            raise UnusableError(f'{path}: the column "{name}" is there twice: leave one out')
    found = _named(columns, said, written, path, fields)
    taken = {field: column for column, field in found.items() if field}
    sure = True
    for own in (True, False):
        for column in columns:
            if column in found:
                continue
            has = own and fields.has(column)
            field = column if has else None if own else fields.named(column)
            if field is None or field in written.always or (own and field in taken):
                continue
            if field in taken:
                first = taken[field]
                say = f"{fields.option} "
                remedy = f'say which: {say}"{first}={field}" or {say}"{column}={field}"'
                if not (fields.has(first) or first in _named(columns, said, written, path, fields)):
                    raise UnusableError(
                        f'{path}: "{first}" and "{column}" may both be {field}: {remedy}'
                    )
                continue
            found[column], taken[field] = field, column
            sure = sure and own
    lost = [name for name in fields.needed if name not in taken and name not in written.always]
    if lost:
        there = ", ".join(columns) or "none"
        remedy = f'say which it is, as {fields.option} "COLUMN={lost[0]}"'
        raise UnusableError(
            f"{path}: no column is known to be {lost[0]} (there are {there}): {remedy}"
        )
    each = tuple(found.get(column, "") for column in columns)
    return Mapped(columns=tuple(columns), fields=each, sure=sure)


def _named(
    columns: Sequence[str], said: Sequence[str], written: Names, path: Path, fields: Fields
) -> dict[str, str]:
    """The fields of the columns of which something was said."""
    found: dict[str, str] = {}
    for field, column in written.columns.items():
        if column in columns:
            found[column] = field
    for one in said:
        column, sign, field = one.rpartition("=")
        if not sign or not column:
            raise UnusableError(f'{fields.option}: write it as COLUMN=FIELD, not "{one}"')
        if field:
            fields.check(field, fields.option)
        if column not in columns:
            hint = did_you_mean(column, columns)
            raise UnusableError(f'{fields.option}: {path} has no column "{column}"{hint}')
        for other in [name for name, ours in found.items() if ours == field and field]:
            del found[other]
        found[column] = field
    return found


def of_members(fields: Iterable[str]) -> list[str]:
    """Of some fields, those that name the member."""
    return [name for name in ("member", *IDENTIFIERS) if name in {*fields}]
