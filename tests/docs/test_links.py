"""Every link within the repository leads somewhere, and no page is out of reach of the README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.M | re.S)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")


def linked(path: Path) -> list[Path]:
    """What a page points to, code left out."""
    text = _CODE.sub("", path.read_text(encoding="utf-8"))
    return [(path.parent / target).resolve() for target in _LINK.findall(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    assert [target for target in linked(path) if not target.exists()] == []


def test_every_page_can_be_reached() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            found = linked(page) if page.suffix == ".md" else []
            folders = [target for target in found if target.is_dir()]
            waiting += [*found, *(path for folder in folders for path in folder.glob("*.md"))]
    assert [page for page in PAGES if page not in reached] == []
