"""The folder of the embedded database: whose it is, what is in it, and how it is made."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from xenia.store.database import DatabaseUnavailable
from xenia.store.embedded_programs import Programs
from xenia.store.embedded_user import ServerUser, server_user

USER = "xenia"  # of the database, and the database's own name
PORT = 5432  # part of the socket's name; nothing listens on the network
SOCKET_BYTES = 100  # Linux has room for 107 in the address of a socket, macOS for 103
MEGABYTE = 1024 * 1024
ELSEWHERE = "name another folder in XENIA_HOME"


@dataclass(frozen=True)
class Folder:
    """What belongs to one embedded server; all of it is its user's alone."""

    path: Path
    user: ServerUser

    @property
    def cluster(self) -> Path:
        """Where PostgreSQL keeps the data."""
        return self.path / "cluster"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.path / "server.log"

    @property
    def sockets(self) -> Path:
        """Where the server listens: the folder itself, if its name is short and plain enough."""
        name = str(self.path / f".s.PGSQL.{PORT}")
        if len(os.fsencode(name)) <= SOCKET_BYTES and not set(name) & set(",\"'\\\n"):
            return self.path
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(f"/tmp/xenia-{digest}")

    def major(self) -> int | None:
        """Which PostgreSQL made the data; None if there are none yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text("ascii").split(".")[0])
        except FileNotFoundError:
            if self.cluster.exists():
                what = "this is no data folder of PostgreSQL"
                raise DatabaseUnavailable(
                    f"{self.cluster}: {what}: move it away, or {ELSEWHERE}"
                ) from None
            return None


def folder_in(home: Path) -> Folder:
    """The server's folder under the home of this installation; made if it is missing.

    Raises DatabaseUnavailable.
    """
    path = home.absolute() / "postgresql"
    user = server_user(path, home)
    folder = Folder(path, user)
    try:
        if not home.exists():
            home.mkdir(parents=True)
            if user.other:
                home.chmod(0o755)  # the server's user must come through; a umask may say otherwise
        own_folder(path, user)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DatabaseUnavailable(f"{path}: {reason}: {ELSEWHERE}") from None
    return folder


def own_folder(path: Path, user: ServerUser) -> None:
    """Make a folder that is a user's alone, or see that it is.  Raises DatabaseUnavailable."""
    if not path.is_dir():
        # Under another name until it has its owner: somebody may be looking for it right now.
        new = Path(mkdtemp(prefix=f"{path.name}-", dir=path.parent))
        if user.owner:
            os.chown(new, *user.owner)
        try:
            new.rename(path)
        except OSError:
            new.rmdir()
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.uid:
        remedy = f"run this as the user it belongs to, or {ELSEWHERE}"
        raise DatabaseUnavailable(f"{path}: this is no folder of {user.name}'s: {remedy}")
    if status.st_mode & 0o077:
        path.chmod(0o700)


def reachable(folder: Folder) -> None:
    """See that the server's user can come to the folder.  Raises DatabaseUnavailable."""
    if not folder.user.other:
        return
    try:
        command = ("/bin/sh", "-c", 'cd "$0" && test -w .', str(folder.path))
        comes = folder.user.run(command, Path("/"), seconds=10).returncode == 0
    except subprocess.TimeoutExpired:
        comes = False
    if not comes:
        raise DatabaseUnavailable(
            f"{folder.path}: PostgreSQL does not run as root, and {folder.user.name}, as whom it "
            f"would, may not come here: {ELSEWHERE}, which everybody can pass through"
        )


def runnable(programs: Programs, folder: Folder) -> Programs:
    """These programs where the server's user can start them: a package may be out of their reach.

    Raises DatabaseUnavailable.
    """
    if _starts(programs, folder):
        return programs
    target = folder.path.with_name(f"programs-{programs.version}")
    if programs.bundled:
        copied = programs.at(target) if target.exists() else programs.copied(target)
        if _starts(copied, folder):
            return copied
    raise DatabaseUnavailable(
        f"{programs.folder}: the user {folder.user.name} cannot run PostgreSQL from here: "
        "install it where everybody can, or name a database in XENIA_DATABASE_URL"
    )


def _starts(programs: Programs, folder: Folder) -> bool:
    try:
        command = (str(programs.program("initdb")), "--version")
        return folder.user.run(command, folder.path, seconds=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def make_cluster(programs: Programs, folder: Folder, seconds: float) -> None:
    """Make the data folder, wholly or not at all.  Raises DatabaseUnavailable."""
    new = folder.path / "cluster.new"
    shutil.rmtree(new, ignore_errors=True)  # of an attempt that was cut off
    command = [str(programs.program("initdb")), "--pgdata", str(new), "--username", USER]
    command += ["--auth-local", "trust", "--auth-host", "reject", "--data-checksums"]
    command += ["--encoding", "UTF8", *_locale(programs.major)]
    try:
        done = folder.user.run(command, folder.path, seconds=seconds)
    except subprocess.TimeoutExpired:
        raise DatabaseUnavailable(
            f"{new}: initdb took over {seconds:.0f} s: see that the disk works and has room"
        ) from None
    if done.returncode:
        said = done.stdout.strip() or f"exit code {done.returncode}"
        raise DatabaseUnavailable(f"{new}: the database could not be made: {said}")
    lines = ["", "# ---- set by xenia when it made this folder; yours to change ----"]
    lines += [f"{name} = {value}" for name, value in _settings().items()]
    # By the user: root writes to no file that somebody else could have put in its place.
    append = ["/bin/sh", "-c", 'printf "%s\\n" "$1" >> "$0"', str(new / "postgresql.conf")]
    folder.user.run([*append, "\n".join(lines)], folder.path, seconds=seconds)
    new.rename(folder.cluster)
    _sync(folder.path)


def _locale(major: int) -> tuple[str, ...]:
    """By code point, the same on every machine; from 17 on without the system's libraries."""
    if major >= 17:
        return ("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
    return ("--locale", "C.UTF-8")


def _settings() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    return {
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory // 8, 128), 1024)}MB",
        "max_wal_size": "2GB",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "random_page_cost": "1.1",  # no disk turns
        "jit": "off",  # statements are short; compiling them costs more than it saves
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_checkpoints": "off",
    }


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
