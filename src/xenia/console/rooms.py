"""The console as a whole: all its pages, and its navigation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from xenia.console import (
    audit,
    backtests,
    coming_in,
    home,
    member,
    members,
    messages,
    own,
    rewards,
    vouchers,
)
from xenia.console.places import (
    AUDIT,
    BEFORE,
    COOKIE,
    MEMBERS,
    MESSAGES,
    REWARDS,
    SIGN_IN,
    VOUCHERS,
)
    own,
    programmes,
    programmes_begin,
    programmes_changes,
    programmes_text,
    programmes_versions,
)
from xenia.console.places import AUDIT, BEFORE, COOKIE, MEMBERS, PROGRAMMES, SIGN_IN
from xenia.console import audit, coming_in, home, member, members, own, rule, rules
from xenia.console import audit, coming_in, home, member, members, operating, own
from xenia.console.places import AUDIT, BEFORE, COOKIE, MEMBERS, SIGN_IN
    own,
    simulate,
    wizards,
)
from xenia.console.places import (
    AUDIT,
    BACKTESTS,
    BEFORE,
    COOKIE,
    MEMBERS,
    SIGN_IN,
    SIMULATE,
    WIZARDS,
)
    coming_in,
    correcting,
    home,
    joining,
    member,
    members,
    merging,
    noting,
    own,
    privacy,
    second,
)
from xenia.console.places import AUDIT, BEFORE, COOKIE, MEMBERS, SIGN_IN
from xenia.console.second import CORRECTIONS
from xenia.console import audit, coming_in, finance, home, ledger, member, members, own
from xenia.console.places import AUDIT, BEFORE, COOKIE, FINANCE, LEDGER, MEMBERS, SIGN_IN
from xenia.pages.rooms import Room, Section
from xenia.pages.words import marked

SECTIONS: Final = (
    Section(marked("Home"), "house", f"{BEFORE}/"),
    Section(marked("Programmes"), "layers", PROGRAMMES, "programmes:read"),
    Section(marked("Members"), "users", MEMBERS, "members:read"),
    Section(marked("Rewards"), "gift", REWARDS, "programmes:read"),
    Section(marked("Vouchers"), "ticket", VOUCHERS, "members:read"),
    Section(marked("Messages"), "mail", MESSAGES, "messages:read"),
    Section(marked("Simulate"), "flask-conical", SIMULATE, "programmes:read"),
    Section(marked("Backtests"), "chart-column", BACKTESTS, "backtests:read"),
    Section(marked("Wizards"), "sparkles", WIZARDS, "programmes:read"),
    Section(marked("Corrections"), "scale", CORRECTIONS, "members:read"),
    Section(marked("Ledger"), "book-open", LEDGER, "members:read"),
    Section(marked("Finance"), "landmark", FINANCE, "finance:read"),
    Section(marked("Audit"), "history", AUDIT, "audit:read"),
    *operating.SECTIONS,
)
ROOM: Final = Room(
    name="console",
    before=BEFORE,
    cookie=COOKIE,
    sign_in=SIGN_IN,
    error="console/error.html",
    folder=Path(__file__).parent,
    routes=(
        *coming_in.ROUTES,
        *own.ROUTES,
        *home.ROUTES,
        *members.ROUTES,
        *member.ROUTES,
        *rewards.ROUTES,
        *vouchers.ROUTES,
        *messages.ROUTES,
        *joining.ROUTES,
        *correcting.ROUTES,
        *second.ROUTES,
        *merging.ROUTES,
        *noting.ROUTES,
        *privacy.ROUTES,
        *ledger.ROUTES,
        *finance.ROUTES,
        *audit.ROUTES,
        *programmes.ROUTES,
        *programmes_begin.ROUTES,
        *programmes_versions.ROUTES,
        *programmes_text.ROUTES,
        *programmes_changes.ROUTES,
        *rules.ROUTES,
        *rule.ROUTES,
        *simulate.ROUTES,
        *backtests.ROUTES,
        *wizards.ROUTES,
        *operating.ROUTES,
    ),
    sections=SECTIONS,
)
