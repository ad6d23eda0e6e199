"""What takes long to make for pages and little to read, kept on disk: translated templates, and
catalogs in the form in which sentences are looked up.

Each file is named by the hash of all that it is made from, and complete or not there. Where none
can be written, each process makes its own.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from xenia.cache_home import cache_home

_DIGEST = 32  # bytes of a file's own hash, at its beginning: what is damaged is made anew


def kept(name: str, *of: bytes) -> bytes | None:
    """What was kept of a name, made from `of` and nothing else; None: nothing that is sound."""
    try:
        text = _path(name, of).read_bytes()
    except (OSError, RuntimeError):  # RuntimeError: nobody knows where the home is
        return None
    digest, found = text[:_DIGEST], text[_DIGEST:]
    return found if sha256(found).digest() == digest else None


def keep(name: str, found: bytes, *of: bytes) -> None:
    """Keep what was made, where that can be."""
    with suppress(OSError, RuntimeError):
        path = _path(name, of)
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(sha256(found).digest() + found)
        Path(file.name).replace(path)


def _path(name: str, of: tuple[bytes, ...]) -> Path:
    whole = sha256(b"".join(sha256(each).digest() for each in of))
    return cache_home() / "pages" / f"{name}-{whole.hexdigest()[:40]}"
