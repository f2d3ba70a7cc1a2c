"""Runs a stage, or takes what it made from the store: the same inputs and options are worked on once."""

import errno
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

from voicekit.core import plugins
from voicekit.core.errors import ConfigError, PluginError, VoicekitError
from voicekit.core.files import atomic, digest
from voicekit.core.reporter import Relay
from voicekit.core.settings import overlay
from voicekit.film.stage import KINDS, Context, Stage
from voicekit.text.script.source import nearest

#: System errors that are reported as they are; others are the stage's own fault.
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
#: The words for yes and no.
_SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
#: A stage that neither ends nor reports progress for this long is assumed to hang.
PATIENCE_S = 900.0


@dataclass(frozen=True)
class StageRun:
    """A stage with its inputs and options, ready to be run."""

    stage: Stage
    inputs: tuple[Path, ...]
    options: Any
    seed: int = 0

    @property
    def key(self) -> str:
        """The same for the same work. A file counts by what is in it, also one that an option names."""
        told: list[Any] = [self.stage.name, self.stage.version, self.seed]
        told += [(path.suffix, content_of(path)) for path in self.inputs]
        for name, value in sorted(asdict(self.options).items()):
            told.append((name, content_of(Path(value)) if names_file(value) else value))
        return digest(json.dumps(told, default=str))[:24]


@dataclass(frozen=True)
class Store:
    """A folder of what stages made, by key."""

    folder: Path

    def path(self, work: StageRun) -> Path:
        return self.folder / f"{work.stage.name}-{work.key}{work.stage.gives}"

    def make(self, work: StageRun, context: Context, patience_s: float = PATIENCE_S) -> Path:
        """What a stage makes, made now or before.

        Raises:
            PluginError: the stage failed, hung, or made something else than it gives; the message names it.
            VoicekitError: the stage itself says what is wrong.
        """
        path = self.path(work)
        if not path.exists():
            run(work, path, context, patience_s)
        return path


def run(work: StageRun, out: Path, context: Context, patience_s: float = PATIENCE_S) -> None:
    """Runs a stage into `out`, which appears whole or not at all. Raises as `Store.make`."""
    name = work.stage.name
    for path in work.inputs:
        if path.suffix.lower() not in work.stage.takes and path.is_file():
            raise ConfigError(f"the stage '{name}' takes {', '.join(work.stage.takes)}, not {path}")
    before = [_state_of(path) for path in work.inputs]
    with atomic(out) as partial:
        context.progress(0.0)
        try:
            _watch(_Worker(work, partial, context), patience_s)
        finally:
            context.progress(1.0)
        for path, state in zip(work.inputs, before, strict=True):
            if _state_of(path) != state:
                raise PluginError(f"the stage '{name}' changed its input {path}, which no stage may do; stop using it")
        check_result(partial, work.stage)


def load_stage(name: str, kind: str | None = None) -> Stage:
    """The stage of a name.

    Raises:
        PluginError: there is none, it does not load, or it is of another kind; the message names the nearest.
    """
    known = plugins.names("stages")
    if name not in known:
        near = nearest(name, known)
        hint = f"; did you mean {near}?" if near else ""
        raise PluginError(f"there is no stage '{name}'{hint} (installed: {', '.join(known) or 'none'})")
    try:
        stage = plugins.load("stages", name)()
    except PluginError:
        raise
    except Exception as error:  # whatever a stranger's stage raises
        raise PluginError(f"the stage '{name}' cannot be made: {type(error).__name__}: {error}") from error
    if lacks := _lacks(stage):
        raise PluginError(f"'{name}' is not a stage: {lacks}; see voicekit.film.stage.Stage")
    if kind and stage.kind != kind:
        raise PluginError(f"the stage '{name}' is one for {stage.kind}, not for {kind}")
    return stage


def _lacks(stage: Any) -> str:
    """What a stage lacks, for people; "" for nothing."""
    if not isinstance(stage, Stage) or not callable(stage.run):
        return "name, kind, takes, gives and run are needed"
    if stage.kind not in KINDS:
        return f"its kind is none of {', '.join(KINDS)}"
    if not isinstance(stage.takes, tuple) or not all(str(one).startswith(".") for one in (*stage.takes, stage.gives)):
        return "takes is a tuple of endings as '.mp4', and gives is one"
    try:
        return "" if is_dataclass(stage.Options) and stage.Options() else "Options is a dataclass"
    except Exception as error:  # whatever a stranger's class raises
        return f"its Options cannot be made without arguments ({type(error).__name__}: {error})"


def options_of(stage: Stage, given: dict[str, str]) -> Any:
    """The stage's options with values given as text.

    Raises:
        ConfigError: an option is unknown (the nearest is named), or a value is none of its kind.
    """
    defaults, whose = stage.Options(), f"the stage '{stage.name}'"
    known = asdict(defaults)
    if given and not known:
        raise ConfigError(f"{whose} has no options; leave '{min(given)}' out")
    return overlay(defaults, {key: _value(text, known.get(key), f"{whose}: '{key}'") for key, text in given.items()}, whose)


def content_of(path: Path) -> str:
    """A digest of a file, or of all files in a folder by their names."""
    files = [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]
    contents = []
    for file in files:
        with file.open("rb") as data:
            contents.append((str(file.relative_to(path)), hashlib.file_digest(data, "sha1").hexdigest()))
    return digest(repr(contents))


def names_file(value: Any) -> bool:
    """Whether an option's value is the path of a file that is there."""
    try:
        return isinstance(value, str) and value != "" and Path(value).is_file()
    except (OSError, ValueError):  # longer than any name, or no name at all
        return False


def _state_of(path: Path) -> tuple[int, int] | None:
    """What tells whether a file was touched."""
    with suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    return None


def check_result(path: Path, stage: Stage) -> None:
    """Raises PluginError where a stage did not make what it gives."""
    if not path.is_file() or not path.stat().st_size:
        raise PluginError(f"the stage '{stage.name}' made nothing; choose another one for {stage.kind}")
    wrong = None
    try:
        if stage.gives == ".png":
            from PIL import Image

            with Image.open(path) as picture:
                picture.verify()
                wrong = None if picture.format == "PNG" else f"a {picture.format} with another ending"
        elif stage.gives == ".md":
            from voicekit.text.read import read_text, unheard
            from voicekit.text.script.storyboard import Storyboard, is_storyboard

            text = read_text(path, unheard)
            wrong = None if is_storyboard(text, hint=True) else "a text without clips"
            if not wrong:
                Storyboard.parse(text, "its storyboard").script()
        else:
            from voicekit.media import probe

            wrong = None if probe(path).has_video else "a file without picture"
    except (VoicekitError, OSError, SyntaxError) as error:  # what Pillow raises where a file is no picture
        wrong = str(error).replace(str(path), "what it made")
    if wrong:
        raise PluginError(f"the stage '{stage.name}' made no valid {stage.gives}: {wrong}")


class _Worker(threading.Thread, Relay):
    """A stage at work in a thread of its own: one that hangs can be left behind, and what was made before is kept.

    Attributes:
        heard_s: when it last told how far it is.
        error: what it has raised.
    """

    def __init__(self, work: StageRun, out: Path, context: Context) -> None:
        threading.Thread.__init__(self, daemon=True, name=f"stage {work.stage.name}")
        Relay.__init__(self, context.reporter)
        self.work, self.out = work, out
        self.context = replace(context, seed=work.seed, reporter=self)
        self.heard_s = time.monotonic()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.work.stage.run(self.work.inputs, self.out, self.work.options, self.context)
        except BaseException as error:  # whatever a stranger's stage raises
            self.error = error

    def progress(
        self, task: str, share: float, left_s: float | None = None, numbers: Mapping[str, float] | None = None
    ) -> None:
        self.heard_s = time.monotonic()
        super().progress(task, share, left_s, numbers)


def _watch(worker: _Worker, patience_s: float) -> None:
    """Runs a stage to its end, or until it has told nothing for so long."""
    name = worker.work.stage.name
    worker.start()
    while worker.is_alive():
        worker.join(0.1)
        if worker.is_alive() and time.monotonic() - worker.heard_s > patience_s:
            raise PluginError(f"the stage '{name}' did nothing for {patience_s:.0f} s and was given up; run it again")
    if error := worker.error:
        if isinstance(error, VoicekitError) or (isinstance(error, OSError) and error.errno in _OF_THE_DISK):
            raise error
        raise PluginError(f"the stage '{name}' failed: {type(error).__name__}: {error}") from error


def _value(text: str, default: Any, what: str) -> Any:
    """Text as a value of the kind that the default is of."""
    if isinstance(default, bool):
        if text.lower() in _SWITCHES:
            return _SWITCHES[text.lower()]
        raise ConfigError(f"{what} is yes or no, not '{text}'")
    if isinstance(default, int | float):
        with suppress(ValueError):
            return type(default)(text)
        raise ConfigError(f"{what} is a {'whole number' if isinstance(default, int) else 'number'}, not '{text}'")
    return text
