"""From a script and a clip to a narrated film: check, speak, plan, mix, master, mux."""

import math
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from voicekit.audio import master
from voicekit.audio.loudness import integrated_lufs
from voicekit.core import plugins
from voicekit.core.files import atomic
from voicekit.core.progress import track
from voicekit.media import mux, read_audio
from voicekit.media.mux import Extras
from voicekit.media.recode import shown_size
from voicekit.media.sound import Sound, lasting
from voicekit.narration.cache import SpeechCache, default_folder
from voicekit.narration.job import Job, NarrationOptions, check, cuts_of
from voicekit.narration.mix import BLOCK, SAMPLE_RATE, Ducking, mix, voice_track
from voicekit.narration.rendering import Rendering, synthesize_and_fit
from voicekit.narration.report.page import page
from voicekit.narration.report.report import Report, report
from voicekit.narration.speak import Speaker, listener
from voicekit.narration.subtitles.subtitles import Caption, Heard, ass, captions, srt, vtt
from voicekit.narration.take import Take
from voicekit.narration.timing.timeline import Placement
from voicekit.post.chain import spooled, watched
from voicekit.speech.engine import Engine

#: The loudness of the voice, and how far below it the film's own sound stays where nobody speaks.
VOICE_LUFS = -16.0
FILM_BELOW_VOICE_DB = 4.0
#: What separators call voices.
VOICES = ("speech", "vocals")
#: What speech that goes on past the film's end gets after it.
_TAIL_S = 0.2


def narrate(
    script_path: Path | str,
    video_path: Path | str,
    out_path: Path | str | None,
    engine: Engine,
    options: NarrationOptions | None = None,
) -> Report:
    """Speaks a script over a film.

    Writes OUT with the clip's picture, and beside it subtitles (.srt, .vtt, .ass) with the times at which the words are
    heard and a report (.report.json, .report.html); whole or not at all.

    Raises:
        VoicekitError: see `check`; or the disk is full, or the engine cannot pronounce a cue.
    """
    options = options or NarrationOptions()
    job = check(script_path, video_path, out_path, options)
    cache = SpeechCache(options.cache_folder or default_folder())
    speaker = Speaker(engine, cache, listener(engine, options.asr_model) if options.verify else None)
    anew = frozenset(job.script.cues[number - 1] for number in options.only)
    done = synthesize_and_fit(job, speaker, cuts_of(job.clip.path, cache.folder), anew)

    with own_sound(job, options) as own:
        sound = _Sound(job.clip.duration_s, own, done.placements, done.takes, cache, options.ducking)
        mastering = master.measure(sound.blocks, SAMPLE_RATE, VOICE_LUFS)
        outcome = report(job, done, sound.n_samples / SAMPLE_RATE, sound.film_lufs, mastering)
        shown = _captions(done)
        # The film is renamed into place first, the small files right behind it: all are there, or none.
        with ExitStack() as files:
            for kind, pieces in _beside(job, outcome, shown, done, cache).items():
                partial = files.enter_context(atomic(job.files[kind]))
                with partial.open("w", encoding="utf-8", newline="\n") as file:
                    file.writelines(pieces)
            mastered = master.apply(sound.blocks(), SAMPLE_RATE, mastering.gain_db, mastering.ceiling_db)
            n_blocks = math.ceil(sound.n_samples / master.BLOCK_S / SAMPLE_RATE)
            mux(
                job.clip.path,
                track(mastered, "writing the film", total=n_blocks),
                SAMPLE_RATE,
                job.film,
                extras=_extras(job, options, done, shown, engine.language),
                reencode=options.reencode,
                burn=[one.timed for one in shown] if options.subtitles == "burn" else (),
            )
    return outcome


def _captions(done: Rendering) -> tuple[Caption, ...]:
    """What is heard as subtitles, in the words of the script."""
    return captions(
        [
            Heard(
                one.cue.text,
                one.start_s,
                one.end_s,
                tuple(type(w)(w.text, one.start_s + w.start_s, one.start_s + w.end_s) for w in take.words),
            )
            for one, take in zip(done.placements, done.takes, strict=True)
        ]
    )


def _beside(
    job: Job, outcome: Report, shown: tuple[Caption, ...], done: Rendering, cache: SpeechCache
) -> dict[str, Iterable[str]]:
    """The small files beside the film, by kind, in pieces."""
    return {
        "srt": [srt(shown)],
        "vtt": [vtt(shown)],
        "ass": [ass(shown, *shown_size(job.clip.path))],
        "report": [outcome.to_json()],
        "page": page(outcome, lambda number: done.takes[number].waveform(cache, SAMPLE_RATE), SAMPLE_RATE),
    }


def _extras(job: Job, options: NarrationOptions, done: Rendering, shown: tuple[Caption, ...], language: str) -> Extras:
    chapters = [(slot.start_s, slot.end_s, clip.title) for slot, clip in zip(done.slots, job.script.clips, strict=True)]
    return Extras(
        subtitles=[one.timed for one in shown] if options.subtitles == "soft" else (),
        language=language,
        chapters=chapters if options.chapters else (),
        keep_sound=options.track == "add",
    )


@contextmanager
def own_sound(job: Job, options: NarrationOptions) -> Iterator[Sound | None]:
    """What is kept of the clip's own sound, at SAMPLE_RATE in stereo; None where it has none, or none is kept."""
    if options.keep == "none" or not job.clip.has_audio:
        yield None
        return

    def read() -> Iterator[np.ndarray]:
        return read_audio(job.clip.path, SAMPLE_RATE, channels=2, track=options.audio_track)

    film = Sound(SAMPLE_RATE, 2, job.clip.duration_s, read)
    if options.keep == "all":
        yield film
        return
    separation = (options.separator or plugins.load("separators", "isolator"))(film)
    kept = [stem not in VOICES for stem in separation.stems]
    blocks = separation.apply(watched(film, "taking the voices out of the clip").read())
    # The mix is read several times, the clip is taken apart only once.
    with spooled((stems[kept].sum(0) for stems in blocks), film, job.film.parent) as background:
        yield background


class _Sound:
    """The mix of a narration, which can be had again from its start: nothing is kept but levels."""

    def __init__(
        self,
        film_s: float,
        own: Sound | None,
        placements: tuple[Placement, ...],
        takes: tuple[Take, ...],
        cache: SpeechCache,
        ducking: Ducking,
    ) -> None:
        """`own`: the sound of the film that the voice is laid over, SAMPLE_RATE and stereo."""
        self._own, self._placements, self._takes = own, placements, takes
        self._cache, self._ducking = cache, ducking
        last_s = max(placement.end_s for placement in placements)
        length_s = film_s if last_s <= film_s else last_s + _TAIL_S
        self.n_samples = round(length_s * SAMPLE_RATE)
        both_sides = (np.stack([block, block]) for block in self._voice())  # 3 dB louder than on one
        self._voice_gain_db = VOICE_LUFS - integrated_lufs(both_sides, SAMPLE_RATE)
        self.film_lufs = None
        self._film_gain_db = 0.0
        if own:
            self.film_lufs = integrated_lufs(self._film(), SAMPLE_RATE)
            self._film_gain_db = min(0.0, VOICE_LUFS - FILM_BELOW_VOICE_DB - self.film_lufs)

    def blocks(self) -> Iterator[np.ndarray]:
        return mix(
            self._film(),
            self._voice(),
            self._voice(self._ducking.look_ahead_s),
            self._film_gain_db,
            self._voice_gain_db,
            self._ducking,
        )

    def _voice(self, ahead_s: float = 0.0) -> Iterator[np.ndarray]:
        return voice_track(self._placements, self._takes, self._cache, self.n_samples, ahead_s)

    def _film(self) -> Iterator[np.ndarray]:
        return lasting(self._own.read() if self._own else (), self.n_samples, BLOCK)
