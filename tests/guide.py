"""Follows a page of the docs word by word: types what it types, writes what it writes, compares what it says.

A block's first line says what it is. ``sh`` is run, in one shell from the first block to the last; ``text``
is what the ``sh`` before it said; ``console`` is typed at a terminal, the answer to a question standing after
its last bracket; ``python connectors/x.py`` is the whole of that file. In what is said … stands for anything
on its line, and alone for any lines.
"""

import os
import pty
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUESTION = re.compile(r"(.*\? \[.*?\]) ?(.*)")
DONE = "the block is done:"


@dataclass(frozen=True)
class Block:
    """One block of a page; ``path`` is the file that it is."""

    kind: str
    path: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    return [Block(*found) for found in BLOCK.findall(page.read_text())]


def plain(said: str) -> list[str]:
    """Lines without regard to how far apart their words stand, or how long a rule is."""
    return [" ".join(re.sub("─+", "─", line).split()) for line in said.strip().splitlines()]


def is_said(expected: str, said: str) -> bool:
    """Whether that is what was said."""
    lines = [
        "(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in plain(expected)
    ]
    return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in plain(said))) is not None


class Shell:
    """A shell that stays open from block to block, as a reader's does; what it started ends with it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._shell = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._shell.pid, 9)
        self._shell.wait()
        self._shell.stdin.close()
        self._shell.stdout.close()

    def run(self, text: str) -> tuple[str, int]:
        """What a block says, and nought, or the code with which the last of its lines failed that did."""
        self._shell.stdin.write(f"failed=0; trap 'failed=$?' ERR\n{text}\necho \"{DONE} $failed\"\n")
        self._shell.stdin.flush()
        said = ""
        for line in self._shell.stdout:
            before, done, code = line.partition(DONE)
            said += before
            if done:
                return said, int(code)
        raise AssertionError(f"the shell is gone: {said}")

    def type(self, text: str) -> str:
        """What a command says at a terminal, where its questions are answered as they stand there."""
        command, *lines = text.splitlines()
        terminal, ours = pty.openpty()
        typed = subprocess.Popen(
            ["bash", "--norc", "-c", command.removeprefix("$ ")],
            cwd=self._folder, env=self._environment, stdin=ours, stdout=ours, stderr=ours,
        )  # fmt: skip
        os.close(ours)
        said = ""
        for answer in [found[2] for line in lines if (found := QUESTION.fullmatch(line))]:
            asked = len(said)
            while not re.search(r"\] $", said[asked:]):
                more = _heard(terminal)
                assert more, f"nobody asked for {answer!r}: {said}"
                said += more
            os.write(terminal, f"{answer}\n".encode())
        while more := _heard(terminal):
            said += more
        os.close(terminal)
        assert typed.wait() == 0, said
        return said


def _heard(terminal: int) -> str:
    """What has come since; empty at the end, where the other side is closed."""
    try:
        return os.read(terminal, 4096).decode()
    except OSError:
        return ""
