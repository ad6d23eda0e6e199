"""Programme files are read within bounds, and what cannot be read is said with its place."""

from pathlib import Path

import pytest

from xenia.programme.document import SIZE_MAX
from xenia.programme.findings import Place
from xenia.services.files import read_programme, zones

YAML = "xenia: 1\nprogramme: cafe\nmoney: EUR\ntimezone: Europe/Athens\n"
JSON = '{\n\t"xenia": 1, "programme": "cafe", "money": "EUR", "timezone": "Europe/Athens"\n}\n'


def test_yaml_and_json_are_told_apart_by_the_name(tmp_path: Path) -> None:
    (tmp_path / "cafe.yaml").write_text(YAML, "utf-8")
    (tmp_path / "cafe.json").write_text(JSON, "utf-8")
    (tmp_path / "tabs.yaml").write_text(JSON, "utf-8")
    found = read_programme(tmp_path / "cafe.yaml").programme
    assert found is not None
    assert read_programme(tmp_path / "cafe.json").programme == found
    assert [f.code for f in read_programme(tmp_path / "tabs.yaml").findings] == ["tab"]


def test_bytes_that_are_no_text_have_a_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("xenia: 1\noperator: Café ".encode() + b"\xe9\n")
    (finding,) = read_programme(tmp_path / "a.yaml").findings
    assert finding.code == "not-text"
    assert finding.place == Place(2, 16)
    assert finding.caret == 15


def test_a_file_that_is_too_large_is_not_read_on(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(YAML.encode() + b"#" + b"\xff" * SIZE_MAX)
    assert [f.code for f in read_programme(tmp_path / "a.yaml").findings] == ["too-large"]


def test_a_file_that_is_not_there_is_an_error_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_programme(tmp_path / "none.yaml")


def test_the_zones_of_the_machine_are_known() -> None:
    assert {"Europe/Athens", "America/Los_Angeles", "UTC"} <= zones()
