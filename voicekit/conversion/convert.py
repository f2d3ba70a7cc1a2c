"""Speech in a recording or film in another voice, with its timing and melody kept."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE, extract
from voicekit.audio.limiter import limited
from voicekit.audio.restore import restore
from voicekit.audio.treatment import Treatment
from voicekit.conversion.imitation import Imitated, Imitator
from voicekit.conversion.people import figures_of, second_person
from voicekit.conversion.words import FINDING_WORDS, Listener, choose_language, find_stretches, tell_other_language
from voicekit.core import plugins
from voicekit.core.errors import ConfigError, DatasetError, MediaError, ScriptError
from voicekit.core.files import claimed, digest
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import some
from voicekit.dataset import background
from voicekit.dataset.manifest import evenly
from voicekit.dataset.recording import REPAIRS, Recording, Segment, analyse, read_segment
from voicekit.media.channels import mixed
from voicekit.media.muxing import CONTAINERS
from voicekit.media.sound import Blocks, Sound, regrouped, resampled, watched
from voicekit.media.tracks import Wanted
from voicekit.narration.cache import Entry, Key, SpeechCache, writable
from voicekit.postproduction.chain import check_out, run_chain, spooled
from voicekit.postproduction.separate import stem_of
from voicekit.speech.engine import Speech
from voicekit.speech.native import NativeEngine
from voicekit.speech.voices import Voice, speaking
from voicekit.text.language_names import is_other, language_name
from voicekit.text.script.cue import clock
from voicekit.text.script.marks import NO_MARKS

#: Raise this when the same speech is converted otherwise: what was kept of it is then made anew.
_VERSION = 1
#: So many stretches tell the range of a person, and whether there are two.
_MOST_MEASURED = 60
#: A channel in which the speech is softer than in the loudest by more gets none of it.
_BESIDE = 0.1
_CEILING_DB = -0.3
_SILENCE_S = 10
_MOST_NAMED = 8
#: Where more of the stretches are doubtful, the language is mostly another one: of six of a German two thirds were, with the
#: words that an English Whisper wrote down; of 36 of English speakers, some in noise, one was.
_MOST_DOUBTED = 1 / 3
#: What a second of sound takes on two CPU cores, about.
_SEPARATING_S, _DECODING_S, _FINDING_S, _HEARING_S, _MEASURING_S = 0.03, 0.04, 0.01, 0.15, 0.03
_TRANSCRIBING_S, _CONVERTING_S = 0.4, 0.15


def convert(
    recording: Path | str,
    out: Path | str,
    voice: Voice | str | None = None,
    *,
    text: str | None = None,
    language: str | None = None,
    only_voice: bool | None = None,
    transcriber: str | None = None,
    asr_model: Path | None = None,
    track: Wanted = None,
    device: str = "auto",
    cache_folder: Path | None = None,
    reporter: Reporter = SILENT,
) -> None:
    """Writes `recording` with its speech in another voice: the same words, as long, as high and as loud as they were said.

    A film's picture is copied as it is. Each stretch of speech is kept, and a run that was stopped goes on there.

    Args:
        out: the sound or film to write; its ending says which kind.
        voice: the one to speak, as `load_voice` takes it; one that voicekit trained.
        text: what is said in the recording; without it, the words are transcribed.
        language: that is spoken, an espeak code; without it, that of the text, else the voice's.
        only_voice: nothing else is heard; without it all other sound stays. None: stays in a film, goes in a recording.
        transcriber, asr_model: who writes down what is said; see `prepare`.
        track: which of its sound tracks; None for the default one.
        cache_folder: where stretches are kept; None for the user's own.
        reporter: told what is doubtful: more than one person, another language, words that do not fit.

    Raises:
        ConfigError: there is no such voice, it is another engine's, or `out` is the recording itself.
        DatasetError: the words are not known, and nobody here can transcribe them.
        MediaError: the recording cannot be read or holds no speech, the ending of `out` is not known.
        ScriptError: the text is not what is said.
        VoicekitError: the disk is full, the folder cannot be written to.

    Example:
        >>> convert("interview.mp4", "dubbed.mp4", "me", text=Path("said.txt").read_text())  # doctest: +SKIP
    """
    path, out = Path(recording), Path(out)
    check_out(path, out, track)
    if text is not None and not text.strip():
        raise ScriptError("the text of what is said is empty; write it, or leave it out to have it transcribed")
    target, engine = load_target(voice, device, reporter)
    language = choose_language(language, text, engine.language, reporter)
    if is_other(language.split("-")[0], engine.language):
        reporter.note(f"{language_name(language)} in a voice that speaks {language_name(engine.language)}: of its sounds, "
                      "those are taken that the voice has")  # fmt: skip
    if only_voice is None:
        only_voice = out.suffix.lower() not in CONTAINERS
    with writable(cache_folder, reporter) as cache, ExitStack() as stack:
        stack.enter_context(claimed(out))
        folder = stack.enter_context(_workplace(out))
        conversion = Conversion(
            path.name, target.name, engine, language, text, only_voice, (transcriber, asr_model),
            folder, SpeechCache(cache), stack, reporter,
        )  # fmt: skip
        run_chain(path, out, {"convert": conversion}, track, reporter, least_rate=SAMPLE_RATE)
        conversion.tell_doubts()


def load_target(voice: Voice | str | None, device: str, reporter: Reporter) -> tuple[Voice, NativeEngine]:
    """The voice that somebody's speech is to become, loaded: every conversion gets its voice here.

    Raises:
        ConfigError: there is no such voice, or it is another engine's, which speaks texts alone.
    """
    found, engine = speaking(voice, device, reporter=reporter)
    if not isinstance(engine, NativeEngine):
        raise ConfigError(
            f"the voice '{found.name}' is spoken by the engine '{found.engine}', which reads texts and cannot take over "
            "timing and melody; name a voice that voicekit trained: voicekit voices"
        )
    return found, engine


@contextmanager
def _workplace(out: Path) -> Iterator[Path]:
    """A folder beside `out`, which is claimed; should the run be killed, the next one removes it."""
    folder = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Conversion:
    """The step of a chain that replaces the speech; see postproduction.chain.

    Attributes:
        name: of the recording, in messages.
        voice: the name of the voice.
        language: that is spoken.
        text: what is said; None where nobody knows.
        transcribing: the transcriber and its weights, where they are chosen.
        folder: for what is needed until the end.
        spools: holds temporary files until then.
        doubts: when and why a person should listen to what is converted so far.
        n_stretches: how many there are in all.
    """

    name: str
    voice: str
    engine: NativeEngine
    language: str
    text: str | None
    only_voice: bool
    transcribing: tuple[str | None, Path | None]
    folder: Path
    cache: SpeechCache
    spools: ExitStack
    reporter: Reporter
    doubts: list[tuple[float, str]] = field(default_factory=list)
    n_stretches: int = 0

    def __call__(self, sound: Sound) -> Treatment:
        self._expect(sound)
        speech, rest = (sound, None) if self.only_voice else self._separated(sound)
        found = self._analysed(speech)
        stretches = find_stretches(found, self.text, self.language, self.folder, self.reporter)
        self.n_stretches = len(stretches)
        imitator = Imitator(self.engine, self._measured(found, stretches), self.language)
        listener = None if all(one.text for one in stretches) else self._listener(found, stretches)
        gains = self._gains(speech, found)

        def apply(blocks: Blocks) -> Iterator[np.ndarray]:
            spoken = (waveform[None] for waveform in self._voice(found, stretches, imitator, listener))
            voice = resampled(spoken, SAMPLE_RATE, sound.sample_rate)
            under = rest.read() if rest else (np.zeros_like(block) for block in blocks)
            return limited(_laid(voice, under, gains, sound.sample_rate), sound.sample_rate, 0.0, _CEILING_DB)

        seconds = sum(one.duration_s for one in stretches)
        kept = "nothing else is heard" if self.only_voice else "all other sound stays"
        return Treatment((f"{seconds:.0f} s of speech in the voice '{self.voice}'; {kept}",), apply)

    def tell_doubts(self) -> None:
        """Tells what a person should listen to."""
        for doubt in dict.fromkeys(doubt for _, doubt in self.doubts):
            places = [clock(at_s) for at_s, other in self.doubts if other == doubt]
            self.reporter.note(f"{doubt}: at {some(places, _MOST_NAMED)}")
        if len(self.doubts) > _MOST_DOUBTED * self.n_stretches:
            name = language_name(self.language)
            self.reporter.note(f"what is said does not sound like {name}: is it another language (--language), are there "
                               "two people at once, singing or much noise? Listen before you use it")  # fmt: skip

    def _listener(self, found: Recording, stretches: list[Segment]) -> Listener | None:
        """Who writes down what the text does not say; None where nobody can, and all the rest has its text."""
        try:
            listener = Listener(self.transcribing[0], self.language, self.transcribing[1], self.reporter)
        except DatasetError as error:
            if not any(one.text for one in stretches):
                raise
            self.reporter.note(f"it cannot be written down, and is silent: {error}")
            return None
        tell_other_language(listener, found, stretches, self.reporter)
        return listener

    def _expect(self, sound: Sound) -> None:
        seconds = sound.duration_s
        words = [(FINDING_WORDS, _HEARING_S * seconds)] if self.text else []
        each_s = _CONVERTING_S + (0 if self.text else _TRANSCRIBING_S)
        taking_apart = [] if self.only_voice else [("separating", _SEPARATING_S * seconds * sound.channels)]
        self.reporter.expect([
            *taking_apart, ("convert: listening", _DECODING_S * seconds), ("finding speech", _FINDING_S * seconds), *words,
            ("measuring the speech", min(_MEASURING_S * seconds, 20)), ("writing", each_s * seconds),
        ])  # fmt: skip

    def _separated(self, sound: Sound) -> tuple[Sound, Sound]:
        """Speech, and everything else."""
        separation = plugins.load("separators", "isolator")(sound, reporter=self.reporter)
        stems = (block.reshape(-1, block.shape[2]) for block in separation.apply(sound.read()))
        stacked = replace(sound, channels=sound.channels * len(separation.stems), layout=())
        kept = self.spools.enter_context(spooled(stems, stacked, self.folder))
        speech, rest = (replace(stem_of(kept, number, sound.channels), layout=sound.layout) for number in (0, 1))
        return watched(speech, "convert: listening", self.reporter), rest

    def _analysed(self, speech: Sound) -> Recording:
        mono = mixed(speech, 1)
        found = analyse(mono, restore(mono, REPAIRS), self.folder / "speech.f32", reporter=self.reporter)
        if problem := background.no_voice(found):
            told = problem if self.only_voice else "no speech was found in it"
            raise MediaError(f"{self.name}: {told}: there is nothing to be said in another voice")
        return found

    def _measured(self, found: Recording, stretches: list[Segment]):
        """The range of whoever speaks; tells where they seem to be two."""
        chosen = self.reporter.track(evenly(stretches, _MOST_MEASURED), "measuring the speech", _MOST_MEASURED)
        heard = [extract(read_segment(found.scratch, one)) for one in chosen]
        if others := second_person(heard):
            places = [clock(evenly(stretches, _MOST_MEASURED)[n].start_s) for n in sorted(others)]
            self.reporter.note(f"two people seem to be heard, the second at {some(places, _MOST_NAMED)}: both become "
                               f"'{self.voice}'; cut one out to keep them apart")  # fmt: skip
        return figures_of(heard)

    def _gains(self, speech: Sound, found: Recording) -> np.ndarray:
        """(channels, 1) how loud the speech is in each channel, beside their mix."""
        if speech.channels == 1:
            return np.ones((1, 1), np.float32)
        energy = sum(np.square(block, dtype=np.float64).sum(1) for block in speech.read()) / speech.sample_rate
        mono = float(np.sum(10 ** (found.level_db / 10))) * found.duration_s / max(len(found.level_db), 1)
        energy = np.where(energy < _BESIDE**2 * energy.max(), 0, energy)
        return np.sqrt(energy / max(mono, 1e-9)).astype(np.float32)[:, None]

    def _voice(
        self, found: Recording, stretches: list[Segment], imitator: Imitator, listener: Listener | None
    ) -> Iterator[np.ndarray]:
        """The voice alone, (samples,) at 24 kHz from the start: each stretch in its place, and silence."""
        at = 0
        for stretch in stretches:
            start = max(round(stretch.start_s * SAMPLE_RATE), at)
            while at < start:
                silence = np.zeros(min(start - at, _SILENCE_S * SAMPLE_RATE), np.float32)
                at += len(silence)
                yield silence
            waveform = read_segment(found.scratch, stretch)
            key = self._key(waveform, stretch.text, imitator, listener)
            entry = self.cache.get(key)
            if entry is None:
                made = _imitated(imitator, waveform, stretch.text, listener)
                entry = self.cache.put(key, Entry(Speech(made.waveform, SAMPLE_RATE), faults=made.doubt))
            if entry.faults:
                self.doubts.append((stretch.start_s, entry.faults))
            at += len(waveform)
            yield _faded(entry.speech.waveform)

    def _key(self, waveform: np.ndarray, text: str, imitator: Imitator, listener: Listener | None) -> Key:
        """What a stretch in the voice is known by."""
        said = text or f"heard by {listener.name if listener else 'nobody'}"
        how = [_VERSION, digest(waveform.tobytes()), self.language, imitator.source, self.engine.fingerprint]
        return Key(said, NO_MARKS, 1.0, f"converted {how}")


def _imitated(imitator: Imitator, waveform: np.ndarray, text: str, listener: Listener | None) -> Imitated:
    """A stretch in the voice; silence, and why, where that cannot be."""
    doubt = None
    if not text and listener:
        text, doubt = listener.text_of(waveform)
    if not text:
        return Imitated(np.zeros_like(waveform), "no words are known of it; silent")
    try:
        made = imitator.imitate(waveform, text)
    except ScriptError:
        return Imitated(np.zeros_like(waveform), "words and sound could not be brought together; silent")
    return Imitated(made.waveform, doubt or made.doubt)


def _faded(waveform: np.ndarray, seconds: float = 0.005) -> np.ndarray:
    """Without a click at either end."""
    n = min(round(seconds * SAMPLE_RATE), len(waveform) // 2)
    ramp = np.interp(np.arange(len(waveform)), [0, n, len(waveform) - 1 - n, len(waveform) - 1], [0, 1, 1, 0])
    return waveform * ramp.astype(np.float32)


def _laid(voice: Blocks, under: Blocks, gains: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """The voice (1, samples) over another sound (channels, samples), which is as long as the result."""
    spoken = regrouped(voice, size)
    for block in regrouped(under, size):
        piece = next(spoken, np.zeros((1, 0), np.float32))[:, : block.shape[1]]
        yield block + gains * np.pad(piece, ((0, 0), (0, block.shape[1] - piece.shape[1])))
