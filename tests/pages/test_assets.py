"""What pages load: built of the sources as they are, and sent so that it is fetched once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.chromium import AXE
from tests.console.people import came
from tests.pages.browsing import Browser, Site
from xenia.pages.assets import FOLDER, address, assets, manifest
from xenia.pages.browsers import POLICY

SOURCES = FOLDER.parent / "sources"


def test_the_build_is_of_these_sources() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in SOURCES.iterdir()
        if path.suffix in (".css", ".js", ".mjs", ".json") and not path.name.startswith(".")
    }
    assert manifest().sources == found, "run `make assets`"


def test_every_file_has_the_hash_of_what_is_in_it() -> None:
    assert set(manifest().assets.values()) == set(assets())
    for name in assets():
        digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        assert f"-{digest[:12]}." in name


@pytest.mark.prove
def test_building_again_gives_the_same(tmp_path: Path) -> None:
    """Node and npm are wanted by whoever changes the pages, and by nobody else."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("no Node with npm on PATH, with which the pages' files are built")
    if not (SOURCES / "node_modules").is_dir():
        subprocess.run([npm, "install", "--no-save", "--silent"], cwd=SOURCES, check=True)
    built, beside = tmp_path / "assets", tmp_path / "tests"
    subprocess.run([node, "build.mjs", str(built), str(beside)], cwd=SOURCES, check=True)
    assert contents(built) == contents(FOLDER)
    assert (beside / AXE.name).read_bytes() == AXE.read_bytes()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_is_sent_once_and_for_ever(site: Site) -> None:
    browser = Browser(site)
    plain = browser.get(address("app.css"))
    small = browser.get(address("app.css"), accept_encoding="gzip, br")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (plain.status, small.headers["content-encoding"]) == (200, "gzip")
    assert len(small.body) < len(plain.body) / 4
    assert browser.get("/assets/app-000000000000.css").status == 404


def test_every_page_says_what_may_be_loaded(site: Site) -> None:
    browser = came(site)
    for page in ("/", "/console/", "/console/account", "/console/nothing", "/console/sign-in"):
        head = browser.get(page).headers
        assert head["content-security-policy"] == POLICY, page
        assert head["x-content-type-options"] == "nosniff", page
        assert head["referrer-policy"] == "same-origin", page
        assert head["cache-control"] == "no-store", page


def test_no_page_names_another_address_or_has_a_script_in_it(site: Site) -> None:
    browser = came(site)
    for page in ("/console/", "/console/account", "/console/nothing"):
        text = browser.get(page).body.decode()
        for place in ("src=", "href=", "action="):
            for said in text.split(f'{place}"')[1:]:
                found = said.partition('"')[0]
                assert found.startswith(("/", "#", "data:image/svg+xml")), (page, found)
        assert " style=" not in text, page
        assert " on" not in text.partition("<body")[2].partition(">")[0], page
        assert "<script>" not in text, page
