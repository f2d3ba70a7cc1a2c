"""voicekit produce"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli.options import Number, asr_model, film_preset
from voicekit.cli.quick import quick_start

if TYPE_CHECKING:
    from voicekit.film.pipeline.produce import Production


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The film; without it, film.mp4.")
@click.option("--voice", help="Name or folder of the voice; without it, the newest.")
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
@click.option("--beats", is_flag=True, help="Place the cuts on the beats of the music.")
@click.option(
    "--takes", type=click.IntRange(1, 16), default=1, show_default=True, help="Pictures of each clip to pick from."
)
@click.option("--pick", "picked", multiple=True, metavar="CLIP=TAKE", help="Which take of a clip is used.")
@click.option("--size", default="1280x720", show_default=True, metavar="WxH", help="Of the film.")
@click.option("--fps", type=Number(1, 120), default=25.0, show_default=True, help="Pictures a second.")
@click.option("--set", "settings", multiple=True, metavar="STAGE.KEY=VALUE", help="An option; see voicekit stages.")
@click.option("--subtitles", type=click.Choice(["files", "soft", "burn"]), default="soft", help="As in narrate.")
@film_preset
@asr_model
@click.option("--dry-run", is_flag=True, help="Say what would be done; make nothing but the storyboard.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(source: Path, out: Path | None, voice: str | None, lexicon: Path | None, picked: tuple[str, ...], size: str,
            settings: tuple[str, ...], subtitles: str, preset: str, asr_model: Path | None, dry_run: bool, device: str,
            **chosen: Any) -> None:  # fmt: skip
    """Make a film of SOURCE: a brief, a storyboard, or a folder of pictures with a script in it.

    The storyboard, and all that is made on the way, lies in a folder beside the film. Edit FOLDER/storyboard.md and run the
    same again: what you wrote is used, and only what changed is made anew.

    \b
    Examples: voicekit produce brief.txt -o film.mp4 --music song.mp3 --beats
              voicekit produce brief.txt -o film.mp4 --music bed --dry-run
    """
    from voicekit.cli.terminal import Terminal

    with Terminal() as reporter:
        with quick_start():
            from voicekit.film.pipeline.produce import Production
            from voicekit.film.pipeline.settings import ProductionSettings
            from voicekit.narration.job import NarrationOptions

            width, height = _size(size)
            how = ProductionSettings(
                options=_options(settings),
                picks=_picks(picked),
                width=width,
                height=height,
                voice=voice or "",
                lexicon=lexicon,
                **chosen,
            )
            out = out or _film_of(source)
            options = NarrationOptions(
                subtitles=subtitles, chapters=True, preset=preset, overrun="film", asr_model=asr_model
            )
            production = Production(source, out, how, None, options, device, reporter)
        if dry_run:
            _print_plan(production)
            return
        outcome = production.run()
        for cue in outcome.cues:
            if cue.note:
                reporter.note(f"cue {cue.number}: {cue.note}")
        reporter.say(
            f"{out}: {outcome.narrated_s:.1f} s, {len(outcome.clips)} clips, {len(outcome.cues)} cues; "
            f"{out.with_suffix('.sheet.png')} shows it, {production.folder / 'storyboard.md'} can be edited"
        )


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


def _size(text: str) -> tuple[int, int]:
    import re

    match = re.fullmatch(r"(\d{2,5})\s*[x×]\s*(\d{2,5})", text.strip(), re.IGNORECASE)
    if not match or int(match[1]) % 2 or int(match[2]) % 2:
        raise click.BadParameter(f"'{text}' is not a size; write two even numbers, such as 1280x720.", param_hint="--size")
    return int(match[1]), int(match[2])


def _options(settings: tuple[str, ...]) -> dict[str, dict[str, str]]:
    from voicekit.cli.stage import pair

    options: dict[str, dict[str, str]] = {}
    for text in settings:
        key, value = pair(text)
        stage, dot, name = key.partition(".")
        if not dot:
            raise click.BadParameter(f"'{text}' names no stage; write STAGE.KEY=VALUE.", param_hint="--set")
        options.setdefault(stage, {})[name] = value
    return options


def _picks(picked: tuple[str, ...]) -> dict[int, int]:
    picks = {}
    for text in picked:
        clip, equals, take = text.partition("=")
        if not (equals and clip.strip().isdigit() and take.strip().isdigit()):
            raise click.BadParameter(f"'{text}' is not a pick; write CLIP=TAKE, such as 3=2.", param_hint="--pick")
        picks[int(clip)] = int(take)
    return picks
