"""The calls of the service, one for each address.

Made from the description of the interface by `make docs`.
"""

from __future__ import annotations

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

    def changes(
        self, *, about: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> shapes.Changes:
        """Who has changed what.

        All that was changed beside events, which tell of themselves.
        """
        return self._ask(
            "GET",
            "/v1/changes",
            shapes.Changes,
            query={"about": about, "limit": limit, "cursor": cursor},
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

    def from_shop(self, kind: str, connection: str) -> shapes.TakenDelivery:
        """What a shop sends.

        In place of a key, what is sent is signed as its kind of shop does. What is answered with
        2xx need not be sent again: it is recorded, or kept here.
        """
        return self._ask(
            "POST",
            self._path("/v1/connectors/{kind}/{connection}", kind=kind, connection=connection),
            shapes.TakenDelivery,
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
        limit: int = 50,
        cursor: str | None = None,
    ) -> shapes.Persons:
        """The members, or whom something leads to.

        Whom something leads to is one member or nobody; what leads to several says so, by their
        ids.
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
                "limit": limit,
                "cursor": cursor,
            },
        )

    def new_member(
        self, body: shapes.NewMember, *, dry_run: bool = False, idempotency_key: str | None = None
    ) -> shapes.Told:
        """Enrol a member.

        By an id of yours, by what leads to them, or as somebody new: an enrolment is recorded. Who
        is known by a purchase but has not joined joins; what leads to several is refused.
        """
        return self._ask(
            "POST",
            "/v1/members",
            shapes.Told,
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
    ) -> shapes.Told:
        """Change a profile.

        What is named is changed, all else stays: a profile is recorded. What was said of consents
        before is kept.
        """
        return self._ask(
            "PATCH",
            self._path("/v1/members/{member}", member=member),
            shapes.Told,
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
    ) -> shapes.Told:
        """Add, block, replace or remove a card.

        With a card that is blocked, or was replaced, nothing is earned and nothing spent; what the
        member holds stays theirs.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/cards", member=member),
            shapes.Told,
            query={"dry_run": dry_run},
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
    ) -> shapes.Told:
        """Leave.

        All that they hold ends on that day. They can be enrolled again; what is known of them is
        erased apart.
        """
        return self._ask(
            "POST",
            self._path("/v1/members/{member}/leave", member=member),
            shapes.Told,
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
        body: shapes.Event,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> shapes.Answer:
        """Record the event of a reservation.

        The body is the event as it has happened: it may take less than was kept, the rest of which
        is free again. The same event again gets the stored answer.
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
