"""The voices of a server: known by their names alone, loaded once, kept within a bound."""

from collections import OrderedDict
from pathlib import Path

from voicekit.core import plugins
from voicekit.core.documents import shown
from voicekit.core.errors import PluginError
from voicekit.core.reporter import Reporter
from voicekit.core.wording import some
from voicekit.server.errors import Refusal
from voicekit.server.options import ServerOptions
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice, find_voice, list_voices, load_engine
from voicekit.text.phonemes.lexicon import find_lexicon

#: OpenAI's own, which programs ask for that know no others.
OPENAI_VOICES = frozenset(
    ["alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"]
)  # fmt: skip

#: A voice's folder and when its files were changed: one that was trained again is loaded again.
_Stamp = tuple[Path, tuple[tuple[str, int], ...]]


class Voices:
    """What a server can speak with."""

    def __init__(self, options: ServerOptions, reporter: Reporter) -> None:
        """Raises ConfigError where the voice of `options` is not there, ScriptError where its lexicon cannot be read."""
        self._options = options
        self._lexicon = find_lexicon(options.lexicon, None)
        self._loaded: OrderedDict[_Stamp, Engine] = OrderedDict()
        self.default = find_voice(options.voice, reporter)

    def all(self) -> list[Voice]:
        """The default one first; what a request names is looked for among these, and nowhere on the disk."""
        others = [voice for voice in list_voices() if voice.name != self.default.name]
        return [self.default, *others]

    def named(self, name: str | None, reporter: Reporter) -> Voice:
        """The voice that a request names.

        Args:
            reporter: told where another one speaks.

        Raises:
            Refusal: there is none of that name.
        """
        voices = {voice.name: voice for voice in self.all()}
        if name in voices:
            return voices[name]
        if name and _is_preset(name):
            return find_voice(name)
        if name is None or name in OPENAI_VOICES:
            why = f"the voice '{name}' is OpenAI's" if name else "no voice was asked for"
            reporter.note(f"{why}: '{self.default.name}' speaks")
            return self.default
        known = some([f"'{known}'" for known in voices])
        raise Refusal(400, f"there is no voice {shown(name)}; there are {known}", param="voice", code="voice_not_found")

    def engine(self, voice: Voice) -> Engine:
        """The voice, loaded. To be called where it speaks.

        Raises:
            CheckpointError, PluginError, ConfigError: as `load_engine`.
        """
        stamp = _stamp(voice.folder)
        if stamp not in self._loaded:
            for old in [old for old in self._loaded if old[0] == voice.folder]:
                del self._loaded[old]
            engine = load_engine(voice, self._options.device)
            self._loaded[stamp] = engine.with_lexicon(self._lexicon) if self._lexicon.entries else engine
        self._loaded.move_to_end(stamp)
        while len(self._loaded) > self._options.most_voices:
            self._loaded.popitem(last=False)
        return self._loaded[stamp]


def _is_preset(name: str) -> bool:
    """Whether "ENGINE:NAME" is a voice that an engine comes with which was added here."""
    engine, colon, preset = name.partition(":")
    if not colon or engine not in plugins.names("presets"):
        return False
    try:
        return preset in plugins.load("presets", engine).languages()
    except PluginError:
        return False


def _stamp(folder: Path) -> _Stamp:
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    return folder, tuple(sorted((path.name, path.stat().st_mtime_ns) for path in files))
