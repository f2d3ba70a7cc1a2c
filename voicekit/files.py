"""Outputs that appear whole or not at all."""

import errno
import glob
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from voicekit.errors import VoicekitError

#: Bytes; what is added to the name of a file while it is written fits into the 255 that most disks allow.
_LONGEST_NAME = 230
_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EROFS: "the folder is read-only; choose another one",
    errno.EACCES: "permission denied; choose a folder you may write to",
    errno.EPERM: "permission denied; choose a folder you may write to",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another one",
    errno.EEXIST: "a part of the path is a file, not a folder; choose another one",
    errno.EISDIR: "there is a folder of that name; choose another one",
    errno.ENOENT: "no folder can be made there; choose another one",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def explain_os_error(error: OSError, path: Path | str) -> VoicekitError:
    """The error a person can act on, for a system error met while writing `path`."""
    reason = _ADVICE.get(error.errno or 0, error.strerror or str(error))
    return VoicekitError(f"cannot write {path}: {reason}")


def as_text(path: Path | str) -> str:
    """A path, or what else the system handed over, as UTF-8 can hold it, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


@contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside `path`, with its suffix; renames it to `path` when the block ends well.

    The folder is made if needed. When the block raises, the temporary file is removed and `path` is untouched, so that
    a killed or failed run never leaves a half file under a finished name. A path that is such a temporary one is written as
    it is: who yielded it takes care of it.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    path = Path(path)
    if path.name.startswith(".") and ".partial" in path.suffixes:
        yield path
        return
    partial = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.partial{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise explain_os_error(error, path) from error
    finally:
        with suppress(OSError):  # nothing was made there, or the folder went away with it
            _remove(partial)


def _remove(path: Path) -> None:
    """A file, or what a stage has made of a folder in its place."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _remove_abandoned(path: Path) -> None:
    """Removes what killed runs left of `path`; a file written to within the last hour may be another run's."""
    for left in path.parent.glob(f".{glob.escape(path.stem)}.*.partial{glob.escape(path.suffix)}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                _remove(left)


def check_writable(path: Path) -> None:
    """Makes sure, before any work, that a file can be written there; the folder is made if needed.

    Raises:
        VoicekitError: it cannot.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if len(os.fsencode(path.name)) > _LONGEST_NAME:
            raise OSError(errno.ENAMETOOLONG, "name too long")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise explain_os_error(error, path) from error


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8 text whole or not at all."""
    with atomic(path) as partial:
        partial.write_text(text, encoding="utf-8")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other runs out of `folder`, which is made if needed, until the block or the process ends, however it ends.

    Raises:
        VoicekitError: another run is in it, or nothing can be written there.
    """
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise explain_os_error(error, path) from error
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise VoicekitError(f"another run of voicekit is at work in {folder}; wait until it has ended") from error
        except OSError:  # a network disk that knows no locks
            pass
        yield


def _lock(file: IO) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def shipped(name: str, in_checkout: str | None = None) -> Path:
    """The folder `name` inside the installed package; in a checkout it lies at the top, as `in_checkout` if that differs."""
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / (in_checkout or name)
