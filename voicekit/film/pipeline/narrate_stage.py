"""Narration as a stage of a production."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.errors import ConfigError
from voicekit.film.stage import Context, Stage
from voicekit.narration.job import NarrationOptions, check
from voicekit.narration.narrate import narrate_job
from voicekit.speech.cast import load_cast
from voicekit.speech.voices import check_may_be_sold, find_voice, speaking


@dataclass(frozen=True)
class NarrateOptions:
    voice: str = ""  #: its name or folder; "" for the newest
    subtitles: str = "soft"  #: files, soft or burn
    chapters: bool = True  #: the clips of the storyboard become chapters
    keep: str = "all"  #: of the film's own sound: all, background or none
    overrun: str = "film"  #: where lines are too long, the film runs on, or it stops
    verify: bool = True  #: listen whether every word was said
    asr_model: str = ""  #: the folder of weights of Whisper to listen with
    commercial: bool = False  #: refuse a voice whose licence forbids to sell what it says
    cast: str = ""  #: a TOML file: who is spoken by which voice


class Narrate(Stage):
    """A film and its storyboard, or any script → the narrated film; what lies beside it (subtitles, report) comes along."""

    name, kind = "narrate", "narrate"
    takes, gives = (".mp4", ".mov", ".mkv", ".md", ".txt", ".srt", ".vtt"), ".mp4"
    Options = NarrateOptions

    def run(self, inputs: Sequence[Path], out: Path, options: NarrateOptions, context: Context) -> None:
        if len(inputs) != 2:
            raise ConfigError("the stage 'narrate' takes a film and its script, in this order")
        film, script = inputs
        cast = load_cast(Path(options.cast) if options.cast else None, context.device, None, script, options.commercial)
        voice = options.voice or cast.narrator.voice or None
        if options.commercial:
            check_may_be_sold(find_voice(voice))
        wanted = NarrationOptions(
            keep=options.keep,
            subtitles=options.subtitles,
            chapters=options.chapters,
            overrun=options.overrun,
            verify=options.verify,
            asr_model=Path(options.asr_model) if options.asr_model else None,
            cast=cast,
        )
        # Beside the film lie files of its name: they are written in a folder of their own, and only the film is the stage's.
        beside = out.with_name(out.stem)
        try:
            job = check(script, film, beside / out.name, wanted)
            for note in (*job.script.notes, *job.notes):
                context.note(note)
            narrator, engine = speaking(voice, context.device, script=script, reporter=context.reporter)
            outcome = narrate_job(job, engine, context.reporter, narrator)
            shutil.move(beside / out.name, out)
            for cue in outcome.cues:
                if cue.note:
                    context.note(f"cue {cue.number}: {cue.note}")
        finally:
            shutil.rmtree(beside, ignore_errors=True)
