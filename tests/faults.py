"""Commands × faults: what is left of the real commands when they are killed, the disk fills, or a place cannot be written.

    python tests/faults.py [--kills 100] [--only say-wav post …] [--faults kill …] [--out table.md]

After each fault: an output is whole or absent; nobody's input has changed; the exit code and one line tell what was wrong,
without a traceback; no process lives on. Then the same command is run again: it succeeds, and leaves nothing but outputs.

Linux. As root the disk that fills is a small tmpfs, and there is no network; without, both are left out.
"""

import argparse
import ctypes
import hashlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from clips import make_clip, make_sound
from made import spoken, write

from voicekit.core.files import claimed

#: In the path of everything that is worked on, and in no file that is written.
MARKER = "NAMEOFUSER"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
#: A place below which nothing can ever be made, not even by root.
NOWHERE = "/proc/nowhere"
#: What nobody should have to read.
UGLY = re.compile(r"Traceback|Exception ignored|FATAL|Segmentation|\.partial|voicekit-lock|\[Errno|leaked")
#: What a command says on stderr: why it ended, what a person has to know, how far it is, and how it is called.
SAID = re.compile(r"voicekit: |note: |.*: \d+%|Usage: |Try |Error: ")
_CLONE_NEWNET, _PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 0x40000000, 24, 1, 2
_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True)
class Command:
    """A command as a person writes it.

    Attributes:
        out: what stands behind -o; "" where the command has no such option.
        after: the command that makes what this one needs.
    """

    name: str
    arguments: tuple[str, ...]
    out: str = ""
    after: str = ""

    def line(self, out: str | None = None) -> list[str]:
        return [*self.arguments, *(["-o", out or self.out] if self.out else [])]


def _post(name: str, given: str, out: str, *more: str) -> Command:
    return Command(f"{name}-{out.rpartition('.')[2]}", (name, given, *more), out)


COMMANDS = {
    command.name: command
    for command in (
        *(
            Command(f"say-{kind}", ("say", "--file", "text.txt", "--voice", "base"), f"said.{kind}")
            for kind in ("wav", "flac", "ogg")
        ),
        _post("denoise", "take.wav", "clean.mp3"),
        _post("denoise", "take.wav", "clean.wav"),
        _post("master", "take.wav", "loud.flac", "--for", "podcast"),
        _post("restore", "take.wav", "whole.opus"),
        _post("enhance", "take.wav", "even.m4a"),
        _post("post", "take.wav", "good.ogg"),
        _post("post", "clip.mp4", "good.mp4"),
        Command("separate", ("separate", "take.wav"), "parts"),
        _post("compare", "take.wav", "both.html", "take.wav"),
        Command("stage", ("stage", "cards", "title.txt"), "card.png"),
        Command("narrate", ("narrate", "script.txt", "--video", "clip.mp4", "--voice", "base"), "film.mp4"),
        Command("produce", ("produce", "brief.txt", "--size", "128x72", "--voice", "base"), "made.mp4"),
        Command("prepare", ("prepare", "recordings", "--jobs", "2", "--name", "me"), after="record-two"),
        Command("train", ("train", "datasets/me", "--quick", "--minutes", "0.1", "--judge", "0"), after="prepare"),
        Command("check", ("check", "take.wav", "--for", "podcast")),
        Command("script-check", ("script", "check", "script.txt", "--video", "clip.mp4", "--voice", "base")),
        Command("voices", ("voices",)),
        Command("evaluate", ("evaluate", "--voice", "base", "--sentences", "text.txt", "--out", "judged")),
        Command("demo", ("demo", "--minutes", "0.05")),
        Command("record-one", ("say", "--file", "recordings/one.txt"), "recordings/one.wav"),
        Command("record-two", ("say", "--file", "recordings/two.txt"), "recordings/two.wav", "record-one"),
    )
}  # fmt: skip


@dataclass
class Run:
    """A command that has ended.

    Attributes:
        alive: processes of it that were still there when it had.
    """

    code: int
    out: str
    err: str
    seconds: float
    alive: int = 0


@dataclass(frozen=True)
class Desk:
    """A folder to work in, with a home and a place for temporary files of its own."""

    top: Path

    @property
    def work(self) -> Path:
        return self.top / "work"

    def files(self) -> dict[str, str]:
        """Everything below the work, the home (but for caches, which are allowed there) and the temporary folder, by a
        hash."""
        found = {}
        for path in sorted(self.top.rglob("*")):
            name = str(path.relative_to(self.top))
            if path.is_file() and (not name.startswith("home/.") or re.search(r"\.partial|voicekit-lock", name)):
                found[name] = hashlib.sha1(path.read_bytes()).hexdigest()
        return found


@dataclass(frozen=True)
class Reference:
    """What a command does where nothing is wrong."""

    run: Run
    given: Desk
    made: Desk
    before: dict[str, str]
    after: dict[str, str]

    @property
    def new(self) -> list[str]:
        return sorted(self.after.keys() - self.before.keys())


@dataclass
class Bench:
    """Runs commands on desks below a folder."""

    folder: Path
    voicekit: tuple[str, ...] = (sys.executable, "-m", "voicekit")
    limit_s: float = 600.0
    references: dict[str, Reference] = field(default_factory=dict)
    count: int = 0

    def clear(self) -> None:
        """Takes all desks away but those of references."""
        for folder in self.folder.glob("[0-9]*"):
            if folder not in [one.made.top.parent for one in self.references.values()]:
                shutil.rmtree(folder)

    def desk(self, given: Desk) -> Desk:
        """A desk with the same on it."""
        self.count += 1
        desk = Desk(self.folder / f"{self.count:04d}" / MARKER)
        shutil.copytree(given.top, desk.top)
        return desk

    def reference(self, command: Command) -> Reference:
        if command.name not in self.references:
            given = self.reference(COMMANDS[command.after]).made if command.after else self._materials()
            made = self.desk(given)
            before = made.files()
            run = self.run(made, command.line())
            if run.code not in (0, 1) or UGLY.search(run.err):
                raise RuntimeError(f"{command.name} does not work at all: {run.err}")
            self.references[command.name] = Reference(run, given, made, before, made.files())
        return self.references[command.name]

    def run(self, desk: Desk, line: list[str], kill: tuple[int, float] | None = None, **how: Any) -> Run:
        """Runs `voicekit LINE`.

        Args:
            kill: a signal, and after how many seconds it is sent.
            how: for Popen; `env` is laid over the usual, with None for what is to be missing.
        """
        usual = {
            "HOME": str(desk.top / "home"),
            "TMPDIR": str(desk.top / "tmp"),
            "VOICEKIT_CACHE": None,
            "VOICEKIT_DATA": None,
        }
        env = {**os.environ, "PYTHONUNBUFFERED": "", **usual, **how.pop("env", {})}
        how = {"cwd": desk.work, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
        command = [*self.voicekit, *line]
        begun_s = time.monotonic()
        process = subprocess.Popen(
            command, env={k: v for k, v in env.items() if v is not None}, start_new_session=True, text=True, **how
        )
        try:
            if kill:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(kill[1])
                if process.poll() is None:
                    process.send_signal(kill[0])
            out, err = process.communicate(timeout=self.limit_s)
            seconds = time.monotonic() - begun_s
        except subprocess.TimeoutExpired:
            out, err, seconds = "", "it hangs, or what it has started holds its output", self.limit_s
        alive = _alive(process.pid)
        for _ in range(30):
            if not alive:
                break
            time.sleep(0.1)
            alive = _alive(process.pid)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return Run(process.returncode, out or "", err or "", seconds, alive)

    def _materials(self) -> Desk:
        """What all commands work on."""
        desk = Desk(self.folder / "given" / MARKER)
        if desk.top.exists():
            return desk
        for name in ("work/recordings", "home", "tmp"):
            (desk.top / name).mkdir(parents=True)
        texts = {
            "text.txt": "The lights come on. Three small boats were waiting below the old bridge. Then the day begins.",
            "title.txt": "The lights come on\na city at night\n",
            "script.txt": "[00:01] The lights come on.\n\nThen the day begins.\n",
            "brief.txt": "The harbour is quiet. Boats come home.\n\nA lamp is lit.\n",
            "recordings/one.txt": "The lights come on, and the day begins at last.",
            "recordings/two.txt": "Three small boats were waiting below the old bridge.",
        }
        for name, text in texts.items():
            (desk.work / name).write_text(text)
        make_clip(desk.work / "clip.mp4", 6.0, make_sound(6.0))
        write(desk.work / "take.wav", spoken(1.0, 1.2))
        return desk


def _alive(session: int) -> int:
    """How many processes of a session there are."""
    alive = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its_session = path.read_text().rpartition(")")[2].split()[:4]
            alive += int(its_session) == session and state != "Z"
    return alive


# What is wrong after a fault, in words; nothing where all is right.


def told(run: Run, *, fails: bool | None) -> Iterator[str]:
    """Of the exit code, and of what was said, but for what others say of a run that was killed."""
    if run.alive:
        yield f"{run.alive} processes live on"
    if run.code == -signal.SIGKILL:
        return
    lines = [line for line in run.err.splitlines() if line.strip()]
    if fails is not None and fails != (run.code != 0):
        yield f"exit code {run.code}, {' '.join(lines)[-200:]!r}"
    if ugly := UGLY.search(run.err + run.out):
        yield f"says {ugly[0]!r}: {run.err[-300:]!r}"
    if run.code and sum(line.startswith("voicekit: ") for line in lines) > 1:
        yield f"more than one line: {run.err[-300:]!r}"
    if fails and run.code == 1 and not any(line.startswith("voicekit: ") for line in lines):
        yield f"no line says why: {run.err[-300:]!r}"
    if noise := [line for line in lines if not SAID.match(line)]:
        yield f"says, too: {' '.join(noise)[-300:]!r}"


def left(desk: Desk, reference: Reference) -> Iterator[str]:
    """Of inputs and outputs."""
    now = desk.files()
    for name, known in reference.before.items():
        if now.get(name) != known and not name.startswith("work/datasets/"):  # training adds its alignments there
            yield f"the input {name} was changed"
    for name in reference.new:
        path, whole = desk.top / name, reference.made.top / name
        if name in now and not _is_whole(path, whole):
            yield f"{name} is half: {path.stat().st_size} of {whole.stat().st_size} bytes"


def _is_whole(path: Path, like: Path) -> bool:
    if path.suffix in (".wav", ".flac", ".ogg", ".mp3", ".opus", ".m4a", ".mp4"):
        from voicekit.core.errors import VoicekitError
        from voicekit.media import probe

        try:
            ours, theirs = probe(path), probe(like)
        except VoicekitError:
            return False
        return abs(ours.duration_s - theirs.duration_s) < 0.5 and not ours.notes
    if path.suffix in (".csv", ".png") or path.stat().st_size >= 0.7 * like.stat().st_size:
        return path.suffix != ".png" or path.read_bytes()[-8:-4] == b"IEND"
    return False


def again(bench: Bench, command: Command, desk: Desk, reference: Reference) -> Iterator[str]:
    """Of the same command after it: it succeeds, and leaves nothing but outputs."""
    run = bench.run(desk, command.line())
    if run.code != reference.run.code:
        yield f"the same command fails then: {run.code} {run.err[-300:]!r}"
    yield from left(desk, reference)
    names = {re.sub(r"[0-9a-f]{16,}", "*", name) for name in reference.after}
    more = [name for name in desk.files() if re.sub(r"[0-9a-f]{16,}", "*", name) not in names]
    if more:
        yield f"stays behind: {', '.join(more[:4])}"
    lacks = [
        name for name in reference.new if not (desk.top / name).exists() and "*" not in re.sub(r"[0-9a-f]{16,}", "*", name)
    ]
    if lacks:
        yield f"is missing then: {', '.join(lacks[:4])}"


# The faults. Each tells what is wrong; None where a command has nothing to do with it.

Fault = Callable[[Bench, Command], Iterator[str] | None]


def kill(bench: Bench, command: Command, number: int, share: float) -> Iterator[str]:
    """A signal after a share of the time that the command takes."""
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    run = bench.run(desk, command.line(), (number, share * reference.run.seconds))
    expected = (-number,) if number == signal.SIGKILL else (128 + number, -number)  # so early that Python itself starts
    if run.code not in (*expected, reference.run.code):
        yield f"exit code {run.code}: {run.err[-300:]!r}"
    if run.code == 128 + number and run.err.count("voicekit: interrupted") != 1:
        yield f"no line says so: {run.err[-300:]!r}"
    if run.code != -number or number == signal.SIGKILL:
        yield from told(run, fails=None)
    yield from left(desk, reference)
    if (
        number != signal.SIGKILL
        and run.code == 128 + number
        and (stay := [n for n in desk.files() if "partial" in n or "lock" in n])
    ):
        yield f"stays behind: {stay}"
    yield from again(bench, command, desk, reference)


def plain(bench: Bench, command: Command, fails: bool | None, repeat: bool = False, **how: Any) -> Iterator[str]:
    """A run in other circumstances."""
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    if fails is False and reference.run.code:  # it is an answer
        fails = None
    run = bench.run(desk, command.line(), **how)
    yield from told(run, fails=fails)
    yield from left(desk, reference)
    if fails is False and (lacks := [name for name in reference.new if "*" not in name and not (desk.top / name).exists()]):
        yield f"made no {lacks[0]}"
    if repeat:
        yield from again(bench, command, desk, reference)


def file_size(bench: Bench, command: Command) -> Iterator[str] | None:
    """No file may be larger than half of the largest output."""
    reference = bench.reference(command)
    if not reference.new:
        return None
    largest = max((reference.made.top / name).stat().st_size for name in reference.new)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest // 2, largest // 2))
    return plain(bench, command, fails=True, repeat=True, preexec_fn=limit)


def disk_full(bench: Bench, command: Command) -> Iterator[str] | None:
    """A disk with room for half of the outputs."""
    reference = bench.reference(command)
    return _on_small_disk(bench, command, reference) if reference.new and _IS_ROOT else None


def _on_small_disk(bench: Bench, command: Command, reference: Reference) -> Iterator[str]:
    desk = bench.desk(reference.given)
    room = sum((reference.made.top / name).stat().st_size for name in reference.new) // 2
    with _mounted(desk.work):
        shutil.copytree(reference.given.work, desk.work, dirs_exist_ok=True)
        disk = os.statvfs(desk.work)
        size = (disk.f_blocks - disk.f_bfree) * disk.f_frsize + room
        subprocess.run(["mount", "-o", f"remount,size={size // 1024}k", desk.work], check=True)
        run = bench.run(desk, command.line())
        yield from told(run, fails=True)
        if run.code == 1 and "disk is full" not in run.err:
            yield f"does not say that the disk is full: {run.err[-300:]!r}"
        yield from left(desk, reference)
        if stay := [name for name in desk.files() if "partial" in name or "lock" in name]:
            yield f"stays behind: {stay}"


@contextmanager
def _mounted(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def read_only(bench: Bench, command: Command) -> Iterator[str]:
    """A folder that nothing can be written to: in it the command works, and there its outputs would lie."""
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    folders = [desk.work, *(path for path in desk.work.rglob("*") if path.is_dir())]
    with _protected(*folders):
        run = bench.run(desk, command.line(), preexec_fn=_as_nobody_special)
        yield from told(run, fails=True if reference.new else None)
        if desk.files() != reference.before:
            yield "something was written"


def read_only_home(bench: Bench, command: Command) -> Iterator[str]:
    """A home without room for caches."""
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    shutil.rmtree(desk.top / "home" / ".cache" / "voicekit", ignore_errors=True)
    with _protected(desk.top / "home", *(path for path in (desk.top / "home").rglob("*") if path.is_dir())):
        run = bench.run(desk, command.line(), preexec_fn=_as_nobody_special)
    yield from told(run, fails=bool(reference.run.code) if reference.run.code == 0 else None)
    if command.name in ("narrate", "produce") and "VOICEKIT_CACHE" not in run.err:
        yield f"does not name VOICEKIT_CACHE: {run.err[-300:]!r}"
    yield from left(desk, reference)


def no_cache(bench: Bench, command: Command) -> Iterator[str] | None:
    """A cache that cannot be made."""
    if command.name not in ("narrate", "produce", "script-check"):
        return None
    return plain(bench, command, fails=False, env={"VOICEKIT_CACHE": NOWHERE})


@contextmanager
def _protected(*folders: Path) -> Iterator[None]:
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o755)


def _as_nobody_special() -> None:
    """Root may write anywhere; from here on it may not."""
    if _IS_ROOT:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def folder_gone(bench: Bench, command: Command) -> Iterator[str]:
    """The folder that the command is run in is deleted before."""
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    gone = desk.top / "gone"
    gone.mkdir()

    def enter() -> None:
        os.chdir(gone)
        gone.rmdir()

    run = bench.run(desk, command.line(), preexec_fn=enter)
    yield from told(run, fails=True)
    if "folder is gone" not in run.err:
        yield f"does not say so: {run.err[-300:]!r}"
    yield from left(desk, reference)


def closed(bench: Bench, command: Command, stream: int) -> Iterator[str]:
    """A stream that is closed."""
    return plain(bench, command, fails=False, preexec_fn=partial(os.close, stream))


def full_stdout(bench: Bench, command: Command) -> Iterator[str]:
    """Nothing more can be written to standard output."""
    with open("/dev/full", "w") as full:
        yield from plain(bench, command, fails=True, repeat=True, stdout=full)


def broken_pipe(bench: Bench, command: Command) -> Iterator[str]:
    """Nobody reads what the command prints, as behind `| head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield from (wrong for wrong in plain(bench, command, None, repeat=True, stdout=writer))
    finally:
        os.close(writer)


def no_connection(bench: Bench, command: Command) -> Iterator[str] | None:
    """A machine without a network."""
    if not _IS_ROOT:
        return None

    def cut_off() -> None:
        ctypes.CDLL(None).unshare(_CLONE_NEWNET)

    return plain(bench, command, fails=False, preexec_fn=cut_off)


def out_is_folder(bench: Bench, command: Command) -> Iterator[str] | None:
    """There is a folder of the output's name."""
    return _with_folder(bench, command) if command.out and command.name != "separate" else None


def _with_folder(bench: Bench, command: Command) -> Iterator[str]:
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    (desk.work / command.out / "mine").mkdir(parents=True)
    run = bench.run(desk, command.line())
    yield from told(run, fails=True)
    if list(desk.work.joinpath(command.out).iterdir()) != [desk.work / command.out / "mine"]:
        yield "the folder was changed"
    yield from left(desk, reference)


def out_folder_missing(bench: Bench, command: Command) -> Iterator[str] | None:
    """The output is to lie in folders that are not there yet."""
    return _in_new_folder(bench, command) if command.out else None


def _in_new_folder(bench: Bench, command: Command) -> Iterator[str]:
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    run = bench.run(desk, command.line(f"new/deep/{command.out}"))
    yield from told(run, fails=False)
    if not (desk.work / "new" / "deep" / command.out).exists():
        yield "made nothing"


def out_is_input(bench: Bench, command: Command) -> Iterator[str] | None:
    """The output is to take the place of an input."""
    given = [one for one in command.arguments if command.out and Path(one).suffix == Path(command.out).suffix != ""]
    return _over_input(bench, command, given[0]) if given else None


def _over_input(bench: Bench, command: Command, given: str) -> Iterator[str]:
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    yield from told(bench.run(desk, command.line(given)), fails=True)
    yield from left(desk, reference)


def two_at_once(bench: Bench, command: Command) -> Iterator[str] | None:
    """The same command twice at the same time: one does it, and the other does, too, when it was late, or is told. While
    somebody else is writing one of its files, it is told."""
    return _twice(bench, command) if bench.reference(command).new else None


def _twice(bench: Bench, command: Command) -> Iterator[str]:
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: bench.run(desk, command.line()), range(2)))
    if all(run.code for run in runs):
        yield f"neither succeeds: {runs[0].err[-200:]!r} {runs[1].err[-200:]!r}"
    out = str((desk.work / command.out).relative_to(desk.top))
    written = [name for name in sorted(reference.new) if command.out and name.startswith(out)]
    if written:
        with claimed(desk.top / written[0]):
            runs.append(bench.run(desk, command.line()))
        if "another run of voicekit" not in runs[-1].err or not runs[-1].code:
            yield "it writes what another is writing"
    for run in runs:
        yield from told(run, fails=None)
    yield from left(desk, reference)
    yield from again(bench, command, desk, reference)


def leaks(bench: Bench, command: Command) -> Iterator[str] | None:
    """Where it was made stands in no file, however the paths were given."""
    return _leaks(bench, command) if bench.reference(command).new else None


def _leaks(bench: Bench, command: Command) -> Iterator[str]:
    reference = bench.reference(command)
    desk = bench.desk(reference.given)
    line = [str(desk.work / one) if (desk.work / one).exists() or one == command.out else one for one in command.line()]
    run = bench.run(desk, line)
    yield from told(run, fails=False)
    own = desk.top / "home" / ".local" / "share" / "voicekit"  # where a user's voices lie, for the user alone
    for path in desk.top.rglob("*"):
        if path.is_file() and not path.is_relative_to(own) and MARKER.encode() in path.read_bytes():
            yield f"{path.relative_to(desk.top)} tells where it was made"


FAULTS: dict[str, Fault] = {
    "disk full": disk_full,
    "file size": file_size,
    "read-only": read_only,
    "read-only HOME": read_only_home,
    "no HOME": partial(plain, fails=False, env={"HOME": NOWHERE}),
    "no cache": no_cache,
    "no stdin": partial(closed, stream=0),
    "no stdout": partial(closed, stream=1),
    "no stderr": partial(closed, stream=2),
    "full stdout": full_stdout,
    "broken pipe": broken_pipe,
    "folder gone": folder_gone,
    "offline": no_connection,
    "out is folder": out_is_folder,
    "out folder new": out_folder_missing,
    "out is input": out_is_input,
    "two at once": two_at_once,
    "leaks": leaks,
}


def kills(commands: list[Command], count: int) -> Iterator[tuple[Command, int, float]]:
    """`count` kills, spread over the commands, their time and the signals."""
    for number in range(count):
        command, nth = commands[number % len(commands)], number // len(commands)
        moments = -(-count // len(commands))
        yield command, SIGNALS[(number + nth) % len(SIGNALS)], (nth + 0.5 + number % 7 / 14) / (moments + 0.5)


def wrongs(fault: Fault, bench: Bench, command: Command) -> list[str] | None:
    """What is wrong after a fault; None where the command has nothing to do with it."""
    found = fault(bench, command)
    found = None if found is None else list(found)
    bench.clear()
    return found


def table(results: dict[tuple[str, str], list[list[str] | None]], columns: list[str]) -> str:
    """Markdown: a row a command, a column a fault, and what is wrong below."""
    rows = list(dict.fromkeys(name for name, _ in results))
    lines = ["| command | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    said = []
    for row in rows:
        cells = []
        for column in columns:
            done = [one for one in results.get((row, column), []) if one is not None]
            failed = [one for one in done if one]
            said += [f"- {row}, {column}: {'; '.join(one)}" for one in failed]
            count = f" {len(done) - len(failed)} of {len(done)}" if len(done) > 1 else ""
            cells.append("–" if not done else f"FAIL{count}" if failed else f"pass{count}")
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *said]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="how many")
    parser.add_argument("--only", nargs="*", choices=list(COMMANDS), default=[n for n in COMMANDS if n[:6] != "record"])
    parser.add_argument("--faults", nargs="*", choices=["kill", *FAULTS], default=["kill", *FAULTS])
    parser.add_argument("--out", type=Path, help="where the table is kept, too")
    arguments = parser.parse_args()
    commands = [COMMANDS[name] for name in arguments.only]
    results: dict[tuple[str, str], list[list[str] | None]] = {}

    def note(command: Command, column: str, found: list[str] | None) -> None:
        results.setdefault((command.name, column), []).append(found)
        if found is not None:
            print(f"{command.name}, {column}: {'; '.join(found) or 'pass'}", flush=True)
        if arguments.out:
            arguments.out.write_text(table(results, arguments.faults))

    with tempfile.TemporaryDirectory(prefix="voicekit-faults-") as folder:
        bench = Bench(Path(folder))
        for command in commands:
            print(f"{command.name}: {bench.reference(command).run.seconds:.1f} s", flush=True)
            for name in arguments.faults:
                if name != "kill":
                    note(command, name, wrongs(FAULTS[name], bench, command))
        if "kill" in arguments.faults:
            for command, number, share in kills(commands, arguments.kills):
                said = f"{signal.Signals(number).name} after {share:.0%}: "
                found = wrongs(partial(kill, number=number, share=share), bench, command) or []
                note(command, "kill", [said + one for one in found])
    print(table(results, arguments.faults))
    return int(any(found for cells in results.values() for found in cells))


if __name__ == "__main__":
    sys.exit(main())
