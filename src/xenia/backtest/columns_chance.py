"""On which purchases chance falls, in SQL: the keyed hash of `engine.chance`, written out."""

from __future__ import annotations

from hashlib import sha256

from xenia.programme.chances import Chance

_BLOCK, _BITS = 64, 128


def falls(key: bytes, programme: str, rule: str, chance: Chance) -> str:
    """Source of whether chance falls on a rule, of the columns `source` and `id` of an event."""
    most = -(-(chance.wins << _BITS) // chance.of)
    if most >> _BITS:
        return "true"
    about = (
        _blob(_padded(key, 0x36) + "\0".join(("chance", programme, "")).encode()),
        "encode(source)",
        _blob(bytes(1)),
        "encode(id)",
        _blob(bytes(1) + rule.encode()),
    )
    inner = f"unhex(sha256({' || '.join(about)}))"
    drawn = f"sha256({_blob(_padded(key, 0x5C))} || {inner})"
    return f"({drawn}[:{_BITS // 4}] < '{most:0{_BITS // 4}x}')"


def _padded(key: bytes, by: int) -> bytes:
    """As RFC 2104 says."""
    block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(one ^ by for one in block)


def _blob(data: bytes) -> str:
    return "'" + "".join(f"\\x{one:02X}" for one in data) + "'::blob"
