"""Sends messages as e-mails through a server that speaks SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from xenia.notifiers import Letter, UnsentError

SETTING = "XENIA_NOTIFY_SMTP"
SECONDS = 15.0
_PORTS = {"smtp": 587, "smtps": 465}
_FORM = f"{SETTING}: write smtp://USER:PASSWORD@HOST:587?from=club@shop.example"
_FOR_GOOD = range(500, 600)  # what a server answers that will not take it later either


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server, and by whom messages are.  `tls`: whether it must be spoken to in secret, from the
    beginning (`smtps`) or from the greeting on (`starttls`)."""

    host: str
    port: int
    sender: str
    tls: str | None = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = SECONDS
    name: str = "email"
    kind: str | None = "email"

    def send(self, letter: Letter) -> None:
        """Send a message.  Raises UnsentError."""
        try:
            written = self._written(letter)
        except (ValueError, MessageError):
            raise UnsentError("this is not an e-mail address", for_good=True) from None
        try:
            with self._connected() as server:
                server.send_message(written)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _unsent("the address is refused", code) from None
        except smtplib.SMTPAuthenticationError as error:
            raise UnsentError(f"user or password are refused ({error.smtp_code})") from None
        except smtplib.SMTPResponseException as error:
            raise _unsent("the server refuses it", error.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnsentError(f"the server is not reached: {type(error).__name__}") from None

    def _written(self, letter: Letter) -> EmailMessage:
        written = EmailMessage()
        local, _, domain = letter.to.rpartition("@")
        written["To"] = Address(username=local, domain=domain)
        if not local or not domain:
            raise ValueError(letter.to)
        written["From"] = self.sender
        written["Subject"] = " ".join(letter.subject.split())
        # The same each time: who gets it twice can tell.
        written["Message-ID"] = f"<{letter.id}@{self.sender.rpartition('@')[2]}>"
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(letter.text)
        written["Content-Language"] = letter.locale
        return written

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.seconds, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        try:
            if self.tls == "starttls":
                server.starttls(context=context)
            if self.user is not None:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server


def from_settings(settings: Mapping[str, str]) -> Smtp | None:
    """The server of XENIA_NOTIFY_SMTP: `smtp://` with TLS from the greeting on, `smtps://` from the
    beginning; `&tls=no` without, for a server on the same machine.  Raises ValueError."""
    written = settings.get(SETTING)
    if not written:
        return None
    parts = urlsplit(written)
    asked = parse_qs(parts.query)
    sender, tls = asked.get("from", [""])[0], asked.get("tls", ["yes"])[0]
    if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
        raise ValueError(_FORM)
    if tls not in ("yes", "no"):
        raise ValueError(f"{SETTING}: tls is yes or no")
    return Smtp(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        sender=sender,
        tls=None if tls == "no" else "smtps" if parts.scheme == "smtps" else "starttls",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def _unsent(what: str, code: int) -> UnsentError:
    return UnsentError(f"{what} ({code})", for_good=code in _FOR_GOOD)
