"""The catalogue is found inside an installed package, or beside a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from xenia.services import catalogue as room
from xenia.services.catalogue import catalogue, programme_file
from xenia.services.inputs import UnusableError


def package_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = folder / "site" / "xenia"
    package.mkdir(parents=True)
    monkeypatch.setattr(room, "files", {"xenia": package}.get)
    return package


def test_a_checkout_has_it_at_its_root() -> None:
    assert catalogue() == Path(__file__).parents[2] / "programmes"
    assert programme_file("department-points").is_file()


def test_a_package_has_it_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = package_at(tmp_path, monkeypatch)
    (package / "programmes").mkdir()
    (tmp_path / "programmes").mkdir()
    assert catalogue() == package / "programmes"


def test_where_it_is_missing_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package_at(tmp_path, monkeypatch)
    with pytest.raises(UnusableError, match="catalogue of programmes is missing: install"):
        catalogue()


def test_an_unknown_programme_is_refused() -> None:
    with pytest.raises(UnusableError, match=r"no-such\.yaml: there is no such programme"):
        programme_file("no-such")
