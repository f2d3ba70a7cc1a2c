"""The available voices: those in `voices/` of the current folder, the user's own elsewhere, and the one that comes with
voicekit."""

import difflib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import voicekit
from voicekit.core import plugins
from voicekit.core.errors import CheckpointError, ConfigError, PluginError, VoicekitError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import quoted
from voicekit.model.voice_file import info_of, read_voice_toml
from voicekit.speech.device import choose_device
from voicekit.text.language_names import language_name, sample_sentence
from voicekit.text.phonemes.lexicon import find_lexicon

if TYPE_CHECKING:
    from voicekit.speech.engine import Engine

VOICES_FOLDER = Path("voices")
BUILT_IN = "base"
#: The ending of a voice's file that `voicekit export` makes, which can be named in a folder's place.
EXPORTED = ".onnx"
#: In a voice's folder: what its training left, and while somebody trains it, their lock.
TRAINING = "training"
#: The environment variable that names another folder for what voicekit keeps of a user: voices, and where others lie.
VARIABLE = "VOICEKIT_DATA"
_MOST_CAVEATS, _LONGEST_TOLD = 8, 400


@dataclass(frozen=True)
class Voice:
    """A voice on disk, not yet loaded.

    Attributes:
        name: by which `--voice` finds it.
        folder: where it lies; an exported one is a file.
        engine: the plug-in that speaks it.
        language: an espeak language code.
        origin: what its maker recorded of it: dataset, minutes, base, date.
        built_in: it came with voicekit.
        licence: of the weights behind it, where they are others': weights, may_be_sold, agreed.
    """

    name: str
    folder: Path
    engine: str
    language: str
    origin: dict[str, Any]
    built_in: bool = False
    licence: dict[str, Any] = field(default_factory=dict)

    @property
    def credit(self) -> "Credit":
        licence = self.licence.get("weights") or self.origin.get("licence")
        # A licence that nobody knows is no permission: what others' engines speak has to say so.
        may_be_sold = self.licence.get("may_be_sold", self.engine == "native") is True
        return Credit(self.name, self.engine, _printed(self.origin.get("made_by")), _printed(licence), may_be_sold)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a person should know of how it was made, as far as its maker says; a stranger may say anything."""
        told = self.origin.get("caveats")
        lines = [line for line in told if isinstance(line, str)] if isinstance(told, list) else []
        return tuple(map(_printed, lines[:_MOST_CAVEATS]))


def _printed(told: object) -> str:
    """What a stranger says, as far as it is text for people."""
    return "".join(filter(str.isprintable, told[:_LONGEST_TOLD])) if isinstance(told, str) else ""


@dataclass(frozen=True)
class Credit:
    """Whose voice is heard, for those who publish it.

    Attributes:
        voice: its name.
        engine: the plug-in that spoke.
        model: the public model behind it; "" where it is voicekit's own.
        licence: of its weights, or of the recordings they were made from; "" where nobody says.
        may_be_sold: no licence forbids it, and of others' engines somebody says so.
    """

    voice: str
    engine: str
    model: str
    licence: str
    may_be_sold: bool


def user_data() -> Path:
    """`$VOICEKIT_DATA`, or what the system has for it, such as ~/.local/share/voicekit."""
    import platformdirs

    return Path(os.environ.get(VARIABLE) or platformdirs.user_data_path("voicekit"))


def engine_folder(engine: str) -> Path:
    """Where voicekit keeps what a person added of another engine: weights, an environment, voices."""
    return user_data() / "engines" / engine


def voice_folders() -> list[Path]:
    """Where voices lie: in the current folder, in the user's own, and wherever a voice was trained; the first counts."""
    try:
        own, remembered = user_data() / VOICES_FOLDER, _remembered()
        trained = remembered.read_text(encoding="utf-8").splitlines() if remembered.is_file() else []
    except (OSError, ValueError, RuntimeError):  # there is no home, or it cannot be read
        return [VOICES_FOLDER]
    here = VOICES_FOLDER.resolve()
    return [VOICES_FOLDER, *(folder for folder in dict.fromkeys([own, *map(Path, trained)]) if folder != here)]


def remember(voice: Path) -> None:
    """Lets a voice be found from every folder. Where the user has no place for that it is found in its own alone."""
    from voicekit.core.files import as_text, write_text

    folder = as_text(voice.resolve().parent)
    with suppress(OSError, ValueError, RuntimeError, VoicekitError):
        path = _remembered()
        known = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        if folder not in known:
            write_text(path, "".join(f"{line}\n" for line in [*known, folder]))


def _remembered() -> Path:
    return user_data() / "voice-folders.txt"


def list_voices(reporter: Reporter = SILENT) -> list[Voice]:
    """All finished voices, the newest first: those in the current folder, then those elsewhere, at last the built-in one.

    Args:
        reporter: told which damaged voices are left out.
    """
    voices: dict[str, Voice] = {}
    for place in voice_folders():
        found = sorted(place.glob("*/voice.toml"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found:
            with _told(reporter):
                voices.setdefault(path.parent.name, read_voice(path.parent))
    with _told(reporter):
        voices.setdefault(BUILT_IN, read_voice(built_in_folder()))
    return list(voices.values())


@contextmanager
def _told(reporter: Reporter) -> Iterator[None]:
    try:
        yield
    except CheckpointError as error:
        reporter.note(f"left out: {error}")


def find_voice(name: str | None = None, reporter: Reporter = SILENT) -> Voice:
    """The voice called `name`, in the folder or exported file `name`; without a name that of `_unnamed`.

    Args:
        name: "ENGINE:NAME" is a voice that another engine comes with.
        reporter: told which voices are left out, where any is wanted.

    Raises:
        ConfigError: there is no such voice; where it was looked for, and the known ones, are named.
        CheckpointError: its folder is damaged.
    """
    if name is None:
        return _unnamed(reporter)
    for candidate in (*(folder / name for folder in voice_folders()), Path(name)):
        if (candidate / "voice.toml").is_file():
            return read_voice(candidate)
    if name == BUILT_IN:
        return read_voice(built_in_folder())
    if Path(name).suffix == EXPORTED and Path(name).is_file():
        return _exported(Path(name))
    engine, colon, preset = name.partition(":")
    if colon and engine in plugins.names("presets"):
        return replace(read_voice(plugins.load("presets", engine).folder(preset)), name=name)
    known = [voice.name for voice in list_voices()]
    near = [one for one in known if one.casefold() == name.casefold()] or difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    looked = ", ".join(str(folder) for folder in voice_folders())
    raise ConfigError(f"there is no voice '{name}'{hint} Known voices: {', '.join(known) or 'none'} (looked in {looked})")


def _unnamed(reporter: Reporter) -> Voice:
    """The newest voice of the person's own; else one of a public model that was added; at last the built-in one."""
    voices = list_voices(reporter=reporter)
    if voices and not voices[0].built_in:
        return voices[0]
    for engine in plugins.names("presets"):
        # Only what was added is looked at: a plug-in takes time to load.
        if engine_folder(engine).is_dir() and (preset := plugins.load("presets", engine).default):
            try:
                return find_voice(f"{engine}:{preset}")
            except VoicekitError as error:
                reporter.note(f"left out: the voices of the engine '{engine}': {error}")
    if not voices:
        raise ConfigError("there is no voice; train one with: voicekit train")
    return voices[0]


def tell_unasked(voice: Voice, reporter: Reporter) -> None:
    """Tells which voice speaks where none was asked for, and why."""
    if voice.built_in:
        why = "which comes with voicekit"
    elif voice.folder.is_relative_to(engine_folder(voice.engine)):
        why = f"of the engine '{voice.engine}', which you added; the one that comes with voicekit: --voice {BUILT_IN}"
    else:
        why = f"the newest in {voice.folder.parent}"
    reporter.note(f"no voice was asked for: '{voice.name}' speaks, {why}")


def to_hear(voice: Path) -> str:
    """The command that lets the voice in the folder `voice` say a sentence in its language."""
    language = read_voice(voice).language
    sentence = sample_sentence(language) or f"TEXT IN {language_name(language).upper()}"
    return f'voicekit say "{sentence}" -o hello.wav --voice {quoted([voice.name])}'


def check_name(voice: Path, dataset: str, engine: str = "native") -> None:
    """Makes sure that a voice of the dataset `dataset` may be made in the folder `voice`.

    Raises:
        ConfigError: it would hide the built-in voice, or take the place of one that was made from other recordings or that
            another engine speaks.
    """
    if voice.name == BUILT_IN:
        raise ConfigError(f"'{BUILT_IN}' is the voice that comes with voicekit; choose another name with --name")
    if not (voice / "voice.toml").is_file():
        return
    there = read_voice(voice)
    if there.engine != engine:
        other = quoted([f"{voice.name}-{engine}"])
        raise ConfigError(f"{voice} is a voice of the engine '{there.engine}'; choose another name, such as: --name {other}")
    made_from = there.origin.get("dataset")
    if made_from != dataset:
        raise ConfigError(
            f"{voice} is the voice of '{made_from}', not of '{dataset}'; choose another name with --name, or first: "
            f"voicekit voices remove {quoted([voice.name])}"
        )


def remove_voice(voice: Voice) -> None:
    """Removes a voice and what its training left, for good.

    Raises:
        ConfigError: it comes with voicekit.
        VoicekitError: it cannot be removed, or is in use.
    """
    check_own(voice)
    with _changing(voice.folder):
        shutil.rmtree(voice.folder)


def rename_voice(voice: Voice, name: str) -> Path:
    """Gives a voice another name; its new folder.

    Raises:
        ConfigError: it comes with voicekit, or there is a voice of that name.
        VoicekitError: it cannot be renamed, or is in use.
    """
    check_own(voice)
    folder = voice.folder.with_name(name)
    if name == BUILT_IN or folder.exists():
        raise ConfigError(f"there is already a voice '{name}'; choose another name")
    with _changing(voice.folder):
        voice.folder.rename(folder)
    return folder


def check_own(voice: Voice) -> None:
    """Raises ConfigError where the voice is not the person's to change."""
    if voice.built_in:
        raise ConfigError(f"'{voice.name}' comes with voicekit, and stays")


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """Raises VoicekitError where somebody trains the voice in `folder`, or the block fails."""
    from voicekit.core.files import alone, explain_os_error

    if (folder / TRAINING).is_dir():
        with alone(folder / TRAINING):
            pass
    try:
        yield
    except OSError as error:
        raise explain_os_error(error, folder) from error


def read_voice(folder: Path) -> Voice:
    """What `voice.toml` in `folder` says, without loading any weights.

    Raises:
        CheckpointError: it is damaged; so is a voice of our own engine with sizes that no network has.
    """
    read = read_voice_toml(folder)
    values = {"origin": {}, "licence": {}, **read}
    for key, kind in (("engine", str), ("language", str), ("origin", dict), ("licence", dict)):
        if not isinstance(values.get(key), kind):
            raise CheckpointError(f"{folder / 'voice.toml'} has no valid '{key}'; train the voice again or copy it again")
    if values["engine"] == "native":
        info_of(read, folder / "voice.toml")
    return Voice(
        name=BUILT_IN if folder == built_in_folder() else folder.name,
        folder=folder,
        engine=values["engine"],
        language=values["language"],
        origin=values["origin"],
        built_in=folder == built_in_folder(),
        licence=values["licence"],
    )


def check_may_be_sold(voice: Voice) -> None:
    """Makes sure that what a voice says may be sold.

    Raises:
        PluginError: its licence forbids it, or nobody has said that it allows it.
    """
    credit = voice.credit
    if credit.may_be_sold:
        return
    instead = "leave out --commercial, or take another voice: voicekit voices"
    if "may_be_sold" in voice.licence:
        raise PluginError(
            f"the weights behind the voice '{voice.name}' are under {credit.licence or 'a licence'}, which forbids to sell "
            f"what it says; {instead}"
        )
    raise PluginError(
        f"nobody has said that what the voice '{voice.name}' says may be sold: its licence is {credit.licence or 'unknown'}."
        f" Where you have that right, write may_be_sold = true below [licence] in {voice.folder / 'voice.toml'}; else "
        f"{instead}"
    )


def _exported(path: Path) -> Voice:
    """Raises CheckpointError as `read_exported`."""
    from voicekit.model.exported import read_exported

    info = read_exported(path).info
    return Voice(path.stem, path, info.engine, info.language, info.origin)


def built_in_folder() -> Path:
    return Path(voicekit.__file__).parent / "builtin" / BUILT_IN


def load_engine(voice: Voice, device: str = "auto") -> "Engine":
    """The voice, ready to speak.

    Args:
        device: "auto" takes a GPU where there is one; else "cpu", "cuda", …

    Raises:
        CheckpointError: its files are damaged or of another version.
        PluginError: its engine is not installed.
        ConfigError: the device is not there.
    """
    if voice.folder.is_file() and device == "auto":
        device = "cpu"
    return plugins.load("engines", voice.engine)(voice.folder, choose_device(device))


def load_voice(
    name: str | Path | None = None, device: str = "auto", lexicon: Path | None = None, reporter: Reporter = SILENT
) -> "Engine":
    """A voice by its name, ready to speak.

    Args:
        name: of a voice, or "base" for the built-in one, or a voice's folder; None for the newest.
        device: "auto" takes a GPU where there is one; else "cpu", "cuda", …
        lexicon: a TOML file of words and how they are said.
        reporter: told which damaged voices are passed over, where the newest is wanted.

    Raises:
        ConfigError: there is no such voice or device.
        CheckpointError: its files are damaged or of another version.
        PluginError: its engine is not installed.
        ScriptError: the lexicon cannot be read.

    Example:
        >>> speech = load_voice("base", "cpu").synthesize("The lights come on.")
        >>> speech.sample_rate, speech.words[1].text
        (24000, 'lights')
    """
    return speaking(None if name is None else str(name), device, lexicon, reporter=reporter)[1]


def speaking(
    voice: Voice | str | None,
    device: str = "auto",
    lexicon: Path | None = None,
    script: Path | None = None,
    reporter: Reporter = SILENT,
) -> tuple[Voice, "Engine"]:
    """A voice and its engine, which says words as the lexicons beside `script` and at `lexicon` want.

    Args:
        voice: one that was found, or as `find_voice` takes it.
        reporter: as `find_voice`; told which voice speaks, where any is wanted.

    Raises:
        ConfigError, CheckpointError, PluginError: see `find_voice` and `load_engine`.
        ScriptError: a lexicon cannot be read.
    """
    own = find_lexicon(lexicon, script)
    found = voice if isinstance(voice, Voice) else find_voice(voice, reporter=reporter)
    if voice is None:
        tell_unasked(found, reporter)
    with reporter.during("loading the voice"):
        engine = load_engine(found, device)
    return found, engine.with_lexicon(own) if own.entries else engine
