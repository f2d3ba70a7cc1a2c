"""Damages files of every kind for some minutes and reads them: each is read, or refused in one line.

    python tests/fuzz/fuzz.py --minutes 10 [--kind srt] [--seed 7]
    python tests/fuzz/fuzz.py --case tests/fuzz/cases/srt-0123abcd.srt

Files are read by workers, processes of their own. What makes new lines of voicekit run is damaged further. A crash, a
file that takes too long or too much memory, memory that is not given back, and any error that is no one-line refusal is a
finding: it is made as small as it gets, and kept in tests/fuzz/cases/KIND-HASH.SUFFIX, which the tests read. With any, the
exit code is 1.
"""

import argparse
import hashlib
import json
import os
import re
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from mutations import mutated, shrunk
from readers import READERS, SPLICED, TEXTS, seeds

CASES = Path(__file__).with_name("cases")
#: A file of a second may take this long; where the machine was only busy, it takes less when it is read again.
LIMIT_S, PATIENCE = 20.0, 3
#: Megabytes: what one file may take, and what a worker may hold after many.
MOST_MB, LEAK_MB = 700, 1500
#: Larger findings are kept elsewhere: the tests have to stay small.
SMALL_BYTES = 100_000
#: A kind is looked at for so long at once, so that none waits for long.
_SLICE_S = 20.0
_SLOW = "too slow"
#: Files kept of each kind because they made new lines run.
_POOL = 300


@dataclass
class Outcome:
    """What came of reading a file.

    Attributes:
        wrong: what tells a fault from another → what was seen.
    """

    wrong: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    now_mb: int = 0


class Worker:
    """A process that reads files, begun again when it has died."""

    def __init__(self, command: tuple = (sys.executable, Path(__file__).with_name("worker.py"))) -> None:
        self._command = [str(part) for part in command]
        self._folder = Path(tempfile.mkdtemp(prefix="voicekit-fuzz-"))
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def read(self, kind: str, data: bytes, limit_s: float = LIMIT_S) -> Outcome:
        folder = self._folder / "case"
        folder.mkdir()
        path = folder / f"mutated.{READERS[kind][1]}"
        path.write_bytes(data)
        try:
            return self._answer(f"{kind}\t{path}\n", limit_s)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _answer(self, request: str, limit_s: float) -> Outcome:
        if self._process is None:
            self._process = self._started()
            limit_s += PATIENCE * LIMIT_S  # it imports what it needs
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.write(request.encode())
            self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], limit_s)[0]:
            self._process.send_signal(signal.SIGABRT)  # it tells where it is
            seen = self._died().wrong.popitem()[1].partition(" at ")[2]
            return Outcome({_SLOW: f"more than {limit_s:.0f} s at {seen}"})
        if not (line := self._process.stdout.readline()):
            return self._died()
        told = json.loads(line)
        outcome = Outcome(dict(told["wrong"]), told["refused"], told["lines"], told["now_mb"])
        if told["peak_mb"] > MOST_MB:
            outcome.wrong["memory"] = f"{told['peak_mb']} MB"
        return outcome

    def _started(self) -> subprocess.Popen:
        environment = os.environ | {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}  # lines have the same numbers in all
        pipe = subprocess.PIPE
        with (self._folder / "stderr").open("wb") as errors:
            return subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=errors, env=environment)

    def _died(self) -> Outcome:
        assert self._process
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        code = self._process.poll()
        self.stop()
        why = signal.Signals(-code).name if code and code < 0 else f"exit code {code}"
        dump = (self._folder / "stderr").read_text("utf-8", "replace")
        stack = re.findall(r'File ".*?([^/]+/[^/]+\.py)", line (\d+) in (.+)', dump)
        ours = [each for each in stack if "fuzz/" not in each[0]]
        where = " < ".join(f"{file}:{line} {name}" for file, line, name in ours[:6])
        return Outcome({f"{why} at {ours[0][0]} {ours[0][2]}" if ours else why: f"{why} at {where}"})


@dataclass
class Exploration:
    """A kind of file, as far as it has been explored.

    Attributes:
        kept: files that made new lines run.
        findings: what tells a fault from another → what was seen.
    """

    kind: str
    seed: int
    originals: list[bytes]
    others: list[bytes]
    kept: list[bytes] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    findings: dict[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    cases: int = 0
    seconds: float = 0.0

    def run(self, worker: Worker, until: float) -> None:
        """Reads damaged files up to that time of time.monotonic()."""
        began = time.monotonic()
        while time.monotonic() < until:
            rng = np.random.default_rng([self.seed, zlib.crc32(self.kind.encode()), self.cases])
            pool = self.kept if self.kept and rng.random() < 0.6 else self.originals
            data = mutated(pool, self.others + self.kept, self.kind in TEXTS, rng)
            self.cases += 1
            outcome = worker.read(self.kind, data)
            if not self.lines.issuperset(outcome.lines) and not outcome.wrong:
                self.lines.update(outcome.lines)
                self.kept = [*self.kept[-_POOL + 1 :], data]
            for signature, seen in outcome.wrong.items():
                if signature not in self.findings:
                    self._found(worker, signature, seen, data)
            if outcome.now_mb > LEAK_MB:
                worker.stop()
                self.findings.setdefault("leak", f"{outcome.now_mb} MB are held after {self.cases} files")
        self.seconds += time.monotonic() - began

    def _found(self, worker: Worker, signature: str, seen: str, data: bytes) -> None:
        is_slow = signature == _SLOW
        if is_slow and _SLOW not in worker.read(self.kind, data, PATIENCE * LIMIT_S).wrong:
            return  # the machine was busy

        def fails(less: bytes) -> bool:
            return time.monotonic() < give_up and signature in worker.read(self.kind, less).wrong

        give_up = time.monotonic() + 60
        data = shrunk(data, fails, 6 if is_slow else 400)
        folder = CASES if len(data) <= SMALL_BYTES else Path(tempfile.gettempdir())
        path = folder / f"{self.kind}-{hashlib.sha256(data).hexdigest()[:8]}.{READERS[self.kind][1]}"
        path.write_bytes(data)
        self.files.append(path)
        self.findings[signature] = seen
        print(f"FOUND {self.kind}: {seen}\n      kept as {path} ({len(data)} bytes)", flush=True)

    def __str__(self) -> str:
        rate = self.cases / max(self.seconds, 1e-9)
        told = f"{self.kind:12} {self.cases:8} files {rate:7.1f}/s {len(self.lines):6} lines {self.seconds / 60:6.1f} min"
        return told + f"  {len(self.findings)} FOUND" * bool(self.findings)


def explorations(kinds: list[str], seed: int) -> list[Exploration]:
    with tempfile.TemporaryDirectory() as folder:
        made = {kind: seeds(kind, Path(folder)) for kind in {*kinds, *SPLICED[True], *SPLICED[False]}}
    made = {kind: files + [path.read_bytes() for path in sorted(CASES.glob(f"{kind}-*"))] for kind, files in made.items()}
    return [
        Exploration(kind, seed, made[kind], made[kind] + [one for other in SPLICED[kind in TEXTS] for one in made[other]])
        for kind in kinds
    ]


def explore(all_kinds: list[Exploration], minutes: float, jobs: int) -> None:
    """Each kind by turns, the one that had the least time first."""
    until, lock, waiting = time.monotonic() + 60 * minutes, threading.Lock(), list(all_kinds)
    slice_s = min(_SLICE_S, 60 * minutes * jobs / len(all_kinds))

    def work() -> None:
        with Worker() as worker:
            while time.monotonic() < until:
                with lock:
                    if not waiting:
                        return
                    one = min(waiting, key=lambda each: each.seconds)
                    waiting.remove(one)
                one.run(worker, min(until, time.monotonic() + slice_s))
                with lock:
                    waiting.append(one)
                    print(one, flush=True)

    threads = [threading.Thread(target=work) for _ in range(min(jobs, len(all_kinds)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kind", action="append", choices=READERS, help="only this one; may be given several times")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=Path, help="read this file alone, as its name KIND-… says, and tell what comes of it")
    options = parser.parse_args()
    if options.case:
        with Worker() as worker:
            kind, data = options.case.name.partition("-")[0], options.case.read_bytes()
            outcome = worker.read(kind, data, PATIENCE * LIMIT_S)
        told = [f"wrong: {seen}" for seen in outcome.wrong.values()] + [f"refused: {one}" for one in outcome.refused]
        print("\n".join(told))
        return bool(outcome.wrong)
    print(f"--seed {options.seed}", flush=True)
    all_kinds = explorations(options.kind or list(READERS), options.seed)
    explore(all_kinds, options.minutes, options.jobs)
    print("\nall", *all_kinds, sep="\n")
    findings = [f"{one.kind}: {seen}" for one in all_kinds for seen in one.findings.values()]
    print(f"\n{sum(one.cases for one in all_kinds)} files, {len(findings)} findings", *findings, sep="\n")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
