"""Whom the embedded server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")  # the first that the machine has
# All that the server gets to see of our own environment: it needs no secrets.
PASSED = ("PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "TMPDIR")


@dataclass(frozen=True)
class ServerUser:
    """A user of the machine; `other`: not the one who runs this process, who is then root."""

    name: str
    uid: int
    gid: int
    other: bool

    @property
    def owner(self) -> tuple[int, int] | None:
        """Whom new files are to be given to, if not already theirs."""
        return (self.uid, self.gid) if self.other else None

    def run(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        seconds: float,
        variables: Mapping[str, str] | None = None,
        inherited: tuple[int, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in a folder and for at most so long; its output is one text.

        Raises OSError where the program cannot be started, and TimeoutExpired.
        """
        kept = {name: os.environ[name] for name in PASSED if name in os.environ}
        return subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.defpath, **kept, "LC_ALL": "C", **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            pass_fds=inherited,
            user=self.uid if self.other else None,
            group=self.gid if self.other else None,
            extra_groups=[] if self.other else None,
        )


def server_user(*folders: Path) -> ServerUser:
    """Who runs the server: ourselves; when we are root, who owns the first of the folders there is.

    Where that is root, too, an unprivileged user of the machine.
    """
    if os.geteuid() != 0:
        return _user(os.geteuid(), os.getegid(), other=False)
    for folder in folders:
        if folder.exists():
            status = folder.stat()
            if status.st_uid != 0:
                return _user(status.st_uid, status.st_gid, other=True)
            break
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid, other=True)
    return ServerUser("nobody", 65534, 65534, other=True)


def _user(uid: int, gid: int, *, other: bool) -> ServerUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return ServerUser(str(uid), uid, gid, other)
    return ServerUser(entry.pw_name, uid, entry.pw_gid if other else gid, other)
