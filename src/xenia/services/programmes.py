"""Programme files: read, checked, and made ready to decide by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xenia.programme.check import check
from xenia.programme.explain import Explanation, NoPhrases, explain
from xenia.programme.findings import Finding, line_of
from xenia.programme.formulas import analyse
from xenia.programme.model import Programme
from xenia.services.files import read_programme
from xenia.services.inputs import UnusableError, opening


@dataclass(frozen=True, slots=True)
class Checked:
    """`programme` is None where its form is wrong; `findings` are errors and advice, by place."""

    path: Path
    programme: Programme | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings with which nothing can be run."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def check_file(path: Path) -> Checked:
    """A programme file and all that is to be said about it.  Raises UnusableError."""
    with opening(path):
        reading = read_programme(path)
    return Checked(path, reading.programme, check(reading))


def sound_programme(path: Path) -> Programme:
    """The programme of a file in which there is no error.  Raises UnusableError with the errors."""
    checked = check_file(path)
    if checked.errors or checked.programme is None:
        raise UnusableError("\n".join(line_of(error, str(path)) for error in checked.errors))
    return checked.programme


def explained(path: Path, locale: str) -> Explanation:
    """A programme file told to a customer.  Raises UnusableError, also for an unknown language."""
    programme = sound_programme(path)
    try:
        return explain(programme, analyse(programme), locale)
    except NoPhrases as error:
        raise UnusableError(f"--locale: {error}") from None
