"""The environment of an engine: its package and what that needs, in the versions that were tried, apart from ours."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from voicekit.core.errors import PluginError
from voicekit.core.files import atomic, explain_os_error
from voicekit.core.reporter import SILENT, Reporter
from voicekit.speech.voices import engine_folder

#: Versions, and the hash of each file that their index had of them when they were tried. Of a list without hashes made by:
#: uv pip compile LIST --universal --python-version 3.11 --generate-hashes --no-deps --no-annotate --no-header -o LIST
_LOCKS = Path(__file__).parents[1] / "locks"
#: In an environment that is whole: the versions that it holds.
_MARK = "voicekit-lock.txt"
#: What pip and uv tell of a package, one a line.
_TELLS = re.compile(r"\s*(?:Collecting|Requirement already satisfied:|Downloading|\+|Prepared|Building) ?([\w.-]+)")
_KEPT_LINES = 400
#: What they tell where a file has another hash than its lock says, and of which package.
_OTHER_FILE = re.compile("do not match the hashes|hash mismatch", re.IGNORECASE)
_WHICH = re.compile(r"([\w.-]+==[\w.+-]+)(?:`|\s+from )")
_NO_NETWORK = (
    "connection",
    "resolve",
    "network",
    "timed out",
    "unreachable",
    "error sending request",
    "no matching distribution",
)


def lock_of(engine: str) -> str:
    """The versions of all packages of an engine's environment with the hashes of their files, as pip takes them."""
    return (_LOCKS / f"{engine}.txt").read_text(encoding="utf-8")


def environment_of(engine: str) -> Path:
    return engine_folder(engine) / "env"


def python_of(engine: str) -> Path:
    """The Python of an engine's environment.

    Raises:
        PluginError: there is none, or not in the versions that this voicekit knows.
    """
    if not _is_whole(engine):
        raise PluginError(
            f"the environment of the engine '{engine}' is missing or of another version of voicekit; make it: "
            f"voicekit engines add {engine}"
        )
    return _python_in(environment_of(engine))


def make_environment(engine: str, reporter: Reporter = SILENT) -> Path:
    """Makes the environment of an engine, unless it is there; its Python.

    uv makes it where it is there, else venv and pip. What was fetched for one that was interrupted lies in their cache.

    Raises:
        PluginError: it cannot be made; with what uv or pip said last, and what to do.
        VoicekitError: it cannot be written, or another run is making it.
    """
    folder = environment_of(engine)
    if not _is_whole(engine):
        size = "6 GB, most of it torch" if "\ntorch==" in lock_of(engine) else "130 MB"
        reporter.say(f"making an environment for {engine} in {folder}: about {size}")
        with atomic(folder) as partial:
            _build(engine, partial, reporter)
            (partial / _MARK).write_text(_mark(engine), encoding="utf-8")
            if folder.exists():
                _remove(folder)
    return _python_in(folder)


def _is_whole(engine: str) -> bool:
    try:
        marked = (environment_of(engine) / _MARK).read_text(encoding="utf-8") == _mark(engine)
    except (OSError, ValueError):
        return False
    return marked and _python_in(environment_of(engine)).exists()


def _mark(engine: str) -> str:
    return f"# Python {sys.version_info.major}.{sys.version_info.minor}\n{lock_of(engine)}"


def _build(engine: str, folder: Path, reporter: Reporter) -> None:
    lock = str(_LOCKS / f"{engine}.txt")
    if uv := shutil.which("uv"):
        _run(engine, [uv, "venv", "--no-project", "--python", sys.executable, str(folder)])
        install = [uv, "pip", "install", "--no-deps", "--require-hashes", "--python", str(_python_in(folder)), "-r", lock]
    else:
        _run(engine, [sys.executable, "-m", "venv", str(folder)])
        pip = [str(_python_in(folder)), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        install = [*pip, "--progress-bar", "off", "--no-deps", "--require-hashes", "-r", lock]
    task, total = f"installing {engine}", max(lock_of(engine).count("=="), 1)
    seen: set[str] = set()
    reporter.progress(task, 0.0)
    try:
        for line in _lines(engine, install):
            if found := _TELLS.match(line):
                seen.add(found[1])
                reporter.progress(task, min(len(seen) / total, 0.999))
    finally:
        reporter.progress(task, 1.0)


def _run(engine: str, command: list[str]) -> None:
    for _ in _lines(engine, command):
        pass


def _lines(engine: str, command: list[str]) -> Iterator[str]:
    """What a command prints.

    Raises:
        PluginError: it failed.
    """
    last: list[str] = []
    try:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            assert process.stdout
            try:
                for data in process.stdout:
                    line = data.decode("utf-8", "replace").rstrip()
                    last = [*last[-_KEPT_LINES:], line] if line else last
                    yield line
            except BaseException:  # Ctrl+C, or who listens has had enough
                process.kill()
                raise
    except OSError as error:
        raise PluginError(f"{command[0]} cannot be run ({error.strerror or error}); install it again") from error
    if process.returncode:
        raise _failed(engine, command, last)


def _failed(engine: str, command: list[str], last: list[str]) -> PluginError:
    if _OTHER_FILE.search(told := "\n".join(last)):
        which = _WHICH.search(told)
        return PluginError(
            f"the index gave another file of {which[1] if which else 'a package'} than was tried with '{engine}' (its hash "
            "differs), and nothing was installed. It may be damaged or forged: clear pip's or uv's cache, or take another "
            f"index, and try again: voicekit engines add {engine}"
        )
    telling = [line for line in last if "error" in line.lower() or line.lstrip().startswith(("×", "╰", "├"))] or last
    words = " | ".join("".join(filter(str.isprintable, line.strip())) for line in telling[-4:])[-600:]
    if any(sign in " ".join(last).lower() for sign in _NO_NETWORK):
        todo = "is there a network? What was fetched is kept; go on with the same command"
    else:
        todo = "try the same command again"
    return PluginError(
        f"{Path(command[0]).name} could not make the environment of '{engine}': {words or 'it said nothing'}. {todo}: "
        f"voicekit engines add {engine}"
    )


def _python_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, folder) from error
