"""Programme files: how one is found on disk and read, with the time zones there are."""

from __future__ import annotations

from pathlib import Path

from xenia.engine.zones import zone_names
from xenia.programme.document import SIZE_MAX
from xenia.programme.findings import Place
from xenia.programme.nodes import Places, lines_of
from xenia.programme.read import Reading, read


def zones() -> frozenset[str]:
    """The names of all time zones that the engine can read, whatever the machine has."""
    return zone_names()


def read_programme(path: Path) -> Reading:
    """Reads a programme; a name that ends in `.json` is JSON, every other one YAML.

    Raises OSError where the file cannot be opened; what is wrong inside it is a finding.
    """
    with path.open("rb") as file:
        data = file.read(SIZE_MAX + 1)
    json = path.suffix.lower() == ".json"
    if len(data) > SIZE_MAX:
        return read(data.decode("utf-8", "replace"), zones=zones(), json=json)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return _not_utf8(data, trouble.start)
    return read(text, zones=zones(), json=json)


def _not_utf8(data: bytes, start: int) -> Reading:
    places = Places(lines_of(data.decode("utf-8", "replace")))
    before = lines_of(data[:start].decode("utf-8"))
    finding = places.finding(
        "error",
        "not-text",
        (),
        f"The byte 0x{data[start]:02X} is not UTF-8",
        "save the file as UTF-8",
        place=Place(len(before), len(before[-1]) + 1),
    )
    return Reading(None, (finding,), places)
