"""Passwords: hashed slowly, so that whoever gets hold of the hashes cannot try many.

scrypt of the standard library with the parameters that the OWASP Password Storage Cheat Sheet names
(N = 2^17, r = 8, p = 1: 128 MiB and some tenths of a second each).
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

LEAST, MOST = 15, 256  # characters; a few words are long enough, and easily kept in mind

_SALT, _LENGTH = 16, 32  # bytes
_NAME = "scrypt"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash takes: 128 r 2^log_n bytes of memory."""

    log_n: int = 17
    r: int = 8
    p: int = 1

    @property
    def memory(self) -> int:
        """In bytes, with room for what the library needs beside."""
        return 256 * self.r * (1 << self.log_n)


COST = Cost()


def hashed(password: str, cost: Cost | None = None) -> str:
    """What is stored of a password, with its salt and what it costs."""
    cost, salt = cost or COST, secrets.token_bytes(_SALT)
    parts = (cost.log_n, cost.r, cost.p, _text(salt), _text(_derived(password, salt, cost)))
    return "$".join((_NAME, *map(str, parts)))


def fits(password: str, stored: str | None) -> bool:
    """Whether a password is the one that is stored.  Without one it takes as long and is not."""
    if stored is None:
        _derived(password, secrets.token_bytes(_SALT), COST)
        return False
    _, log_n, r, p, salt, wanted = stored.split("$")
    cost = Cost(int(log_n), int(r), int(p))
    return hmac.compare_digest(_derived(password, _bytes(salt), cost), _bytes(wanted))


def _derived(password: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << cost.log_n,
        r=cost.r,
        p=cost.p,
        maxmem=cost.memory,
        dklen=_LENGTH,
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
