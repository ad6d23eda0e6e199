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

    def member(self, member: str) -> shapes.Member:
        """A member.

        Each programme in which something was recorded of the member.
        """
        return self._ask(
            "GET",
            self._path("/v1/members/{member}", member=member),
            shapes.Member,
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
