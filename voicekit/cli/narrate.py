"""voicekit narrate"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli.options import (
    Number,
    Numbers,
    asr_model,
    audio_track,
    cast,
    commercial,
    film_preset,
    script_language,
    verify,
)
from voicekit.cli.paste import lines_to_paste, tell_how_to_open
from voicekit.cli.project import Project
from voicekit.cli.quick import quick_start
from voicekit.cli.terminal import Terminal

if TYPE_CHECKING:
    from voicekit.narration.job import Job
    from voicekit.narration.report.report import Report
    from voicekit.speech.engine import Engine
    from voicekit.speech.voices import Voice


@click.command()
@click.argument("script", type=click.Path(path_type=Path))
@click.option("--video", type=click.Path(path_type=Path), required=True, help="The clip to narrate.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="The film to write; without it, CLIP.narrated.mp4 in the current folder.",
)
@click.option("--voice", help="Name or folder of the voice, or of the narrator's; without it, the newest.")
@cast
@click.option(
    "--lexicon",
    type=click.Path(path_type=Path),
    help="A TOML file of words and how they are said; a lexicon.toml beside the script is used without being asked for.",
)
@commercial
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option(
    "--keep",
    type=click.Choice(["all", "background", "none"]),
    default="all",
    show_default=True,
    help="What stays of the clip's own sound; background drops the voices in it.",
)
@click.option("--separator", default="isolator", show_default=True, help="The separator for that: isolator, demucs, ...")
@click.option(
    "--duck",
    "duck_db",
    type=Number(0, 60),
    default=12.0,
    show_default=True,
    help="How many dB the clip's own sound goes down under the voice.",
)
@click.option(
    "--duck-attack",
    type=Number(0.001, 2),
    default=0.04,
    show_default=True,
    help="How many seconds the gain takes to go down.",
)
@click.option(
    "--duck-release",
    type=Number(0.01, 10),
    default=0.35,
    show_default=True,
    help="How many seconds the gain takes to come back.",
)
@click.option(
    "--track",
    type=click.Choice(["replace", "add"]),
    default="replace",
    show_default=True,
    help="Replace the clip's sound track, or add the narration as another one.",
)
@click.option(
    "--subtitles",
    type=click.Choice(["files", "soft", "burn"]),
    default="files",
    show_default=True,
    help="Beside the film only; as a track in it too; or drawn into the picture, which is re-encoded.",
)
@click.option("--names/--no-names", help="Put who speaks in front of what they say in the subtitles (.vtt always has it).")
@click.option("--chapters/--no-chapters", help="Make the clips of a storyboard chapters.")
@click.option("--reencode/--no-reencode", help="Re-encode the picture, for a container that cannot hold it as it is.")
@film_preset
@click.option(
    "--overrun",
    type=click.Choice(["stop", "film"]),
    default="stop",
    show_default=True,
    help="Where lines are too long for their times: stop before speaking and say which, or let the film run on.",
)
@verify
@asr_model
@click.option("--only", type=Numbers(), default="", help="Speak only these cues again: 3,7-9.")
@script_language
@audio_track("Which of the clip's own sound tracks the voice is laid over, from 1; all mixes them.")
@click.pass_context
def command(ctx: click.Context, script: Path, video: Path, out: Path | None, **_: Any) -> None:
    """Speak SCRIPT over a clip, in a voice.

    The script is plain text (a blank line starts a new cue; [00:12] or [00:12.5-00:18] before a line says when it is
    heard), subtitles (.srt, .vtt), a storyboard in Markdown, a table with times, or a screenplay; in a text file, .docx,
    .fountain or .fdx. Cues without a time are spread over what is left. The picture is copied as it is. Subtitles (.srt,
    .vtt, .ass) and a report (.report.html, .report.json) are written beside the film.

    \b
    Example: voicekit narrate script.txt --video clip.mp4 -o film.mp4
    """
    with Terminal() as reporter:
        with quick_start():
            from voicekit.media import default_out
            from voicekit.narration.narrate import narrate_job

            film = out or default_out(video, "narrated")
            project = Project.of(film, ctx)
            values = project.values(ctx, reporter) | {"out": film}
            job, chosen, engine = _checked(reporter, **values)
        outcome = narrate_job(job, engine, reporter, chosen)
        project.remember(chosen if values["voice"] or not job.options.cast.narrator.voice else None, reporter)

    _print_cues(outcome)
    for line in lines_to_paste(outcome, script, values["lexicon"] or script.parent / "lexicon.toml"):
        click.echo(line)
    click.echo(
        f"{outcome.film}: {outcome.narrated_s:.1f} s in the voice '{chosen.name}', {outcome.n_spoken} of "
        f"{len(outcome.cues)} cues newly spoken, {outcome.loudness_lufs:.1f} LUFS, "
        f"true peak {outcome.true_peak_db:.1f} dB"
    )
    tell_how_to_open(outcome.film)


def _checked(reporter: Terminal, script: Path, video: Path, out: Path, voice: str | None, cast: Path | None,
             lexicon: Path | None, device: str, commercial: bool, keep: str, separator: str, duck_db: float,
             duck_attack: float, duck_release: float, **wished: Any) -> "tuple[Job, Voice, Engine]":  # fmt: skip
    """What is to be narrated, in which voice. Raises VoicekitError where that cannot be done."""
    from voicekit.core.plugins import load
    from voicekit.narration.job import Ducking, NarrationOptions, check
    from voicekit.speech.cast import load_cast
    from voicekit.speech.voices import check_may_be_sold, find_voice, speaking, tell_unasked

    who = load_cast(cast, device, lexicon, script, commercial)
    voice = voice or who.narrator.voice or None
    separate = load("separators", separator) if keep == "background" else None
    ducking = Ducking(depth_db=duck_db, attack_s=duck_attack, release_s=duck_release)
    chosen = find_voice(voice, reporter=reporter)
    if commercial:
        check_may_be_sold(chosen)
    wished["language"] = wished["language"] or chosen.language
    options = NarrationOptions(ducking, keep, separate, cast=who, **wished)
    job = check(script, video, out, options, reporter)  # before the voice is loaded, which takes its time
    if voice is None:
        tell_unasked(chosen, reporter)
    return job, *speaking(chosen, device, lexicon, script, reporter)


def _print_cues(outcome: "Report") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicekit.text.script.cue import clock

    has_names = any(cue.speaker or cue.voice for cue in outcome.cues)
    who = ["who"] if has_names else []
    table = Table("", "heard", "until", "speed", *who, "cue", box=None, header_style="bold", pad_edge=False)
    for cue in outcome.cues:
        said_by = [Text(cue.speaker or cue.voice)] if has_names else []
        text = Text(cue.text, overflow="ellipsis", no_wrap=True)
        table.add_row(str(cue.number), clock(cue.start_s), clock(cue.end_s), f"{cue.speed:.2f}", *said_by, text)
    console = Console()
    console.print(table)
    for cue in outcome.cues:
        if cue.note:
            console.print(Text(f"cue {cue.number}, line {cue.line}: {cue.note}", style="yellow"), soft_wrap=True)
