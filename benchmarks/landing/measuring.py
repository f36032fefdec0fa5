"""What a run costs: seconds by the wall, CPU seconds of its processes and of PostgreSQL's, peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run; ``peak_mb`` is the client's, of a pipe both halves together."""

    wall: float
    client_cpu: float
    database_cpu: float
    peak_mb: float

    @property
    def cpu(self) -> float:
        """Seconds of client and database together."""
        return self.client_cpu + self.database_cpu


def run(commands: Sequence[Sequence[str]], folder: Path, database: int | None) -> Cost:
    """Run a command, or several as a pipe; ``database`` is PostgreSQL's process. Raises `RuntimeError`."""
    before, start = _database_cpu(database), time.perf_counter()
    running: list[subprocess.Popen[bytes]] = []
    with (folder / "output").open("wb") as output, (folder / "faults").open("wb") as faults:
        for command in commands:
            last = command is commands[-1]
            came = running[-1].stdout if running else subprocess.DEVNULL
            made = subprocess.Popen(
                command,
                stdin=came,
                stdout=output if last else subprocess.PIPE,
                stderr=faults,
                cwd=folder,
                env=_environment(),
            )
            if running and running[-1].stdout:
                running[-1].stdout.close()
            running.append(made)
        ended = [os.wait4(process.pid, 0) for process in running]
    wall = time.perf_counter() - start
    for process, (_, status, _) in zip(running, ended, strict=True):
        process.returncode = os.waitstatus_to_exitcode(status)
    if any(process.returncode for process in running):
        raise RuntimeError((folder / "faults").read_text(errors="replace").strip().rpartition("\n")[2])
    used = [usage for _, _, usage in ended]
    return Cost(
        wall=wall,
        client_cpu=sum(usage.ru_utime + usage.ru_stime for usage in used),
        database_cpu=_database_cpu(database) - before,
        peak_mb=sum(usage.ru_maxrss for usage in used) / 1024,
    )


def _environment() -> dict[str, str]:
    """Ours, with every tool told to keep to itself and to keep quiet."""
    return os.environ | {
        "DO_NOT_TRACK": "1",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "SINGER_SDK_LOG_LEVEL": "ERROR",
        "TARGET_POSTGRES_LOGLEVEL": "ERROR",
        "TAP_LOOPBACK_LOGLEVEL": "ERROR",
    }


def _database_cpu(server: int | None) -> float:
    """Seconds that PostgreSQL has used: its first process, the children it has buried, and those alive."""
    if server is None:
        return 0.0
    ticks = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended, and is counted among the buried
        if int(name) == server:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server:
            ticks += sum(map(int, fields[11:13]))
    return ticks / TICK


@contextmanager
def agency(rows: int, size: int) -> Iterator[str]:
    """The loopback agency in a process of its own; its address."""
    command = [sys.executable, "-m", "benchmarks.landing.agency", str(rows), str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()
