"""From cues to sound that fits the film: speak or take from the cache, plan, speak faster where needed, fit the rest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from operator import itemgetter
from pathlib import Path

import numpy as np

from voicekit.audio.loudness import from_db
from voicekit.core.errors import PluginError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.narration.cache import Entry, Key, SpeechCache
from voicekit.narration.estimate import check_fit, estimated, planned
from voicekit.narration.job import Job
from voicekit.narration.take import Take
from voicekit.narration.timing.timeline import Placement, Slot, plan, slots_of
from voicekit.recognition import transcribe
from voicekit.recognition.transcribe import Transcriber
from voicekit.recognition.verify import Verdict, verify
from voicekit.recognition.whisper import Whisper
from voicekit.speech.cast import Role
from voicekit.speech.company import Company, can_tell_times, own_pace
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.text.phonemes.lexicon import Lexicon
from voicekit.text.script.cue import Cue

#: A cue is spoken at most this many times, until every word is heard.
MAX_TRIES = 3
#: The lines are planned again, and those that are too long spoken faster, at most this many times.
_MAX_ROUNDS = 3
#: The pace is rounded to whole hundredths, so that a plan that changes a little finds its speech in the cache.
_PACE_STEP = 0.01
#: A cue that turned out longer than planned brings the next one no closer than this.
_LEAST_GAP_S = 0.04

#: Checks the speech of a cue that was spoken at a pace.
Listen = Callable[[Speech, Cue, float], Verdict]


@dataclass(frozen=True)
class RenderedCue:
    """A cue as it is heard: when, on the film's clock, and in which sound, and how much louder than it was spoken."""

    placement: Placement
    take: Take
    gain_db: float = 0.0

    @property
    def cue(self) -> Cue:
        return self.placement.cue

    @property
    def start_s(self) -> float:
        return self.placement.start_s

    @property
    def end_s(self) -> float:
        return self.placement.end_s

    def waveform(self, cache: SpeechCache, sample_rate: int) -> np.ndarray:
        """float32 (samples,); see `Take.waveform`."""
        return self.take.waveform(cache, sample_rate) * np.float32(from_db(self.gain_db))

    @property
    def words(self) -> tuple[Word, ...]:
        """Timed on the film's clock."""
        return self.take.words_from(self.start_s)


@dataclass(frozen=True)
class Rendering:
    """A script as it is heard.

    Attributes:
        cues: in the order heard.
        cuts_s: of the film.
        slots: of the clips of a storyboard.
    """

    cues: tuple[RenderedCue, ...]
    cuts_s: tuple[float, ...]
    slots: tuple[Slot, ...]


def synthesize_and_fit(
    job: Job, speakers: "Speaker | Speakers", cuts_s: tuple[float, ...], reporter: Reporter = SILENT
) -> Rendering:
    """Speaks every cue, lays them out, and speaks those again that have to be faster.

    Raises:
        ScriptError: there is nothing to pronounce in a cue, the storyboard does not fit the film, or the script does not and
            the film is not to grow.
        PluginError: what the engine made is no speech.
    """
    cues, film_s = job.script.cues, job.clip.duration_s
    may_overrun = job.options.overrun == "film"
    if not may_overrun and all(speakers.of(cue).can_tell_times for cue in cues):
        reading = _told(cues, "reading the script", reporter)
        check_fit(job, planned(job, [estimated(cue, speakers.of(cue).engine) for cue in reading], cuts_s))
    anew = {cues[number - 1] for number in job.options.only}
    takes = {cue: speakers.of(cue).speak(cue, anew=cue in anew) for cue in _told(cues, "speaking", reporter)}
    slots = slots_of(job.script.clips, [takes[cue].natural for cue in cues], film_s, cuts_s, str(job.script_path))
    placements = plan([takes[cue].natural for cue in cues], film_s, cuts_s, slots)
    for _ in range(_MAX_ROUNDS):
        wanted = {one.cue: _pace(one) for one in placements}
        slow = [cue for cue in cues if wanted[cue] > takes[cue].pace + _PACE_STEP / 2]
        if not slow:
            break
        for cue in _told(slow, "speaking faster", reporter):
            takes[cue] = speakers.of(cue).speak(cue, wanted[cue], anew=cue in anew)
        placements = plan([takes[cue].natural for cue in cues], film_s, cuts_s, slots)
    if not may_overrun:  # it lasts a little longer than was to be expected, or nobody could tell
        check_fit(job, placements)
    return Rendering(_fitted(placements, takes), cuts_s, slots)


def _told(cues: Sequence[Cue], task: str, reporter: Reporter) -> Iterator[Cue]:
    """The cues, one after another, and how far it is: long ones take longer."""
    return reporter.track(cues, task, total=sum(len(cue.text) for cue in cues), size=lambda cue: len(cue.text))


def _pace(placement: Placement) -> float:
    """What the voice is asked for: in whole hundredths, never slower than planned."""
    return round(ceil(round(placement.compression.pace / _PACE_STEP, 3)) * _PACE_STEP, 2)


def _fitted(placements: tuple[Placement, ...], takes: dict[Cue, Take]) -> tuple[RenderedCue, ...]:
    """The takes made to fit the plan, and the plan with the lengths that they really have."""
    found: list[RenderedCue] = []
    for one in placements:
        take = takes[one.cue].fitted(one.end_s - one.start_s)
        start_s = max(one.start_s, found[-1].end_s + _LEAST_GAP_S) if found else one.start_s
        end_s = start_s + take.duration_s
        overrun_s = max(one.overrun_s + (end_s - one.end_s), 0.0) if one.overrun_s else 0.0
        found.append(RenderedCue(replace(one, start_s=start_s, end_s=end_s, overrun_s=overrun_s), take))
    return tuple(found)


@dataclass(frozen=True)
class Listener:
    """Listens whether every word of a cue is there.

    Attributes:
        language: of the voice.
        lexicon: how the voice says words of its own.
        asr: loads a better recogniser, which is asked where a word sounds wrong; None where there is none.
        own_pace: how much faster than by itself the voice speaks before it is asked to.
    """

    language: str
    lexicon: Lexicon | None = None
    asr: Callable[[], Transcriber] | None = None
    own_pace: float = 1.0

    def __call__(self, speech: Speech, cue: Cue, pace: float) -> Verdict:
        return verify(
            speech.waveform,
            speech.sample_rate,
            cue.text,
            self.language,
            self.lexicon,
            pace=pace * self.own_pace,
            pronunciations=cue.marks.pronunciations,
            asr=self.asr,
        )


def listener_for(engine: Engine, asr_model: Path | None = None) -> Listener | None:
    """A listener who knows what the words of a voice sound like; None for a voice that does not tell its language.

    Args:
        asr_model: the folder of weights of the better recogniser; see `whisper.find_weights`.

    Raises:
        DatasetError: the person named a folder, and there are no weights in it.
    """
    if not engine.language:
        return None
    lexicon = getattr(engine, "lexicon", None)  # only our own engine is known to have one
    better = transcribe.find_checker(None, engine.language, asr_model)
    # Loaded when something sounds wrong, which is seldom; but weights that somebody named are tried at once.
    asr = partial(transcribe.load, better, engine.language, asr_model) if better else None
    if asr and asr_model:
        asr()
    return Listener(engine.language, lexicon, asr, own_pace(engine))


def about_listening(engine: Engine, asr_model: Path | None = None) -> str | None:
    """How far what was misheard can be trusted, for people; None where the better recogniser listened, or nobody."""
    if not engine.language or transcribe.find_checker(None, engine.language, asr_model):
        return None
    get = Whisper.missing(engine.language, asr_model)
    sometimes = "which is sometimes wrong about voices that it does not know, and about other ways to say a word"
    return f"the words were heard by pocketsphinx, {sometimes}; {get}"


@dataclass(frozen=True)
class Speaker:
    """Speaks cues in a voice.

    Attributes:
        listen: None where nobody checks what is said.
        reporter: told what a person should know of how something was spoken.
    """

    engine: Engine
    cache: SpeechCache
    listen: Listen | None = None
    reporter: Reporter = SILENT

    @property
    def can_tell_times(self) -> bool:
        """Whether the voice knows how long a text will last without speaking it."""
        return can_tell_times(self.engine)

    def of(self, cue: Cue) -> "Speaker":
        """Whoever speaks a cue: this one speaks all."""
        return self

    def speak(self, cue: Cue, pace: float = 1.0, anew: bool = False) -> Take:
        """A cue at a pace, unless the cache has it.

        Args:
            anew: another take than the one in the cache.

        Raises:
            ScriptError: there is nothing to pronounce; the message names the line.
            PluginError: what the engine made is no speech.
        """
        key = self._key(cue, pace)
        entry = self.cache.get(key)
        if entry and not entry.takes and entry.faults:  # it was tried out, and misheard
            entry = None
        if entry and not (anew and entry.takes):
            if entry.faults != "" and self.listen:  # nobody listened, or a recogniser that may have been worse
                entry = self.cache.put(key, replace(entry, faults=_faults(self.listen(entry.speech, cue, key.pace))))
            if not entry.takes:
                entry = self.cache.put(key, replace(entry, takes=entry.seed + 1))
            return Take.of(cue, key, entry, was_cached=True)
        takes: list[tuple[float, Entry]] = []
        first = entry.takes if entry else 0
        for seed in range(first, first + MAX_TRIES):
            speech = self._synthesize(cue, key.pace, seed)
            if not self.listen:
                takes.append((1.0, Entry(speech, seed)))
                break
            verdict = self.listen(speech, cue, key.pace)
            takes.append((verdict.score, Entry(speech, seed, _faults(verdict))))
            if verdict.ok:
                break
        _, best = max(takes, key=itemgetter(0))
        spoken = self.cache.put(key, replace(best, takes=first + len(takes)))
        take = Take.of(cue, key, spoken, was_cached=False, tries=len(takes))
        return replace(take, is_anew=True, is_the_same=_sound_alike(entry.speech, spoken.speech)) if entry else take

    def try_out(self, cue: Cue, pace: float) -> Verdict:
        """What is heard of a cue at a pace; its sound waits in the cache for whoever has it spoken then.

        Raises:
            VoicekitError: see `speak`; or nobody listens.
        """
        if not self.listen:
            raise PluginError("nobody listens to this voice; leave --no-verify out")
        key = self._key(cue, pace)
        entry = self.cache.get(key) or Entry(self._synthesize(cue, key.pace, 0), takes=0)
        verdict = self.listen(entry.speech, cue, key.pace)
        self.cache.put(key, replace(entry, faults=_faults(verdict)))
        return verdict

    def is_kept(self, cue: Cue, pace: float) -> bool:
        """Whether the cache has something of the cue at a pace; see `SpeechCache.has`."""
        return self.cache.has(self._key(cue, pace))

    def work_share(self, cues: Sequence[Cue]) -> float:
        """The share of the cues' signs that are still to be spoken, about; see `has_spoken`."""
        to_speak = sum(len(cue.text) for cue in cues if not self.cache.has(self._key(cue, 1.0)))
        return to_speak / max(sum(len(cue.text) for cue in cues), 1)

    def has_spoken(self, cue: Cue) -> bool:
        """Whether the cache has the cue at the voice's own pace, which every cue is spoken at first."""
        return self.cache.get(self._key(cue, 1.0)) is not None

    def _key(self, cue: Cue, pace: float) -> Key:
        return Key(cue.text, cue.marks, round(pace, 3), self.engine.fingerprint)

    def _synthesize(self, cue: Cue, pace: float, seed: int) -> Speech:
        try:
            speech = self.engine.synthesize(cue.text, pace=pace, marks=cue.marks, seed=seed)
        except ScriptError as error:
            raise ScriptError(f"line {cue.line} of the script: {error}") from error
        for note in speech.notes:
            self.reporter.note(note)
        if not np.isfinite(speech.waveform).all():
            raise PluginError(
                f"line {cue.line} of the script: the voice made no valid sound; train it further or choose another"
            )
        if np.abs(speech.waveform).max(initial=0.0) < 1e-4:
            raise PluginError(f"line {cue.line} of the script: the voice stayed silent; change the text or the voice")
        return speech


class Speakers:
    """Who speaks which cue; each loads when it is first to speak.

    Args:
        roles: how each cue is spoken.
        verify: whether somebody listens; asr_model: see `listener_for`.
        reporter: see `Speaker`.
    """

    def __init__(
        self,
        roles: Mapping[Cue, Role],
        company: Company,
        cache: SpeechCache,
        verify: bool = False,
        asr_model: Path | None = None,
        reporter: Reporter = SILENT,
    ) -> None:
        self.cache, self._reporter = cache, reporter
        self._roles, self._company, self._verify, self._asr_model = roles, company, verify, asr_model
        self._speakers: dict[Role, Speaker] = {}

    def of(self, cue: Cue) -> Speaker:
        """Whoever speaks a cue. Raises VoicekitError where their voice does not load."""
        role = self._roles[cue]
        if role not in self._speakers:
            engine = self._company.engine(role)
            listen = listener_for(engine, self._asr_model) if self._verify else None
            self._speakers[role] = Speaker(engine, self.cache, listen, self._reporter)
        return self._speakers[role]

    def work_share(self, cues: Sequence[Cue]) -> float:
        """See `Speaker.work_share`."""
        to_speak = sum(len(cue.text) * self.of(cue).work_share([cue]) for cue in cues)
        return to_speak / max(sum(len(cue.text) for cue in cues), 1)


def _faults(verdict: Verdict) -> str:
    return "" if verdict.ok else verdict.describe()


def _sound_alike(one: Speech, other: Speech) -> bool:
    """Whether two takes are the same sound, sample by sample."""
    return one.waveform.shape == other.waveform.shape and bool(np.allclose(one.waveform, other.waveform, atol=1e-4))
