"""The calls of the service, one for each address.

Made from the description of the interface by `make docs`.
"""

from __future__ import annotations

from typing import Any, Literal

from xenia.client import shapes
from xenia.client.sending import Sender


class Calls(Sender):
    """One method for each address; what it answers is typed.

    Each raises `ProblemError` where the service says that it is not done, and `OSError`
    where it cannot be reached.
    """

    def healthz(
        self,
    ) -> shapes.Healthy:
        """Whether the process is alive.

        Answers as long as the process does; says nothing of the database.
        """
        return self._ask(
            "GET",
            "/healthz",
            shapes.Healthy,
        )

    def metrics(
        self,
    ) -> bytes:
        """Numbers for Prometheus.

        Of all workers together.
        """
        return self._ask(
            "GET",
            "/metrics",
            bytes,
        )

    def readyz(
        self,
    ) -> shapes.Healthy:
        """Whether events can be taken.

        The database can be reached, its tables are those of this program, and a programme is
        published; otherwise a problem with all that is missing.
        """
        return self._ask(
            "GET",
            "/readyz",
            shapes.Healthy,
        )

    def approval(
        self,
    ) -> shapes.Approval:
        """Who approves drafts.

        It does, unless the space says otherwise.
        """
        return self._ask(
            "GET",
            "/v1/approval",
            shapes.Approval,
        )

    def changed_approval(
        self, body: shapes.Approval, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Approval:
        """Say who approves drafts.

        Let one person be enough, where there is but one; or ask for a second one again.
        """
        return self._ask(
            "PUT",
            "/v1/approval",
            shapes.Approval,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def backtests(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Backtests:
        """The backtests.

        They are forgotten some time after they have ended, with their reports.
        """
        return self._ask(
            "GET",
            "/v1/backtests",
            shapes.Backtests,
            query={"limit": limit, "cursor": cursor},
        )

    def new_backtest(
        self, body: shapes.NewBacktest, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Backtest:
        """Ask for a backtest.

        What it runs is fixed now: a draft may be changed afterwards. `xenia work` runs one at a
        time and lets everything else go first.
        """
        return self._ask(
            "POST",
            "/v1/backtests",
            shapes.Backtest,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def backtest(self, backtest: str) -> shapes.Backtest:
        """A backtest.

        What it was asked for, and what has become of it.
        """
        return self._ask(
            "GET",
            self._path("/v1/backtests/{backtest}", backtest=backtest),
            shapes.Backtest,
        )

    def cancelled_backtest(
        self, backtest: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Backtest:
        """Cancel a backtest.

        One that runs ends within seconds. There will be no report.
        """
        return self._ask(
            "POST",
            self._path("/v1/backtests/{backtest}/cancel", backtest=backtest),
            shapes.Backtest,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def backtest_report(self, backtest: str) -> dict[str, Any]:
        """What a backtest has found.

        With `Accept: text/html` the same as one page to read, with its charts. There is nothing in
        it of any one member.
        """
        return self._ask(
            "GET",
            self._path("/v1/backtests/{backtest}/report", backtest=backtest),
            dict[str, Any],
        )

    def changed_brand(
        self, body: shapes.NewBrand, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Brand:
        """Say how members' pages look.

        A colour in which nothing could be read is refused, with the nearest that can be; where
        there is none for dark pages, it is made of the other.
        """
        return self._ask(
            "PUT",
            "/v1/brand",
            shapes.Brand,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def cashiers(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Cashiers:
        """Who serves and is a member.

        Of others nobody has said which member they are.
        """
        return self._ask(
            "GET",
            "/v1/cashiers",
            shapes.Cashiers,
            query={"limit": limit, "cursor": cursor},
        )

    def unlinked_cashier(
        self, cashier: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Unlinked:
        """Say no more which member somebody is.

        What they did stays what it was.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/cashiers/{cashier}", cashier=cashier),
            shapes.Unlinked,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def linked_cashier(
        self,
        cashier: str,
        body: shapes.Link,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Cashier:
        """Say which member somebody is who serves.

        In place of what was said of them. It goes when the member is erased.
        """
        return self._ask(
            "PUT",
            self._path("/v1/cashiers/{cashier}", cashier=cashier),
            shapes.Cashier,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def changes(
        self,
        *,
        about: str | None = None,
        by: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.Changes:
        """Who has changed what.

        All that was changed beside events, which tell of themselves. What tells who a member is
        goes with them when they are erased, and is shown to whoever may read members.
        """
        return self._ask(
            "GET",
            "/v1/changes",
            shapes.Changes,
            query={"about": about, "by": by, "limit": limit, "cursor": cursor},
        )

    def connections(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Connections:
        """The connections.

        What a shop signs with is shown to nobody.
        """
        return self._ask(
            "GET",
            "/v1/connections",
            shapes.Connections,
            query={"limit": limit, "cursor": cursor},
        )

    def new_connection(
        self,
        body: shapes.NewConnection,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.MadeConnection:
        """Connect a shop.

        From then on the shop sends to the connection's `path`.
        """
        return self._ask(
            "POST",
            "/v1/connections",
            shapes.MadeConnection,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def removed_connection(
        self, connection: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.RemovedConnection:
        """Remove a connection.

        What the shop has told stays; what of it could not be used goes.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/connections/{connection}", connection=connection),
            shapes.RemovedConnection,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def changed_connection(
        self,
        connection: str,
        body: shapes.ChangedConnection,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ShownConnection:
        """Change a connection.

        What is left out stays as it is.
        """
        return self._ask(
            "PATCH",
            self._path("/v1/connections/{connection}", connection=connection),
            shapes.ShownConnection,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def shop_deliveries(
        self, connection: str, *, limit: int = 50, cursor: str | None = None
    ) -> shapes.ShopDeliveries:
        """What could not be used.

        Each is kept for 30 days, with the reason; one that waits is taken up by itself.
        """
        return self._ask(
            "GET",
            self._path("/v1/connections/{connection}/deliveries", connection=connection),
            shapes.ShopDeliveries,
            query={"limit": limit, "cursor": cursor},
        )

    def discarded_shop_delivery(
        self,
        connection: str,
        delivery: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.DiscardedDelivery:
        """Discard a delivery.

        Where it has been dealt with otherwise.
        """
        return self._ask(
            "DELETE",
            self._path(
                "/v1/connections/{connection}/deliveries/{delivery}",
                connection=connection,
                delivery=delivery,
            ),
            shapes.DiscardedDelivery,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def replayed_shop_delivery(
        self,
        connection: str,
        delivery: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.TakenDelivery:
        """Read a delivery again.

        Once what was wrong has been put right: the options, the programme, the token.
        """
        return self._ask(
            "POST",
            self._path(
                "/v1/connections/{connection}/deliveries/{delivery}/replay",
                connection=connection,
                delivery=delivery,
            ),
            shapes.TakenDelivery,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def from_shop(self, kind: str, connection: str, body: dict[str, Any]) -> shapes.TakenDelivery:
        """What a shop sends.

        In place of a key, what is sent is signed as its kind of shop does. What is answered with
        2xx need not be sent again: it is recorded, or kept here.
        """
        return self._ask(
            "POST",
            self._path("/v1/connectors/{kind}/{connection}", kind=kind, connection=connection),
            shapes.TakenDelivery,
            body=body,
        )

    def corrections(
        self,
        *,
        member: str | None = None,
        state: Literal["waiting", "confirmed", "declined", "withdrawn", None] | None = None,
        others: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.Corrections:
        """What takes a second person.

        With `state=waiting` and `others=true`: what waits for you.
        """
        return self._ask(
            "GET",
            "/v1/corrections",
            shapes.Corrections,
            query={
                "member": member,
                "state": state,
                "others": others,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def new_correction(
        self,
        body: shapes.NewCorrection,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.AskedCorrection:
        """Correct what a member holds.

        An adjustment, a grant, a hold or a release. What the programme refuses is not recorded.
        Above the limits of the programme's safety it waits until somebody else confirms it.
        """
        return self._ask(
            "POST",
            "/v1/corrections",
            shapes.AskedCorrection,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def confirmed_correction(
        self, correction: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Correction:
        """Confirm a correction.

        By anybody who may correct, but whoever asked for it. If the programme refuses it by now it
        waits on.
        """
        return self._ask(
            "POST",
            self._path("/v1/corrections/{correction}/confirm", correction=correction),
            shapes.Correction,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def declined_correction(
        self, correction: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Correction:
        """Decline a correction.

        Whoever asked for it takes it back so.
        """
        return self._ask(
            "POST",
            self._path("/v1/corrections/{correction}/decline", correction=correction),
            shapes.Correction,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def drafts(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        programme: str | None = None,
        unpublished: bool = False,
    ) -> shapes.Drafts:
        """The drafts.

        Those that were published, too, unless that is said.
        """
        return self._ask(
            "GET",
            "/v1/drafts",
            shapes.Drafts,
            query={
                "limit": limit,
                "cursor": cursor,
                "programme": programme,
                "unpublished": unpublished,
            },
        )

    def checked_document(self, body: shapes.Document, *, explain: bool = False) -> shapes.Findings:
        """Check a document.

        Nothing is kept, so no Idempotency-Key is needed.
        """
        return self._ask(
            "POST",
            "/v1/drafts/check",
            shapes.Findings,
            query={"explain": explain},
            body=body,
        )

    def dropped_draft(
        self,
        draft: str,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.Dropped:
        """Drop a draft.

        One that was published stays.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/drafts/{draft}", draft=draft),
            shapes.Dropped,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def draft(self, draft: str) -> shapes.WholeDraft:
        """A draft.

        Its ETag goes into `If-Match` of whatever is done with it.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}", draft=draft),
            shapes.WholeDraft,
        )

    def changed_draft(
        self,
        draft: str,
        body: shapes.Document,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Replace a draft's text.

        `If-Match` says which revision was read; where it is another now, nothing is changed.
        """
        return self._ask(
            "PUT",
            self._path("/v1/drafts/{draft}", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def approved_draft(
        self,
        draft: str,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Approve a draft.

        Nobody approves what they have written in, unless the space says that one person is enough.
        A change, and another version that comes between, take another approval.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/approval", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def changed_parts(
        self,
        draft: str,
        body: shapes.PartChanges,
        *,
        locale: str = "en",
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.ChangedDraft:
        """Change parts of a draft.

        All else in the text stays as it is, with its comments and its layout. `If-Match` says which
        revision was read.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/changes", draft=draft),
            shapes.ChangedDraft,
            query={"locale": locale, "dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def draft_choices(
        self,
        draft: str,
        *,
        on: Literal[
            "purchase",
            "redemption",
            "enrolment",
            "profile",
            "birthday",
            "anniversary",
            "month-end",
            "inactivity",
            "act",
            "stay",
            "flight",
            "rental",
            "referral",
        ] = "purchase",
        discounting: bool = False,
        locale: str = "en",
    ) -> shapes.Choices:
        """What rules can name.

        Of a draft with errors, what can be read of it.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/choices", draft=draft),
            shapes.Choices,
            query={"on": on, "discounting": discounting, "locale": locale},
        )

    def draft_difference(
        self, draft: str, *, version: int | None = None, locale: str = "en"
    ) -> shapes.Difference:
        """What a draft would change.

        What members feel most comes first.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/difference", draft=draft),
            shapes.Difference,
            query={"version": version, "locale": locale},
        )

    def draft_explained(self, draft: str, *, locale: str = "en") -> shapes.Explained:
        """A draft in plain words.

        As `GET /v1/programmes/{programme}/explain` tells what is published.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/explain", draft=draft),
            shapes.Explained,
            query={"locale": locale},
        )

    def objected_draft(
        self,
        draft: str,
        body: shapes.Objection,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Send a draft back.

        The note stays until it is submitted again; an approval that it has does not hold any more.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/objection", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def draft_titles(self, draft: str, *, locale: str = "en") -> shapes.DraftTitles:
        """What a draft is made of.

        The ids that its text has, whatever is wrong with them.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/parts", draft=draft),
            shapes.DraftTitles,
            query={"locale": locale},
        )

    def draft_parts(
        self,
        draft: str,
        section: str,
        *,
        locale: str = "en",
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.DraftParts:
        """The parts of a section.

        Each in words and as it is written, with what is wrong with it; a draft may have errors.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/parts/{section}", draft=draft, section=section),
            shapes.DraftParts,
            query={"locale": locale, "limit": limit, "cursor": cursor},
        )

    def draft_part(
        self, draft: str, section: str, part: str, *, locale: str = "en"
    ) -> shapes.WholePart:
        """A part of a draft.

        Its ETag, which is the draft's, goes into `If-Match` of a change.
        """
        return self._ask(
            "GET",
            self._path(
                "/v1/drafts/{draft}/parts/{section}/{part}", draft=draft, section=section, part=part
            ),
            shapes.WholePart,
            query={"locale": locale},
        )

    def published_draft(
        self,
        draft: str,
        body: shapes.When,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.Publication:
        """Publish a draft.

        It decides what occurs from the time on that is named, or in a minute; the first version of
        a programme has always been in force.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/publication", draft=draft),
            shapes.Publication,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def redone_draft(
        self,
        draft: str,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Do a change of a draft again.

        The one that was undone last, which `redo` of the draft names; another change takes all that
        is undone away.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/redo", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def draft_rules(
        self, draft: str, *, locale: str = "en", limit: int = 50, cursor: str | None = None
    ) -> shapes.Rules:
        """The rules of a draft.

        Each in words, with what is wrong with it; a draft may have errors.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/rules", draft=draft),
            shapes.Rules,
            query={"locale": locale, "limit": limit, "cursor": cursor},
        )

    def draft_rule(self, draft: str, rule: str, *, locale: str = "en") -> shapes.WholeRule:
        """A rule of a draft.

        Its ETag, which is the draft's, goes into `If-Match` of a change.
        """
        return self._ask(
            "GET",
            self._path("/v1/drafts/{draft}/rules/{rule}", draft=draft, rule=rule),
            shapes.WholeRule,
            query={"locale": locale},
        )

    def submitted_draft(
        self,
        draft: str,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Submit a draft for approval.

        One with errors is not submitted; a change takes it back.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/submission", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def undone_draft(
        self,
        draft: str,
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> shapes.CheckedDraft:
        """Undo the last change of a draft.

        `undo` of the draft says which one that is. The last 50 changes are kept until the draft is
        published.
        """
        return self._ask(
            "POST",
            self._path("/v1/drafts/{draft}/undo", draft=draft),
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
            head={"if-match": if_match},
        )

    def entries(
        self,
        *,
        programme: str | None = None,
        member: str | None = None,
        event: str | None = None,
        source: str = "api",
        currency: str | None = None,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        least: str | None = None,
        most: str | None = None,
        form: str = "json",
        limit: int = 50,
        cursor: str | None = None,
        locale: str = "en",
    ) -> shapes.FoundEntries:
        """Look through the ledger.

        Every movement of units in a programme, each in words.
        """
        return self._ask(
            "GET",
            "/v1/entries",
            shapes.FoundEntries,
            query={
                "programme": programme,
                "member": member,
                "event": event,
                "source": source,
                "currency": currency,
                "kind": kind,
                "since": since,
                "until": until,
                "least": least,
                "most": most,
                "form": form,
                "limit": limit,
                "cursor": cursor,
                "locale": locale,
            },
        )

    def booked_months(
        self, *, programme: str | None = None, limit: int = 12, cursor: str | None = None
    ) -> shapes.Months:
        """The books by month.

        What each currency began with, what came and went, and what members have at the end: the
        closing is opening + issued - redeemed - expired + adjusted + settled + brought. The present
        month is the first.
        """
        return self._ask(
            "GET",
            "/v1/finance/months",
            shapes.Months,
            query={"programme": programme, "limit": limit, "cursor": cursor},
        )

    def booked_month(
        self, month: str, *, programme: str | None = None, form: str = "json"
    ) -> shapes.BookedMonth:
        """The books of a month.

        Held against every entry of the month; of a closed one, also against what it was when it was
        closed.
        """
        return self._ask(
            "GET",
            self._path("/v1/finance/months/{month}", month=month),
            shapes.BookedMonth,
            query={"programme": programme, "form": form},
        )

    def closed_month(
        self,
        month: str,
        *,
        programme: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.BookedMonth:
        """Close the books of a month.

        For good: whatever is recorded later, also of days in it, is booked in a month that is open.
        It is refused where anything does not agree with the ledger.
        """
        return self._ask(
            "POST",
            self._path("/v1/finance/months/{month}/closing", month=month),
            shapes.BookedMonth,
            query={"programme": programme, "dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def summed_again(
        self,
        *,
        programme: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Summed:
        """Sum up all days again.

        Makes the totals of all days again from the entries, which are not changed. Of use where a
        month says that its totals differ, and `xenia verify` finds the entries true.
        """
        return self._ask(
            "POST",
            "/v1/finance/totals",
            shapes.Summed,
            query={"programme": programme, "dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def valuation(self, *, programme: str | None = None) -> shapes.Valuations:
        """What units are worth in the books.

        By which months are valued that are not closed.
        """
        return self._ask(
            "GET",
            "/v1/finance/valuation",
            shapes.Valuations,
            query={"programme": programme},
        )

    def changed_valuation(
        self,
        body: shapes.NewValuation,
        *,
        programme: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Valuations:
        """Say what units are worth in the books.

        In place of what was said, of all currencies. Months that are closed keep theirs.
        """
        return self._ask(
            "PUT",
            "/v1/finance/valuation",
            shapes.Valuations,
            query={"programme": programme, "dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def histories(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Histories:
        """The histories.

        Past purchases that whoever runs the service has put where backtests find them.
        """
        return self._ask(
            "GET",
            "/v1/histories",
            shapes.Histories,
            query={"limit": limit, "cursor": cursor},
        )

    def households(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Households:
        """The households.

        In the order of their ids, each with who belongs to it.
        """
        return self._ask(
            "GET",
            "/v1/households",
            shapes.Households,
            query={"limit": limit, "cursor": cursor},
        )

    def new_household(
        self,
        body: shapes.NewHousehold,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Household:
        """Make a household.

        A member to whom others belong: what they buy and do is recorded of the household from now
        on, with them in `by`. The id may be that of a member that there is.
        """
        return self._ask(
            "POST",
            "/v1/households",
            shapes.Household,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def dissolved_household(
        self, household: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Household:
        """Dissolve a household.

        If nobody belongs to it. What is left in its pool can still be given away by its id.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/households/{household}", household=household),
            shapes.Household,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def household(self, household: str) -> shapes.Household:
        """A household.

        What is in its pool is told as of any member: `GET /v1/members/{member}/wallet`.
        """
        return self._ask(
            "GET",
            self._path("/v1/households/{household}", household=household),
            shapes.Household,
        )

    def new_person(
        self,
        household: str,
        body: shapes.NewPerson,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Household:
        """Add a person to a household.

        What they had stays theirs: what they want to bring is given to the household by a
        `transfer` of theirs.
        """
        return self._ask(
            "POST",
            self._path("/v1/households/{household}/persons", household=household),
            shapes.Household,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def removed_person(
        self,
        household: str,
        member: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Household:
        """Remove a person from a household.

        What they do from now on is their own. What is in the pool stays in it, also what comes back
        of what they have bought for it.
        """
        return self._ask(
            "DELETE",
            self._path(
                "/v1/households/{household}/persons/{member}", household=household, member=member
            ),
            shapes.Household,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def changed_person(
        self,
        household: str,
        member: str,
        body: shapes.ChangedPerson,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Household:
        """Say whether somebody may spend.

        Who may not earns for the household all the same; what they claim of its pool is refused as
        `may-not-spend`.
        """
        return self._ask(
            "PATCH",
            self._path(
                "/v1/households/{household}/persons/{member}", household=household, member=member
            ),
            shapes.Household,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def accepted(self, body: shapes.Acceptance) -> shapes.Came:
        """Accept an invitation.

        Once; sessions that the account had are ended.
        """
        return self._ask(
            "POST",
            "/v1/invitations",
            shapes.Came,
            body=body,
        )

    def shown_invitation(self, body: shapes.Invitation) -> shapes.ShownInvitation:
        """Look at an invitation.

        Before a password is chosen: whether it still holds, and for whom.
        """
        return self._ask(
            "POST",
            "/v1/invitations/check",
            shapes.ShownInvitation,
            body=body,
        )

    def keys(
        self,
    ) -> shapes.Keys:
        """The keys.

        Those that were taken back are listed, too; what a key is in full is shown to nobody.
        """
        return self._ask(
            "GET",
            "/v1/keys",
            shapes.Keys,
        )

    def new_key(
        self, body: shapes.NewKey, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.MadeKey:
        """Make a key.

        Nobody can give a key more than their own may do.
        """
        return self._ask(
            "POST",
            "/v1/keys",
            shapes.MadeKey,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def revoked_key(
        self, key: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Revoked:
        """Take a key back.

        Within seconds nobody gets in with it.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/keys/{key}", key=key),
            shapes.Revoked,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def members(
        self,
        *,
        card: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        app: str | None = None,
        pass_: str | None = None,
        identifier: str | None = None,
        find: str | None = None,
        programme: str | None = None,
        state: Literal["joined", "left", "not-joined", None] | None = None,
        tier: str | None = None,
        level: str | None = None,
        erased: Literal["no", "yes", "any"] = "any",
        order: Literal["id", "newest"] = "id",
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.Persons:
        """The members, or whom something leads to.

        Whom something leads to is one member or nobody; what leads to several says so, by their
        ids. What is looked for by `find` may be several: they come in pages.
        """
        return self._ask(
            "GET",
            "/v1/members",
            shapes.Persons,
            query={
                "card": card,
                "phone": phone,
                "email": email,
                "app": app,
                "pass": pass_,
                "identifier": identifier,
                "find": find,
                "programme": programme,
                "state": state,
                "tier": tier,
                "level": level,
                "erased": erased,
                "order": order,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def new_member(
        self, body: shapes.NewMember, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.ToldOfMember:
        """Enrol a member.

        By an id of yours, by what leads to them, or as somebody new: an enrolment is recorded. Who
        is known by a purchase but has not joined joins; what leads to several is refused.
        """
        return self._ask(
            "POST",
            "/v1/members",
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def erased(
        self, member: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Erasure:
        """Erase a person.

        What leads to them and all that they have said of themselves; what happened stays, under an
        id that says nothing. It cannot be undone.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/members/{member}", member=member),
            shapes.Erasure,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def member(self, member: str) -> shapes.Member:
        """A member.

        What leads to them, what they have agreed to, and each programme in which something was
        recorded of them.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}", member=member),
            shapes.Member,
        )

    def changed_member(
        self,
        member: str,
        body: shapes.Changed,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ToldOfMember:
        """Change a profile.

        What is named is changed, all else stays: a profile is recorded. What was said of consents
        before is kept.
        """
        return self._ask(
            "PATCH",
            self._path("/v1/members/{member}", member=member),
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def changed_card(
        self,
        member: str,
        body: shapes.ChangedCard,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ToldOfMember:
        """Add, block, replace or remove a card.

        With a card that is blocked, or was replaced, nothing is earned and nothing spent; what the
        member holds stays theirs.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/cards", member=member),
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def sent_code(
        self,
        member: str,
        body: shapes.NewCode,
        *,
        programme: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.SentCode:
        """Have a one-time code sent to a member.

        It takes the place of any that was sent before, by all notifiers of the service to which the
        member has an address. Who has it sends it with an event, as `one_time_code`.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/codes", member=member),
            shapes.SentCode,
            query={"programme": programme, "dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def erasures(
        self, member: str, *, limit: int = 50, cursor: str | None = None
    ) -> shapes.Erasures:
        """The proofs that a person was erased.

        What was removed, when and by whom: kept for good.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/erasures", member=member),
            shapes.Erasures,
            query={"limit": limit, "cursor": cursor},
        )

    def explain(
        self,
        member: str,
        *,
        event: str,
        source: str = "api",
        programme: str | None = None,
        locale: str = "en",
    ) -> shapes.Explanation:
        """Why an event came out as it did.

        Of an event of this member.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/explain", member=member),
            shapes.Explanation,
            query={"event": event, "source": source, "programme": programme, "locale": locale},
        )

    def exported(self, member: str) -> shapes.Export:
        """All that is held about a person.

        What leads to them, their profile, all that they said of consents, their events with what
        came of them, every entry of their ledger, and who changed what about them.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/export", member=member),
            shapes.Export,
        )

    def left_member(
        self,
        member: str,
        body: shapes.Leaving,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ToldOfMember:
        """Leave.

        All that they hold ends on that day. They can be enrolled again; what is known of them is
        erased apart.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/leave", member=member),
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def ledger(
        self,
        member: str,
        *,
        programme: str | None = None,
        currency: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        locale: str = "en",
    ) -> shapes.LedgerPage:
        """A member's ledger.

        Every movement of units, each in words.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/ledger", member=member),
            shapes.LedgerPage,
            query={
                "programme": programme,
                "currency": currency,
                "limit": limit,
                "cursor": cursor,
                "locale": locale,
            },
        )

    def notes(self, member: str, *, limit: int = 50, cursor: str | None = None) -> shapes.Notes:
        """What staff has noted about a member.

        Of somebody who was erased there are none.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/notes", member=member),
            shapes.Notes,
            query={"limit": limit, "cursor": cursor},
        )

    def new_note(
        self,
        member: str,
        body: shapes.NewNote,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Note:
        """Note something about a member.

        For staff alone. It is given out with all that is held about the person, and erased with
        them.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/notes", member=member),
            shapes.Note,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def removed_note(
        self, member: str, note: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.RemovedNote:
        """Remove a note.

        That there was one stays in the trail, and what it said until the member is erased.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/members/{member}/notes/{note}", member=member, note=note),
            shapes.RemovedNote,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def vouchers(
        self,
        member: str,
        *,
        programme: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.HeldVouchers:
        """A member's vouchers.

        Those that were used, have ended or were cancelled, too.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/vouchers", member=member),
            shapes.HeldVouchers,
            query={"programme": programme, "limit": limit, "cursor": cursor},
        )

    def wallet(self, member: str, *, programme: str | None = None) -> shapes.Statement:
        """What a member holds.

        Wallet, tiers, metrics, vouchers and benefits, with everything that is due by now.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}/wallet", member=member),
            shapes.Statement,
            query={"programme": programme},
        )

    def merges(
        self, *, member: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> shapes.Merges:
        """The merges.

        Also those that were undone.
        """
        return self._ask(
            "GET",
            "/v1/merges",
            shapes.Merges,
            query={"member": member, "limit": limit, "cursor": cursor},
        )

    def new_merge(
        self, body: shapes.NewMerge, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.NewMerged:
        """Merge two members.

        From now on all that names the one is the other's. What the one has lies still, until the
        merge is confirmed or its days have passed; until then it can be undone. With `dry_run`:
        what would come of it.
        """
        return self._ask(
            "POST",
            "/v1/merges",
            shapes.NewMerged,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def merge(self, merge: str) -> shapes.Merged:
        """A merge.

        It is `merged` while it can be undone, then `final`, or `undone`.
        """
        return self._ask(
            "GET",
            self._path("/v1/merges/{merge}", merge=merge),
            shapes.Merged,
        )

    def confirmed_merge(
        self, merge: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Merged:
        """Confirm a merge.

        All that the one had comes to the other; it cannot be undone any more.
        """
        return self._ask(
            "POST",
            self._path("/v1/merges/{merge}/confirm", merge=merge),
            shapes.Merged,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def undone_merge(
        self, merge: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Merged:
        """Undo a merge.

        Each has again what was theirs, and what led to them; what was recorded meanwhile stays
        whose it became.
        """
        return self._ask(
            "POST",
            self._path("/v1/merges/{merge}/undo", merge=merge),
            shapes.Merged,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def messages(
        self,
        *,
        member: str | None = None,
        only: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.Messages:
        """What members were told.

        They are kept for 90 days; what they said, and the address they went to, is not.
        """
        return self._ask(
            "GET",
            "/v1/messages",
            shapes.Messages,
            query={"member": member, "only": only, "limit": limit, "cursor": cursor},
        )

    def message_texts(
        self, *, programme: str | None = None, locale: str = "en"
    ) -> shapes.MessageTexts:
        """What messages say.

        In the words of a language, or in English where there are none; a programme brings its own
        by its `texts`.
        """
        return self._ask(
            "GET",
            "/v1/messages/texts",
            shapes.MessageTexts,
            query={"programme": programme, "locale": locale},
        )

    def message_again(
        self,
        message: str,
        body: shapes.Nothing,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.MessageAgain:
        """Try a message again.

        One that is `unsent` or `dead`, after what was in its way has been mended. Whether the
        member agrees to it is looked at again, and so is where it goes.
        """
        return self._ask(
            "POST",
            self._path("/v1/messages/{message}/again", message=message),
            shapes.MessageAgain,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def notifiers(
        self,
    ) -> shapes.Notifiers:
        """The ways by which people are reached.

        They are settings of `xenia work`; none where it has never run with any.
        """
        return self._ask(
            "GET",
            "/v1/notifiers",
            shapes.Notifiers,
        )

    def sent_test(
        self,
        notifier: str,
        body: shapes.TestMessage,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.NotifierTest:
        """Send a test message to oneself.

        To the address of whoever has signed in; what became of it is told with the notifiers. Where
        one of theirs waits still, it is that one.
        """
        return self._ask(
            "POST",
            self._path("/v1/notifiers/{notifier}/test", notifier=notifier),
            shapes.NotifierTest,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def erased_own(
        self, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Erasure:
        """Have oneself erased.

        Whatever leads to the member and all that they have said of themselves; all sessions end. It
        cannot be undone.
        """
        return self._ask(
            "DELETE",
            "/v1/own",
            shapes.Erasure,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def own(self, *, programme: str | None = None, locale: str = "en") -> shapes.Own:
        """What one holds.

        Card, balances and when they end, levels and what the next asks for, benefits.
        """
        return self._ask(
            "GET",
            "/v1/own",
            shapes.Own,
            query={"programme": programme, "locale": locale},
        )

    def changed_own(
        self, body: shapes.OwnChange, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.ToldOfMember:
        """Change one's own profile and consents.

        Name, birthday and language, as far as the programme has them; what was said of consents
        before is kept.
        """
        return self._ask(
            "PATCH",
            "/v1/own",
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def brand(self, body: shapes.OfSpace) -> shapes.Brand:
        """How members' pages look.

        For anybody: it is what the pages show before somebody has signed in.
        """
        return self._ask(
            "POST",
            "/v1/own/brand",
            shapes.Brand,
            body=body,
        )

    def asked_own_code(self, body: shapes.AskedCode) -> shapes.SentOwnCode:
        """Have a code sent to sign in as a member.

        By all notifiers of the service to which the member has an address, to be used once. Nobody
        is told whether anybody is known; five codes an hour by one name from one network, and ten
        from all networks where nobody has come in by it.
        """
        return self._ask(
            "POST",
            "/v1/own/codes",
            shapes.SentOwnCode,
            body=body,
        )

    def own_explanation(
        self, *, event: str, source: str = "api", programme: str | None = None, locale: str = "en"
    ) -> shapes.OwnWhy:
        """Why an event of one's own came out as it did.

        Rules that did nothing are not told.
        """
        return self._ask(
            "GET",
            "/v1/own/explain",
            shapes.OwnWhy,
            query={"event": event, "source": source, "programme": programme, "locale": locale},
        )

    def own_export(
        self,
    ) -> shapes.Export:
        """All that is held about oneself.

        To keep, or to take elsewhere; what would lead to other members is left out.
        """
        return self._ask(
            "GET",
            "/v1/own/export",
            shapes.Export,
        )

    def left_own(
        self, body: shapes.OwnLeaving, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.ToldOfMember:
        """Leave a programme.

        All that the member holds in it ends on that day.
        """
        return self._ask(
            "POST",
            "/v1/own/leave",
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def own_ledger(
        self,
        *,
        programme: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        locale: str = "en",
    ) -> shapes.LedgerPage:
        """One's own ledger.

        Every movement of units, each in words, which name no event.
        """
        return self._ask(
            "GET",
            "/v1/own/ledger",
            shapes.LedgerPage,
            query={"programme": programme, "limit": limit, "cursor": cursor, "locale": locale},
        )

    def own_profile(self, *, programme: str | None = None) -> shapes.OwnProfile:
        """What is known of oneself.

        `asked`: what a profile can say, by the programme.
        """
        return self._ask(
            "GET",
            "/v1/own/profile",
            shapes.OwnProfile,
            query={"programme": programme},
        )

    def own_redemption(
        self,
        body: shapes.OwnRedemption,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ToldOfMember:
        """Take a reward.

        With the units that the member has; the voucher is in the answer. Where it costs something
        else by now than `price`, or is otherwise than in that `version`, nothing is taken.
        """
        return self._ask(
            "POST",
            "/v1/own/redemptions",
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def own_rewards(self, *, programme: str | None = None, locale: str = "en") -> shapes.Rewards:
        """What one can have.

        With what each costs, and what is missing.
        """
        return self._ask(
            "GET",
            "/v1/own/rewards",
            shapes.Rewards,
            query={"programme": programme, "locale": locale},
        )

    def member_session(self, body: shapes.Token) -> shapes.MemberSession:
        """Look at a member's session.

        Whoever has the token may see whose it is.
        """
        return self._ask(
            "POST",
            "/v1/own/session",
            shapes.MemberSession,
            body=body,
        )

    def signed_in_member(self, body: shapes.OwnSignIn) -> shapes.NewOwnSession:
        """Sign in as a member.

        Send the token as `Authorization: Bearer …`, to addresses under `/v1/own` alone.
        """
        return self._ask(
            "POST",
            "/v1/own/sign-in",
            shapes.NewOwnSession,
            body=body,
        )

    def signed_out_member(self, body: shapes.SignOut) -> shapes.Ended:
        """Sign out as a member.

        Whoever has the token may end it, or all sessions of the member.
        """
        return self._ask(
            "POST",
            "/v1/own/sign-out",
            shapes.Ended,
            body=body,
        )

    def own_transfer(
        self, body: shapes.OwnTransfer, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.ToldOfMember:
        """Give units to another member.

        Where the programme allows it, and to whoever is known.
        """
        return self._ask(
            "POST",
            "/v1/own/transfers",
            shapes.ToldOfMember,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def own_vouchers(
        self, *, programme: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> shapes.HeldVouchers:
        """One's own vouchers.

        Those that were used, have ended or were cancelled, too; the household's, of whoever belongs
        to one, as what they take a reward for comes to it.
        """
        return self._ask(
            "GET",
            "/v1/own/vouchers",
            shapes.HeldVouchers,
            query={"programme": programme, "limit": limit, "cursor": cursor},
        )

    def programmes(
        self,
    ) -> shapes.Programmes:
        """The programmes.

        What is published, with all versions and how many members have joined.
        """
        return self._ask(
            "GET",
            "/v1/programmes",
            shapes.Programmes,
        )

    def new_draft(
        self, body: shapes.NewDraft, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.CheckedDraft:
        """Begin a draft of a programme.

        A draft may have errors: they are told with their places, and must be gone before it is
        approved.
        """
        return self._ask(
            "POST",
            "/v1/programmes",
            shapes.CheckedDraft,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def programme_version(
        self, programme: str, *, at: str | None = None, version: int | None = None
    ) -> shapes.Version:
        """A version of a programme.

        The one that decides now, that decided or will decide at a time, or that of a number.
        """
        return self._ask(
            "GET",
            self._path("/v1/programmes/{programme}", programme=programme),
            shapes.Version,
            query={"at": at, "version": version},
        )

    def explained_programme(
        self,
        programme: str,
        *,
        at: str | None = None,
        version: int | None = None,
        locale: str = "en",
    ) -> shapes.Explained:
        """A programme in plain words.

        With how simple it is, and why.
        """
        return self._ask(
            "GET",
            self._path("/v1/programmes/{programme}/explain", programme=programme),
            shapes.Explained,
            query={"at": at, "version": version, "locale": locale},
        )

    def programme_figures(self, programme: str) -> shapes.MemberFigures:
        """How many members a programme has.

        With how many have joined and how many were active in the last 30 days, and in the 30 days
        before.
        """
        return self._ask(
            "GET",
            self._path("/v1/programmes/{programme}/figures", programme=programme),
            shapes.MemberFigures,
        )

    def programme_safety(self, programme: str) -> shapes.Safety:
        """How much members may spend within a time.

        Nothing, unless somebody has said it.
        """
        return self._ask(
            "GET",
            self._path("/v1/programmes/{programme}/safety", programme=programme),
            shapes.Safety,
        )

    def changed_safety(
        self,
        programme: str,
        body: shapes.NewSafety,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Safety:
        """Limit how much members may spend within a time.

        Once it is answered, no event is decided by what was said before. What counts is what is
        taken from when there are limits on.
        """
        return self._ask(
            "PUT",
            self._path("/v1/programmes/{programme}/safety", programme=programme),
            shapes.Safety,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def withdrawn_version(
        self,
        programme: str,
        version: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Withdrawn:
        """Withdraw a version.

        Only before it takes effect, and the last one first; with it those whose place it took. All
        members are told, if they were told of it.
        """
        return self._ask(
            "DELETE",
            self._path(
                "/v1/programmes/{programme}/versions/{version}",
                programme=programme,
                version=version,
            ),
            shapes.Withdrawn,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def new_quote(self, body: shapes.Event, *, as_of: str | None = None) -> shapes.Quote:
        """Ask what would come of an event.

        The body is one event as it would be sent to `POST /v1/events`; `id` and `occurred_at` may
        be left out. What is taken off is kept until the time that the answer says, for a purchase
        of the same basket that names the quote.
        """
        return self._ask(
            "POST",
            "/v1/quotes",
            shapes.Quote,
            query={"as_of": as_of},
            body=body,
        )

    def refused_spends(
        self,
        *,
        programme: str | None = None,
        since: str | None = None,
        until: str | None = None,
        member: str | None = None,
        reason: str | None = None,
        form: str = "json",
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.RefusedSpends:
        """What members were refused for safety.

        What went beyond a limit, came without its one-time code or with a wrong one, with a blocked
        card, or while what the member has was held; without times, of the last 30 days.
        """
        return self._ask(
            "GET",
            "/v1/reports/refused-spends",
            shapes.RefusedSpends,
            query={
                "programme": programme,
                "since": since,
                "until": until,
                "member": member,
                "reason": reason,
                "form": form,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def staff_report(
        self,
        *,
        programme: str | None = None,
        since: str | None = None,
        until: str | None = None,
        least: int = 3,
        finding: str | None = None,
        form: str = "json",
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.StaffReport:
        """What staff did for which cards.

        Purchases, returns, claims of guests' purchases, adjustments and grants, by who served (of
        what staff changes: by its author) and by member; without times, of the last 30 days. That
        something is told here proves nothing.
        """
        return self._ask(
            "GET",
            "/v1/reports/staff",
            shapes.StaffReport,
            query={
                "programme": programme,
                "since": since,
                "until": until,
                "least": least,
                "finding": finding,
                "form": form,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def requests(
        self,
        *,
        only: str = "any",
        by: str | None = None,
        path: str | None = None,
        request_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.AskedRequests:
        """What programs have asked.

        Of the last seven days: all that failed, and the latest of what went well; within seconds.
        Where much comes at once, only a part of what went well is kept. What people do in the
        console is not among it.
        """
        return self._ask(
            "GET",
            "/v1/requests",
            shapes.AskedRequests,
            query={
                "only": only,
                "by": by,
                "path": path,
                "request_id": request_id,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
            },
        )

    def new_reservation(
        self,
        body: shapes.NewReservation,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.MadeReservation:
        """Reserve what an event will take.

        Units, vouchers, stock and budgets are kept for the event, and for nobody else, until it is
        committed or released or its time is over. Where a claim of it would be refused, nothing is.
        """
        return self._ask(
            "POST",
            "/v1/reservations",
            shapes.MadeReservation,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def reservation(self, reservation: str) -> shapes.Reservation:
        """A reservation.

        One whose time is over is `expired`, and keeps nothing.
        """
        return self._ask(
            "GET",
            self._path("/v1/reservations/{reservation}", reservation=reservation),
            shapes.Reservation,
        )

    def committed(
        self,
        reservation: str,
        body: shapes.Event | dict[str, Any],
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Answer:
        """Record the event of a reservation.

        The body is the event as it has happened, or only what is otherwise than in the event that
        was reserved for: `payments`, `given`, or nothing at all. It may take less than was kept,
        the rest of which is free again. The same event again, or nothing again, gets the stored
        answer.
        """
        return self._ask(
            "POST",
            self._path("/v1/reservations/{reservation}/commit", reservation=reservation),
            shapes.Answer,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def released(
        self, reservation: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Reservation:
        """Keep nothing any more.

        All that was kept is free again.
        """
        return self._ask(
            "POST",
            self._path("/v1/reservations/{reservation}/release", reservation=reservation),
            shapes.Reservation,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def rewards(
        self, *, programme: str | None = None, member: str | None = None, locale: str = "en"
    ) -> shapes.Rewards:
        """The rewards.

        As the version has them that decides now. What a member can have is what a redemption at
        this moment would come to; to ask for that takes the scope `members:read`, too.
        """
        return self._ask(
            "GET",
            "/v1/rewards",
            shapes.Rewards,
            query={"programme": programme, "member": member, "locale": locale},
        )

    def changed_stock(
        self,
        reward: str,
        body: shapes.StockChange,
        *,
        programme: str | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.ChangedStock:
        """Change how many there are.

        What came, or is gone, beside what the programme says there are. Never more is taken than is
        left.
        """
        return self._ask(
            "POST",
            self._path("/v1/rewards/{reward}/stock", reward=reward),
            shapes.ChangedStock,
            query={"programme": programme, "dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def roles(
        self,
    ) -> shapes.Roles:
        """The roles.

        Roles are sets of scopes, as keys have them one by one.
        """
        return self._ask(
            "GET",
            "/v1/roles",
            shapes.Roles,
        )

    def own_session(self, body: shapes.Token) -> shapes.OwnSession:
        """Look at a session.

        Whoever has the token may see whose it is, and what may be done with it.
        """
        return self._ask(
            "POST",
            "/v1/session",
            shapes.OwnSession,
            body=body,
        )

    def signed_in(self, body: shapes.SignIn) -> shapes.Session:
        """Sign in.

        Send the token as `Authorization: Bearer …`: it may what the role may, at every address.
        """
        return self._ask(
            "POST",
            "/v1/sign-in",
            shapes.Session,
            body=body,
        )

    def signed_out(self, body: shapes.SignOut) -> shapes.Ended:
        """Sign out.

        Whoever has the token may end it.
        """
        return self._ask(
            "POST",
            "/v1/sign-out",
            shapes.Ended,
            body=body,
        )

    def new_simulation(
        self, body: shapes.NewSimulation, *, locale: str = "en"
    ) -> shapes.Simulation:
        """Simulate an event.

        By a programme that runs, or as though a draft, a version or a template took effect at that
        moment; for an imagined member, or for a real one, which takes `members:read`. Chance falls
        on nothing. Nothing is kept, so no Idempotency-Key is needed.
        """
        return self._ask(
            "POST",
            "/v1/simulations",
            shapes.Simulation,
            query={"locale": locale},
            body=body,
        )

    def simulation_vocabulary(
        self, body: shapes.NewVocabulary, *, locale: str = "en"
    ) -> shapes.Vocabulary:
        """Ask what can be simulated.

        What events and imagined members can name. Nothing is kept, so no Idempotency-Key is needed.
        """
        return self._ask(
            "POST",
            "/v1/simulations/vocabulary",
            shapes.Vocabulary,
            query={"locale": locale},
            body=body,
        )

    def accounts(self, *, limit: int = 50, cursor: str | None = None) -> shapes.Accounts:
        """The staff.

        Those that are disabled or erased, too.
        """
        return self._ask(
            "GET",
            "/v1/staff",
            shapes.Accounts,
            query={"limit": limit, "cursor": cursor},
        )

    def invited(
        self, body: shapes.NewStaff, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.InvitedAccount:
        """Invite somebody.

        Give them the invitation: with it they choose a password (`POST /v1/invitations`). Nobody
        can give more than they may do themselves.
        """
        return self._ask(
            "POST",
            "/v1/staff",
            shapes.InvitedAccount,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def erased_account(
        self, staff: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.ErasedAccount:
        """Erase somebody.

        Name, address and password go for ever; what they have done stays in the trail, under an id
        that says nothing.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/staff/{staff}", staff=staff),
            shapes.ErasedAccount,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def account(self, staff: str) -> shapes.Account:
        """An account.

        By the id by which the trail names whose doing something was.
        """
        return self._ask(
            "GET",
            self._path("/v1/staff/{staff}", staff=staff),
            shapes.Account,
        )

    def changed_account(
        self,
        staff: str,
        body: shapes.ChangedStaff,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Account:
        """Change an account.

        Role, name, or whether they may still sign in. The last owner stays one.
        """
        return self._ask(
            "PATCH",
            self._path("/v1/staff/{staff}", staff=staff),
            shapes.Account,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def invited_again(
        self, staff: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.InvitedAccount:
        """Invite somebody again.

        For whoever has forgotten the password, too: the old one holds until it is replaced.
        """
        return self._ask(
            "POST",
            self._path("/v1/staff/{staff}/invitation", staff=staff),
            shapes.InvitedAccount,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def ended_sessions(
        self, staff: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.SignedOut:
        """End somebody's sessions.

        Wherever they were signed in, within seconds.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/staff/{staff}/sessions", staff=staff),
            shapes.SignedOut,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def templates(self, *, locale: str = "en") -> shapes.Templates:
        """The catalogue.

        `POST /v1/programmes` begins a draft from one.
        """
        return self._ask(
            "GET",
            "/v1/templates",
            shapes.Templates,
            query={"locale": locale},
        )

    def template(self, template: str, *, locale: str = "en") -> shapes.WholeTemplate:
        """A programme of the catalogue.

        As it comes with Xenia.
        """
        return self._ask(
            "GET",
            self._path("/v1/templates/{template}", template=template),
            shapes.WholeTemplate,
            query={"locale": locale},
        )

    def till_programme(
        self, *, programme: str | None = None, locale: str = "en"
    ) -> shapes.TillProgramme:
        """A programme, for a till.

        Its currencies and categories, and what its rules, rewards and levels are called.
        """
        return self._ask(
            "GET",
            "/v1/till",
            shapes.TillProgramme,
            query={"programme": programme, "locale": locale},
        )

    def till_member(self, *, identifier: str, programme: str | None = None) -> shapes.TillMember:
        """Whoever stands at a till.

        Found by what was scanned or typed; what leads to several says so.
        """
        return self._ask(
            "GET",
            "/v1/till/member",
            shapes.TillMember,
            query={"identifier": identifier, "programme": programme},
        )

    def till_purchase(
        self, *, event: str, source: str = "api", programme: str | None = None
    ) -> shapes.TillPurchase:
        """A purchase of which something comes back.

        By its source and id, which a receipt has.
        """
        return self._ask(
            "GET",
            "/v1/till/purchase",
            shapes.TillPurchase,
            query={"event": event, "source": source, "programme": programme},
        )

    def all_vouchers(
        self, *, begins: str = "", limit: int = 50, cursor: str | None = None
    ) -> shapes.HeldVouchers:
        """All vouchers.

        Of all members and programmes; those that were used, have ended or were cancelled, too.
        """
        return self._ask(
            "GET",
            "/v1/vouchers",
            shapes.HeldVouchers,
            query={"begins": begins, "limit": limit, "cursor": cursor},
        )

    def voucher(self, code: str) -> shapes.HeldVoucher:
        """A voucher.

        Staff issues one by an event `grant`.
        """
        return self._ask(
            "GET",
            self._path("/v1/vouchers/{code}", code=code),
            shapes.HeldVoucher,
        )

    def webhook_types(
        self,
    ) -> shapes.WebhookTypes:
        """What webhooks can be told.

        Types to choose from when a webhook is made.
        """
        return self._ask(
            "GET",
            "/v1/webhook-types",
            shapes.WebhookTypes,
        )

    def all_webhooks(
        self,
    ) -> shapes.Webhooks:
        """The webhooks.

        Their secrets are shown to nobody.
        """
        return self._ask(
            "GET",
            "/v1/webhooks",
            shapes.Webhooks,
        )

    def new_webhook(
        self, body: shapes.NewWebhook, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.MadeWebhook:
        """Make a webhook.

        Its address begins with https:// and leads to the public internet.
        """
        return self._ask(
            "POST",
            "/v1/webhooks",
            shapes.MadeWebhook,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def removed_webhook(
        self, webhook: str, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.RemovedWebhook:
        """Remove a webhook.

        What waits for it is not sent.
        """
        return self._ask(
            "DELETE",
            self._path("/v1/webhooks/{webhook}", webhook=webhook),
            shapes.RemovedWebhook,
            query={"dry_run": dry_run},
            key=self._key(idempotency_key),
        )

    def webhook(self, webhook: str) -> shapes.CountedWebhook:
        """A webhook.

        With how many deliveries wait, and how many were given up.
        """
        return self._ask(
            "GET",
            self._path("/v1/webhooks/{webhook}", webhook=webhook),
            shapes.CountedWebhook,
        )

    def changed_webhook(
        self,
        webhook: str,
        body: shapes.WebhookPatch,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Webhook:
        """Change a webhook.

        What waits is sent to the new address.
        """
        return self._ask(
            "PATCH",
            self._path("/v1/webhooks/{webhook}", webhook=webhook),
            shapes.Webhook,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def all_deliveries(
        self, webhook: str, *, only: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> shapes.Deliveries:
        """What was sent to a webhook.

        They are kept for 30 days.
        """
        return self._ask(
            "GET",
            self._path("/v1/webhooks/{webhook}/deliveries", webhook=webhook),
            shapes.Deliveries,
            query={"only": only, "limit": limit, "cursor": cursor},
        )

    def delivery(self, webhook: str, delivery: str) -> shapes.WholeDelivery:
        """A delivery.

        With what is sent, and every try.
        """
        return self._ask(
            "GET",
            self._path(
                "/v1/webhooks/{webhook}/deliveries/{delivery}", webhook=webhook, delivery=delivery
            ),
            shapes.WholeDelivery,
        )

    def replayed_delivery(
        self,
        webhook: str,
        delivery: str,
        body: shapes.Nothing,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Replayed:
        """Send one delivery again.

        Under the same id and with the same body, whatever became of it before.
        """
        return self._ask(
            "POST",
            self._path(
                "/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
                webhook=webhook,
                delivery=delivery,
            ),
            shapes.Replayed,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def disabled_webhook(
        self,
        webhook: str,
        body: shapes.Nothing,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Webhook:
        """Disable a webhook.

        What happens meanwhile is kept for it for 30 days.
        """
        return self._ask(
            "POST",
            self._path("/v1/webhooks/{webhook}/disable", webhook=webhook),
            shapes.Webhook,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def enabled_webhook(
        self,
        webhook: str,
        body: shapes.Enabling,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Webhook:
        """Enable a webhook.

        What was kept is sent first, unless it is to be dropped.
        """
        return self._ask(
            "POST",
            self._path("/v1/webhooks/{webhook}/enable", webhook=webhook),
            shapes.Webhook,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def replayed_webhook(
        self,
        webhook: str,
        body: shapes.Again,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Replayed:
        """Send all of a time again.

        Under the same ids: who has got one already knows it by that.
        """
        return self._ask(
            "POST",
            self._path("/v1/webhooks/{webhook}/replay", webhook=webhook),
            shapes.Replayed,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def new_secret(
        self,
        webhook: str,
        body: shapes.NewSecret,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.MadeWebhook:
        """Change a webhook's secret.

        For some hours both sign, so that nothing is lost while the receiver learns the new one.
        """
        return self._ask(
            "POST",
            self._path("/v1/webhooks/{webhook}/secret", webhook=webhook),
            shapes.MadeWebhook,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def tried_webhook(
        self,
        webhook: str,
        body: shapes.Nothing,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.TestSent:
        """Try a webhook out.

        Sends a message of type `webhook.test`, whatever types it wants.
        """
        return self._ask(
            "POST",
            self._path("/v1/webhooks/{webhook}/test", webhook=webhook),
            shapes.TestSent,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def programme_choice(
        self, body: shapes.NewChoice, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Backtest:
        """Hold kinds of programmes against each other.

        As `xenia wizard programme-chooser`: no programme, a discount, a bonus, levels and a paid
        club, side by side over a history. It is a backtest: it is told, cancelled and read as one
        (`/v1/backtests/{backtest}`); its report is what the command prints as JSON.
        """
        return self._ask(
            "POST",
            "/v1/wizards/programme-chooser",
            shapes.Backtest,
            query={"dry_run": dry_run},
            body=body,
            key=self._key(idempotency_key),
        )

    def ready_made(self, body: shapes.NewReadyMade) -> shapes.ReadyMade:
        """Make a programme that a margin can bear.

        As `xenia wizard ready-made`. Nothing is kept, so no Idempotency-Key is needed: begin a
        draft with the document.
        """
        return self._ask(
            "POST",
            "/v1/wizards/ready-made",
            shapes.ReadyMade,
            body=body,
        )
