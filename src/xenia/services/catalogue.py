"""Where the programmes that come with Xenia are: inside the package, or beside its checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from xenia.services.inputs import UnusableError


def catalogue() -> Path:
    """The folder of the programmes.  Raises UnusableError."""
    package = Path(str(files("xenia")))
    # In a wheel they are part of the package; an editable install leaves them where they are.
    for folder in (package / "programmes", package.parents[1] / "programmes"):
        if folder.is_dir():
            return folder
    raise UnusableError(
        f"{package / 'programmes'}: the catalogue of programmes is missing: install Xenia again, "
        "or name a programme file"
    )


def programme_file(programme: str) -> Path:
    """The file of a programme of the catalogue, by id.  Raises UnusableError."""
    path = catalogue() / f"{programme}.yaml"
    if not path.is_file():
        raise UnusableError(f"{path}: there is no such programme in the catalogue")
    return path
