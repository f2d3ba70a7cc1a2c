"""From a script and a clip to a narrated film: check, speak, plan, mix, master, mux."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicekit import plugins
from voicekit.audio import master
from voicekit.audio.loudness import integrated_lufs
from voicekit.audio.sound import Separator, Sound, regrouped
from voicekit.engines.base import Engine
from voicekit.errors import ConfigError, MediaError
from voicekit.files import atomic, check_writable
from voicekit.media import MediaInfo, check_mux, mux, probe, read_audio
from voicekit.media.mux import CONTAINERS
from voicekit.narrate.cache import SpeechCache, default_folder
from voicekit.narrate.mix import BLOCK, SAMPLE_RATE, Ducking, in_blocks, mix, voice_track
from voicekit.narrate.report import Report, report
from voicekit.narrate.speak import Take, speak
from voicekit.narrate.subtitles import srt
from voicekit.narrate.timeline import Placement, Spoken, check_times, plan
from voicekit.post.chain import spooled, watched
from voicekit.progress import track
from voicekit.text.script import Cue, read_script

#: The loudness of the voice, and how far below it the film's own sound stays where nobody speaks.
VOICE_LUFS = -16.0
FILM_BELOW_VOICE_DB = 4.0
#: What may be kept of the film's own sound.
KEEP = ("all", "background", "none")
#: What separators call voices.
VOICES = ("speech", "vocals")
#: A cue is spoken anew at most so often until it has the length it should.
_MAX_ROUNDS = 3
#: What speech that goes on past the film's end gets after it.
_TAIL_S = 0.2


@dataclass(frozen=True)
class Job:
    """A narration that can be done: everything that can be checked before a word is spoken has been."""

    script: Path
    cues: tuple[Cue, ...]
    clip: MediaInfo
    film: Path
    subtitles: Path
    report: Path


def check(script_path: Path | str, video_path: Path | str, out_path: Path | str | None = None) -> Job:
    """Reads the script, looks at the clip and at where the film is to be written.

    Args:
        out_path: of the film; without it, CLIP.narrated.mp4 (or the clip's own ending) in the current folder.

    Raises:
        VoicekitError: the script or the clip is unusable, a given time is past the clip's end, the film's name is
            wrong or its folder cannot be written to.
    """
    script_path, video_path = Path(script_path), Path(video_path)
    out_path = Path(out_path) if out_path else default_out(video_path)
    job = Job(
        script=script_path,
        cues=read_script(script_path),
        clip=probe(video_path),
        film=out_path,
        subtitles=out_path.with_suffix(".srt"),
        report=out_path.with_suffix(".report.json"),
    )
    check_mux(video_path, out_path)
    if job.clip.duration_s <= 0:
        raise MediaError(f"{video_path} has no length; copy or export it again")
    check_times(job.cues, job.clip.duration_s, str(script_path))
    for written in (job.film, job.subtitles, job.report):
        if written.is_dir():
            raise ConfigError(f"{written} is a folder; choose another name with -o")
        for given in (script_path, video_path):
            if written.exists() and written.samefile(given):
                raise ConfigError(f"{written} would overwrite {given}; choose another name with -o")
    check_writable(job.film)
    return job


def default_out(video_path: Path) -> Path:
    """CLIP.narrated.mp4 in the current folder; .mkv for a clip whose ending is not written."""
    suffix = video_path.suffix.lower()
    return Path(f"{video_path.stem}.narrated{suffix if suffix in CONTAINERS else '.mkv'}")


def narrate(
    script_path: Path | str,
    video_path: Path | str,
    out_path: Path | str | None,
    engine: Engine,
    *,
    ducking: Ducking | None = None,
    keep: str = "all",
    separator: Separator | None = None,
    cache_folder: Path | None = None,
) -> Report:
    """Speaks a script over a film.

    Writes OUT with the clip's picture as it is, OUT's .srt with the times at which the cues are heard, and
    OUT's .report.json; whole or not at all.

    Args:
        keep: of the clip's own sound: "all", its "background" without the voices in it, or "none".
        separator: tells voices from background; without it the one that voicekit ships.

    Raises:
        VoicekitError: see `check`; or the disk is full, or the engine cannot pronounce a cue.
    """
    job = check(script_path, video_path, out_path)
    ducking = ducking or Ducking()
    cache = SpeechCache(cache_folder or default_folder())

    placements, takes = speak_and_plan(job.cues, job.clip.duration_s, engine, cache)
    with own_sound(job, keep, separator) as own:
        sound = _Sound(job.clip.duration_s, own, placements, takes, cache, ducking)
        mastering = master.measure(sound.blocks, SAMPLE_RATE, VOICE_LUFS)
        outcome = report(
            (job.film, job.subtitles, job.report),
            placements,
            takes,
            job.clip.duration_s,
            sound.n_samples / SAMPLE_RATE,
            sound.film_lufs,
            mastering,
        )
        # The film is renamed into place first, the small files right behind it: all three are there, or none.
        with atomic(job.subtitles) as subtitles, atomic(job.report) as report_file:
            subtitles.write_text(srt(placements, [take.words for take in takes]), encoding="utf-8")
            report_file.write_text(outcome.to_json(), encoding="utf-8")
            mastered = master.apply(sound.blocks(), SAMPLE_RATE, mastering.gain_db, mastering.ceiling_db)
            n_blocks = math.ceil(sound.n_samples / master.BLOCK_S / SAMPLE_RATE)
            mux(job.clip.path, track(mastered, "writing the film", total=n_blocks), SAMPLE_RATE, job.film)
    return outcome


@contextmanager
def own_sound(job: Job, keep: str, separator: Separator | None) -> Iterator[Sound | None]:
    """What is kept of the clip's own sound, at SAMPLE_RATE in stereo; None where it has none, or none is kept.

    Raises:
        ConfigError: `keep` is none of KEEP.
    """
    if keep not in KEEP:
        raise ConfigError(f"of the clip's own sound 'keep' can be {', '.join(KEEP)}, not '{keep}'")
    if keep == "none" or not job.clip.has_audio:
        yield None
        return
    film = Sound(SAMPLE_RATE, 2, job.clip.duration_s, lambda: read_audio(job.clip.path, SAMPLE_RATE, channels=2))
    if keep == "all":
        yield film
        return
    separation = (separator or plugins.load("separators", "isolator"))(film)
    kept = [stem not in VOICES for stem in separation.stems]
    blocks = separation.apply(watched(film, "taking the voices out of the clip").read())
    # The mix is read several times, the clip is taken apart only once.
    with spooled((stems[kept].sum(0) for stems in blocks), film, job.film.parent) as background:
        yield background


def speak_and_plan(
    cues: tuple[Cue, ...], film_s: float, engine: Engine, cache: SpeechCache
) -> tuple[tuple[Placement, ...], tuple[Take, ...]]:
    """Speaks every cue, lays them out, and speaks those again that have to be faster.

    Returns:
        The placements in the order heard, and the speech of each.
    """
    takes = {cue: speak(cue, 1.0, engine, cache) for cue in track(cues, "speaking", total=len(cues))}
    for _ in range(_MAX_ROUNDS):
        placements = plan([Spoken(cue, takes[cue].duration_s, takes[cue].pace) for cue in cues], film_s)
        hurried = [one for one in placements if one.pace > takes[one.cue].pace + 0.005]
        if not hurried:
            break
        for one in track(hurried, "speaking faster", total=len(hurried)):
            takes[one.cue] = speak(one.cue, one.pace, engine, cache)
    else:
        placements = plan([Spoken(cue, takes[cue].duration_s, takes[cue].pace) for cue in cues], film_s)
    return placements, tuple(takes[placement.cue] for placement in placements)


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
        own = regrouped(self._own.read(), BLOCK) if self._own else iter(())
        return in_blocks(own, self.n_samples)
