"""Makes a narrated film from a script and a clip: speak, plan, mix, master, mux."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from voicekit.audio import master
from voicekit.audio.limiter import BLOCK_S, limited
from voicekit.audio.presets import find_preset
from voicekit.core import plugins
from voicekit.core.files import atomic, claimed
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media import mux, read_audio
from voicekit.media.muxing import Extras
from voicekit.media.recode import shown_size
from voicekit.media.sound import Sound, watched
from voicekit.narration.cache import SpeechCache, writable
from voicekit.narration.job import DEFAULTS, Job, NarrationOptions, check, cuts_of
from voicekit.narration.levels import levelled
from voicekit.narration.mend import mendings
from voicekit.narration.mix import LEVELLING, SAMPLE_RATE, Mix, VoiceTrack
from voicekit.narration.report.page import page
from voicekit.narration.report.report import Report, report
from voicekit.narration.speak import Rendering, Speakers, about_listening, synthesize_and_fit
from voicekit.narration.subtitles.captions import Caption, Heard, captions, named
from voicekit.narration.subtitles.subtitles import ass, srt, vtt
from voicekit.narration.timing.timeline import UNHEARD_S
from voicekit.postproduction.chain import spooled
from voicekit.postproduction.dialogue import find_dialogue
from voicekit.speech.cast import Role
from voicekit.speech.company import Company
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice
from voicekit.text.script.cue import Cue

_MEASURING, _REPORTING, _WRITING = "measuring the mix", "writing the report", "writing the film"
#: The names that separators give to voices.
VOICES = ("speech", "vocals")
#: The silence after speech that goes on past the film's end.
_TAIL_S = 0.2
#: The clip's own sound is read in blocks of this length.
_READ_S = 10.0
#: A smaller change of a level is not told.
_WORTH_TELLING_DB = 1.0
#: Signs that are spoken in a second, about.
_SIGNS_PER_S = 15.0


def narrate(
    script: Path | str,
    video: Path | str,
    out: Path | str | None,
    engine: Engine,
    options: NarrationOptions = DEFAULTS,
    reporter: Reporter = SILENT,
    narrator: Voice | None = None,
) -> Report:
    """Speaks a script over a film: checks all that can be checked before a word is spoken, then `narrate_job`.

    Args:
        script: plain text, subtitles (.srt, .vtt), SSML or a storyboard in Markdown.
        video: the clip; its picture is copied as it is.
        out: the film to write; None for a name beside the clip.
        engine: the voice, as `load_voice` gives it; with `options.cast`, that of the narrator.
        narrator: what it is called; see `narrate_job`.

    Raises:
        VoicekitError: see `check` and `narrate_job`.

    Example:
        >>> narrate("script.txt", "clip.mp4", "film.mp4", load_voice("me"))  # doctest: +SKIP
    """
    options = replace(options, language=options.language or engine.language)
    return narrate_job(check(script, video, out, options, reporter), engine, reporter, narrator)


def narrate_job(job: Job, engine: Engine, reporter: Reporter = SILENT, narrator: Voice | None = None) -> Report:
    """Speaks a script over a film.

    Writes the job's film with the clip's picture, and beside it subtitles (.srt, .vtt, .ass) with the times at which the
    words are heard and a report (.report.json, .report.html); whole or not at all.

    Args:
        job: what `check` returned.
        engine: the narrator's voice; others are loaded as they are needed.
        narrator: what that voice is called, so that it is not loaded again for somebody else.

    Raises:
        VoicekitError: the disk is full, another run is writing the film, the engine cannot pronounce a cue, or the script
            does not fit the film.
    """
    with claimed(*job.files.values()), writable(job.options.cache_folder, reporter) as folder:
        company = Company(engine, job.options.cast, narrator)
        cache, options = SpeechCache(folder), job.options
        speakers = Speakers(job.roles, company, cache, options.verify, options.asr_model, reporter)
        clip = job.clip
        megapixels = clip.duration_s * (clip.fps or 0.0) * (clip.width or 0) * (clip.height or 0) / 1e6
        reporter.expect(expected(job.script.cues, clip.duration_s, megapixels, job.options, speakers))
        return _narrate(job, company, speakers, reporter)


def expected(
    cues: Sequence[Cue], film_s: float, megapixels: float, options: NarrationOptions, speakers: Speakers
) -> list[tuple[str, float]]:
    """The tasks of a narration; see `Reporter.expect`. What the cache has takes no time.

    Args:
        megapixels: of all pictures of the film together.
    """
    spoken_s = sum(len(cue.text) for cue in cues) / _SIGNS_PER_S
    new = speakers.work_share(cues)
    rounds = 3 if find_preset(options.preset).without_dialogue else 2
    return [
        ("looking for cuts", 0.0045 * megapixels),
        ("reading the script", 0.02 * spoken_s),
        ("speaking", (0.02 + 0.1 * new) * spoken_s),
        ("speaking faster", 0.03 * new * spoken_s),
        *[("taking the voices out", 0.15 * film_s)][: options.keep == "background"],
        *[(LEVELLING, 0.015 * film_s)] * (1 if options.keep == "none" else 2),
        *[(_MEASURING, 0.01 * film_s)] * rounds,
        (_REPORTING, 0.025 * spoken_s),
        (_WRITING, 0.04 * film_s),
    ]


def _narrate(job: Job, company: Company, speakers: Speakers, reporter: Reporter) -> Report:
    options, cache = job.options, speakers.cache
    company.tell(((cue.text, cue.marks, job.roles[cue]) for cue in job.script.cues), reporter)
    rendering = synthesize_and_fit(job, speakers, cuts_of(job, cache.folder, reporter), reporter)
    mended = mendings([one.take for one in rendering.cues], speakers, reporter)
    rendering = replace(rendering, cues=levelled(rendering.cues, job, cache, reporter))
    shown = captions([Heard(one.cue.text, one.start_s, one.end_s, one.words, one.cue.speaker) for one in rendering.cues])
    in_film = named(shown) if options.names else shown
    voice = VoiceTrack(rendering.cues, cache, _n_samples(job, rendering))

    with _own_sound(job, reporter) as own:
        mix = Mix.levelled(voice, own, options.ducking, reporter)
        if mix.film_gain_db > _WORTH_TELLING_DB:
            reporter.note(f"the clip's own sound is soft, and was raised by {mix.film_gain_db:.0f} dB")
        whole = Sound(SAMPLE_RATE, 2, voice.n_samples / SAMPLE_RATE, mix.blocks)
        mastering = master.measure_for(watched(whole, _MEASURING, reporter), find_preset(options.preset), find_dialogue)
        credits = company.credits(job.roles[cue] for cue in job.script.cues)
        outcome = report(job, rendering, mix, mastering, mended, credits)
        with _beside(job, outcome, shown, in_film, voice, reporter):
            mastered = limited(mix.blocks(), SAMPLE_RATE, mastering.gain_db, mastering.ceiling_db)
            n_blocks = math.ceil(voice.n_samples / BLOCK_S / SAMPLE_RATE)
            mux(
                job.clip.path,
                reporter.track(mastered, _WRITING, total=n_blocks),
                SAMPLE_RATE,
                job.film,
                extras=_extras(job, rendering, in_film, company.engine(Role()).language),
                reencode=options.reencode,
                burn=[one.timed for one in in_film] if options.subtitles == "burn" else (),
            )
    misheard = dict.fromkeys(speakers.of(one.cue).engine for one in rendering.cues if one.take.faults)
    for about in dict.fromkeys(about_listening(engine, options.asr_model) for engine in misheard):
        if about:
            reporter.note(about)
    return outcome


def _n_samples(job: Job, rendering: Rendering) -> int:
    """How long the film becomes: as long as the clip, unless somebody is still speaking then."""
    film_s, last_s = job.clip.duration_s, rendering.cues[-1].end_s
    return round((film_s if last_s <= film_s + UNHEARD_S else last_s + _TAIL_S) * SAMPLE_RATE)


@contextmanager
def _own_sound(job: Job, reporter: Reporter) -> Iterator[Sound | None]:
    """What is kept of the clip's own sound, at SAMPLE_RATE in stereo; None where it has none, or none is kept."""
    options, clip = job.options, job.clip
    if options.keep == "none" or not clip.has_audio:
        yield None
        return
    read = partial(read_audio, clip.path, SAMPLE_RATE, channels=2, block_s=_READ_S, track=options.audio_track)
    whole = Sound(SAMPLE_RATE, 2, clip.duration_s, read)
    if options.keep == "all":
        yield whole
        return
    separator = options.separator or plugins.load("separators", "isolator")
    separation = separator(whole, reporter=reporter)
    kept = [stem not in VOICES for stem in separation.stems]
    stems = separation.apply(watched(whole, "taking the voices out of the clip", reporter).read())
    # The mix is read several times, the clip is taken apart only once.
    with spooled((each[kept].sum(0) for each in stems), whole, job.film.parent) as background:
        yield background


@contextmanager
def _beside(
    job: Job,
    outcome: Report,
    shown: tuple[Caption, ...],
    in_film: tuple[Caption, ...],
    voice: VoiceTrack,
    reporter: Reporter,
) -> Iterator[None]:
    """Writes the small files, and renames them into place right behind the film, which the block writes: all, or none."""
    waveforms = reporter.track(voice.cue_waveforms(), _REPORTING, total=len(voice.cues))
    pieces: dict[str, Iterable[str]] = {
        "srt": [srt(in_film)],
        "vtt": [vtt(shown)],
        "ass": [ass(shown, *shown_size(job.clip.path))],
        "report": [outcome.to_json()],
        "page": page(outcome, waveforms, SAMPLE_RATE),
    }
    with ExitStack() as files:
        for kind, text in pieces.items():
            partial_path = files.enter_context(atomic(job.files[kind]))
            with partial_path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(text)
        yield


def _extras(job: Job, rendering: Rendering, shown: tuple[Caption, ...], language: str) -> Extras:
    options, slots = job.options, zip(rendering.slots, job.script.clips, strict=True)
    return Extras(
        subtitles=[one.timed for one in shown] if options.subtitles == "soft" else (),
        language=language,
        chapters=[(slot.start_s, slot.end_s, clip.title) for slot, clip in slots] if options.chapters else (),
        keep_sound=options.track == "add",
    )
