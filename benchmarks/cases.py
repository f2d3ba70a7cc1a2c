"""Runs a folder of cases, scripts that make a file and run voicekit on it, and tells which of them crash or hang.

    python benchmarks/cases.py ../shared/cases [--only 17-tables …] [--limit-s 900] [--out FOLDER]

The scripts print and do not judge; nor does this: what is right stands in the tests. A case fails where a traceback or the
message of a program that died is in what it printed, an exit status is of a signal, or it takes longer than the limit.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

#: What a program prints, or its shell, when it dies.
CRASH = re.compile(
    r"Traceback \(most recent call last\)|Segmentation fault|core dumped|\bAborted\b|\bKilled\b|Bus error"
    r"|Floating point exception|terminate called|Fatal Python error",
)
#: How the scripts print exit statuses.
STATUS = re.compile(r"\brc ?= ?(\d+)")


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        statuses: those that it printed, in order, and its own.
        crashes: what it printed that says that something died; what did not end.
    """

    name: str
    seconds: float
    statuses: tuple[int, ...]
    crashes: tuple[str, ...]

    @property
    def failed(self) -> bool:
        return bool(self.crashes) or any(status >= 128 for status in self.statuses)


def run(script: Path, voicekit: Path, work: Path, out: Path, limit_s: float) -> Outcome:
    """Runs one script in a session of its own, so that nothing of it lives on behind the limit."""
    begun = time.monotonic()
    environment = {**os.environ, "VK": str(voicekit), "W": str(work)}
    log = out / f"{script.stem}.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["bash", script],
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status, late = process.wait(limit_s), ()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            status, late = process.wait(), (f"not over after {limit_s:.0f} s",)
    printed = log.read_text(encoding="utf-8", errors="replace")
    # A shell's own status says no more than its last command's, unless it was a signal.
    statuses = (*map(int, STATUS.findall(printed)), *((128 - status,) if status < 0 and not late else ()))
    crashes = tuple(dict.fromkeys(CRASH.findall(printed)))
    return Outcome(script.stem, time.monotonic() - begun, statuses, (*late, *crashes))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voicekit", type=Path, default=Path(sys.executable).with_name("voicekit"))
    parser.add_argument("--only", nargs="*", default=[], help="cases whose names begin so")
    parser.add_argument("--limit-s", type=float, default=900.0, help="of each")
    parser.add_argument("--out", type=Path, help="where they work and what they print is kept; else a temporary folder")
    arguments = parser.parse_args()
    scripts = [path for path in sorted(arguments.folder.glob("*.sh")) if path.name != "common.sh"]
    scripts = [path for path in scripts if not arguments.only or path.name.startswith(tuple(arguments.only))]
    if not scripts:
        parser.error(f"{arguments.folder} has no scripts of that name")
    out = arguments.out or Path(tempfile.mkdtemp(prefix="voicekit-cases-"))
    out.mkdir(parents=True, exist_ok=True)
    failed = 0
    print(f"{'case':<28} {'seconds':>7}  {'exit statuses':<24} crashes")
    for script in scripts:
        outcome = run(script.resolve(), arguments.voicekit.absolute(), (out / "work").resolve(), out, arguments.limit_s)
        failed += outcome.failed
        statuses = " ".join(map(str, outcome.statuses)) or "-"
        print(f"{outcome.name:<28} {outcome.seconds:>7.0f}  {statuses:<24} {'; '.join(outcome.crashes) or '-'}", flush=True)
    print(f"{len(scripts) - failed} of {len(scripts)} without a crash; what they printed: {out}")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
