"""voicekit produce"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli.options import PICK, SIZE, STAGE_OPTION, Number, Numbers, asr_model, commercial, film_preset, verify
from voicekit.cli.options import cast as cast_option
from voicekit.cli.paste import lines_to_paste, tell_how_to_open
from voicekit.cli.project import Project
from voicekit.cli.quick import quick_start
from voicekit.cli.terminal import Terminal

if TYPE_CHECKING:
    from voicekit.film.pipeline.produce import Production
    from voicekit.speech.voices import Voice


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The film; without it, film.mp4.")
@click.option("--voice", help="Name or folder of the voice, or of the narrator's; without it, the newest.")
@cast_option
@click.option("--lexicon", type=click.Path(path_type=Path), help="How words are said; see docs/scripts.md.")
@click.option("--storyboard", default="split", show_default=True, help="The stage that writes the storyboard.")
@click.option("--stills", default="cards", show_default=True, help="The stage that makes the pictures.")
@click.option("--animate", default="camera", show_default=True, help="The stage that brings motion into them.")
@click.option("--enhance", default="", help="The stage that improves the film's picture; without it, none.")
@click.option("--pictures", type=click.Path(path_type=Path), help="A folder of your own pictures, named by clip.")
@click.option(
    "--music",
    type=click.Path(path_type=Path),
    help="A sound file under the film; bed, epic, calm, tense or playful: composed for it.",
)
@click.option("--beats/--no-beats", help="Place the cuts on the beats of the music.")
@click.option(
    "--takes", type=click.IntRange(1, 16), default=1, show_default=True, help="Pictures of each clip to pick from."
)
@click.option("--pick", "picked", multiple=True, type=PICK, help="Which take of a clip is used.")
@click.option("--size", default="1280x720", show_default=True, type=SIZE, help="Of the film.")
@click.option("--fps", type=Number(1, 120), default=25.0, show_default=True, help="Pictures a second.")
@click.option("--set", "settings", multiple=True, type=STAGE_OPTION, help="An option; see voicekit stages.")
@click.option("--subtitles", type=click.Choice(["files", "soft", "burn"]), default="soft", help="As in narrate.")
@click.option("--names/--no-names", help="Put who speaks in front of what they say in the subtitles (.vtt always has it).")
@commercial
@film_preset
@verify
@asr_model
@click.option("--only", type=Numbers(), default="", help="Speak only these cues again, as the report numbers them: 3,7-9.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; make nothing but the storyboard.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.pass_context
def command(ctx: click.Context, source: Path, out: Path | None, dry_run: bool, **_: Any) -> None:
    """Make a film of SOURCE: a brief, a storyboard, or a folder of pictures with a script in it.

    The storyboard, and all that is made on the way, lies in a folder beside the film. Edit FOLDER/storyboard.md and run the
    same again: what you wrote is used, and only what changed is made anew.

    \b
    Examples: voicekit produce brief.txt -o film.mp4 --music song.mp3 --beats
              voicekit produce brief.txt -o film.mp4 --music bed --dry-run
    """
    with Terminal() as reporter:
        with quick_start():
            out = out or _film_of(source)
            project = Project.of(out, ctx)
            values = project.values(ctx, reporter) | {"out": out}
            production, chosen = _production(reporter, **values)
        if dry_run:
            _print_plan(production)
            return
        outcome = production.run()
        project.remember(chosen, reporter)
        for cue in outcome.cues:
            if cue.note:
                reporter.note(f"cue {cue.number}: {cue.note}")
        lexicon = values["lexicon"] or production.brief.parent / "lexicon.toml"
        for line in lines_to_paste(outcome, production.folder / "storyboard.md", lexicon):
            reporter.say(line)
        reporter.say(
            f"{out}: {outcome.narrated_s:.1f} s, {len(outcome.clips)} clips, {len(outcome.cues)} cues; "
            f"{out.with_suffix('.sheet.png')} shows it, {production.folder / 'storyboard.md'} can be edited"
        )
    tell_how_to_open(out)


def _production(reporter: Terminal, source: Path, out: Path, voice: str | None, cast: Path | None, names: bool,
                lexicon: Path | None, device: str,
                picked: tuple[str, ...], size: str, settings: tuple[str, ...], subtitles: str, preset: str, verify: bool,
                asr_model: Path | None, only: frozenset[int], dry_run: bool, commercial: bool,
                **stages: Any) -> "tuple[Production, Voice | None]":  # fmt: skip
    """The film as it is to be made, and the voice, if any speaks. Raises VoicekitError where it cannot be made."""
    from voicekit.film.pipeline.drafts import source_of
    from voicekit.film.pipeline.produce import Production
    from voicekit.film.pipeline.settings import ProductionSettings
    from voicekit.narration.job import NarrationOptions
    from voicekit.speech.cast import load_cast
    from voicekit.speech.voices import check_may_be_sold, find_voice, tell_unasked

    who = load_cast(cast, device, lexicon, source_of(source)[0], commercial)
    asked, voice = voice, voice or who.narrator.voice or None
    chosen = find_voice(voice, reporter=reporter)
    if commercial:
        check_may_be_sold(chosen)
    width, height = map(int, size.lower().replace("×", "x").split("x"))
    picks = {int(clip): int(take) for clip, take in _pairs(picked).items()}
    how = ProductionSettings(
        options=_options(settings),
        picks=picks,
        width=width,
        height=height,
        voice=voice or chosen.name,
        lexicon=lexicon,
        **stages,
    )
    options = NarrationOptions(
        subtitles=subtitles,
        chapters=True,
        preset=preset,
        overrun="film",
        verify=verify,
        asr_model=asr_model,
        only=only,
        cast=who,
        names=names,
    )
    production = Production(source, out, how, None, options, device, reporter)
    if voice is None and not production.is_silent:
        tell_unasked(chosen, reporter)
    is_of_cast = asked is None and bool(who.narrator.voice)
    return production, None if production.is_silent or is_of_cast else chosen


def _print_plan(production: "Production") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "stage", "seconds", "", box=None, pad_edge=False)
    for one in production.plan():
        seconds = "" if one.seconds is None else f"{one.seconds:.2f}"
        table.add_row(one.what, one.stage, seconds, one.state)
    Console(highlight=False).print(table)
    click.echo(f"the storyboard: {production.folder / 'storyboard.md'}")


def _film_of(source: Path) -> Path:
    """The film that a storyboard lies beside, in its folder; film.mp4 for all else."""
    is_drafted = source.name == "storyboard.md" and (source.parent / "words").is_dir()
    return source.parent.with_suffix(".mp4") if is_drafted else Path("film.mp4")


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """KEY=VALUE as a table."""
    return {key.strip(): value for key, _, value in (text.partition("=") for text in texts)}


def _options(settings: tuple[str, ...]) -> dict[str, dict[str, str]]:
    options: dict[str, dict[str, str]] = {}
    for key, value in _pairs(settings).items():
        stage, _, name = key.partition(".")
        options.setdefault(stage, {})[name] = value
    return options
