"""A service that a document starts, and the requests that it makes with curl."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PATIENCE = 60.0  # seconds
_SERVING = re.compile(r"Serving (http://127\.0\.0\.1:)(\d+) from database .*\.\n")
# It is told beside what is written: each time another link.
_FIRST_OWNER = re.compile(r"Nobody can sign in yet\. .*:\n  http://\S+\n")


@dataclass
class Service:
    """`xenia serve` on a free port, which the document knows as the one that it asked for."""

    port: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _real: str = ""

    def start(self, words: list[str]) -> str:
        """What it prints until it serves."""
        assert self.process is None, "a document serves once"
        self.port = words[words.index("--port") + 1] if "--port" in words else "8080"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xenia.cli", "serve", *words, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ,
        )
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            if found := _SERVING.fullmatch(line):
                self._real = found[2]
                self._wait()
                return f"{printed}Serving {found[1]}{self.port} from database ….\n"
            printed += line
        raise AssertionError(f"xenia serve does not serve: {printed}")

    def _wait(self) -> None:
        """A worker listens a moment after the address is printed."""
        transport = httpx.HTTPTransport(retries=10)
        with httpx.Client(transport=transport, timeout=PATIENCE) as client:
            client.get(f"http://127.0.0.1:{self._real}/readyz")

    def curl(self, words: list[str], folder: Path) -> str:
        """What curl would print: with `-X METHOD`, `-H FIELD`, `-d TEXT`, `--data-binary @FILE`,
        and `-o FILE`."""
        head, data, address, method = dict[str, str](), None, "", None
        out: Path | None = None
        left = iter(words)
        for word in left:
            match word:
                case "-H":
                    name, _, value = next(left).partition(": ")
                    head[name] = value
                case "-X":
                    method = next(left)
                case "-d":
                    data = next(left)
                case "-o":
                    out = folder / next(left)
                case "--data-binary":
                    data = (folder / next(left).removeprefix("@")).read_text("utf-8")
                case _:
                    address = word
        assert address.startswith(f"127.0.0.1:{self.port}/"), address
        real = address.replace(self.port, self._real, 1)
        response = httpx.request(
            method or ("GET" if data is None else "POST"),
            f"http://{real}",
            headers=head,
            content=data,
            timeout=PATIENCE,
        )
        if out is not None:
            out.write_text(response.text, "utf-8")
            return ""
        return response.text if response.text.endswith("\n") else f"{response.text}\n"

    def program(self, path: Path) -> str:
        """What a program of the document's own prints, from its beginning to its end."""
        text = path.read_text("utf-8").replace(self.port, self._real)
        path.write_text(text, "utf-8")
        found = subprocess.run(
            [sys.executable, path.name],
            cwd=path.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert found.returncode == 0, found.stderr
        return found.stdout

    def stop(self) -> str:
        """What it prints when it is told to end."""
        assert self.process is not None, "nothing is served"
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGINT)
        with self.process.stdout as stream:
            printed = stream.read()
        assert self.process.wait(PATIENCE) == 0
        self.process = None
        return _FIRST_OWNER.sub("", printed)

    def abandon(self) -> None:
        """End it where the document does not."""
        if self.process is not None:
            self.stop()


@dataclass
class Program:
    """A program of the document's own, which runs beside the rest and ends by itself."""

    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self, path: Path) -> str:
        """The line that it prints as it begins."""
        self.process = subprocess.Popen(
            [sys.executable, path.name], cwd=path.parent, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def wait(self) -> str:
        """What else it has printed when it has ended."""
        assert self.process is not None, "nothing runs"
        printed, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0
        self.process = None
        return printed

    def abandon(self) -> None:
        """End it where the document does not."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
