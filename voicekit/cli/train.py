"""voicekit train"""

from pathlib import Path

import click

from voicekit.cli.options import Name, Number
from voicekit.cli.paste import pasteable


@click.command()
@click.argument("datasets", nargs=-1, type=click.Path(path_type=Path))
@click.option("--name", type=Name(), help="Name of the voice; without it, that of the dataset.")
@click.option("--quick", is_flag=True, help="From a minute of speech, in three minutes: the base speaks as the speaker.")
@click.option("--minutes", type=Number(min=0.1), help="How long to train in all, shared by the networks.")
@click.option("--base", help="The voice to start from: a name, a folder, or none.")
@click.option("--recipe", type=click.Path(path_type=Path), help="A TOML file of settings; see recipes/.")
@click.option("--engine", type=Name(), help="Clone the voice by another engine, in seconds; list them: voicekit engines.")
@click.option(
    "--passage",
    type=click.Path(path_type=Path),
    help="With --engine: the seconds to clone from, a sound file; without it, the best of the dataset.",
)
@click.option("--language", default="", help="With --engine: what the voice is to speak; without it, that of the dataset.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
@click.option(
    "--judge",
    type=click.IntRange(min=0),
    default=12,
    show_default=True,
    help="Sentences to judge it on, held out where there are enough; 0: none.",
)
@click.pass_context
def command(ctx: click.Context, datasets: tuple[Path, ...], name: str | None, quick: bool, minutes: float | None,
            base: str | None, recipe: Path | None, engine: str | None, passage: Path | None, language: str, device: str,
            judge: int) -> None:  # fmt: skip
    """Turn a prepared dataset into a voice; without DATASETS, the newest.

    Interrupt it whenever you like: the same command goes on where it stopped. With more datasets, or one of many
    speakers, the voice speaks as the first and has learned from all.

    \b
    Examples: voicekit train --minutes 30
              voicekit train datasets/me --engine pocket --name me-pocket
    """
    if engine:
        _clone(ctx, datasets, name, engine, passage, language, device)
        return
    if passage or language:
        raise click.UsageError("--passage and --language are for --engine: our own network learns from the whole dataset")

    from dataclasses import replace

    from voicekit.cli.terminal import Terminal
    from voicekit.core.files import alone, shipped
    from voicekit.core.settings import read_toml
    from voicekit.dataset.manifest import find_dataset, read_manifest, speech_minutes
    from voicekit.evaluation.evaluate import evaluate
    from voicekit.evaluation.material import choose
    from voicekit.evaluation.report import summary_lines
    from voicekit.speech.voices import TRAINING, VOICES_FOLDER, check_name, find_voice, read_voice, remember, to_hear
    from voicekit.training.forecast import check_enough, forecast, phases
    from voicekit.training.settings import TrainConfig, with_minutes
    from voicekit.training.train import train

    found = [find_dataset(dataset) for dataset in datasets or (None,)]
    config = read_toml(shipped("recipes") / "quick.toml", TrainConfig()) if quick else TrainConfig()
    config = read_toml(recipe, config) if recipe else config
    config = with_minutes(config, minutes)
    config = replace(config, base=base) if base else config
    start = None if config.base == "none" else find_voice(config.base)
    voice = VOICES_FOLDER / (name or found[0].name)
    check_name(voice, found[0].name)
    check_enough(found)
    _ask_about_guesses(found[0])
    click.echo(
        f"Training the voice '{voice.name}' on {', '.join(map(str, found))}, "
        f"from {f'the voice {start.name!r}' if start else 'nothing'}."
    )
    n_judged = len(choose(found[0], judge, read_manifest(found[0])[0].language).sentences)
    n_utterances = sum(len(read_manifest(dataset)) for dataset in found)
    expected_s = phases(config, n_utterances, n_judged)
    for line in forecast(speech_minutes(found), config, sum(expected_s.values())):
        click.echo(line)
    with Terminal() as reporter:
        reporter.expect(expected_s.items())
        with alone(voice / TRAINING):
            train(found, voice, config, start.folder if start else None, device, reporter)
        remember(voice)
        reporter.say(f"{voice}: the voice is ready. How it learned: {voice / 'training' / 'losses.png'}")
        if judge:
            evaluation = evaluate(voice, found[0], judge, device=device, reporter=reporter)
            for line in summary_lines(evaluation):
                if line not in evaluation.caveats:
                    reporter.say(line)
    click.echo(pasteable(f"Hear it:  {to_hear(voice)}"))
    for caveat in read_voice(voice).caveats:  # last, where they are seen
        click.echo(pasteable(f"note: {caveat}"), err=True)


def _clone(
    ctx: click.Context,
    datasets: tuple[Path, ...],
    name: str | None,
    engine: str,
    passage: Path | None,
    language: str,
    device: str,
) -> None:
    """A voice of another engine; what only our own network has is refused."""
    from click.core import ParameterSource

    from voicekit.cli.terminal import Terminal
    from voicekit.dataset.manifest import find_dataset
    from voicekit.speech.voices import VOICES_FOLDER, check_name, remember, to_hear
    from voicekit.training.clone import check_clones, clone

    for option in ("quick", "minutes", "base", "recipe", "judge"):
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            instead = "; judge the voice with: voicekit evaluate" if option == "judge" else ""
            raise click.UsageError(
                f"--{option} is for our own network, which is trained; the engine '{engine}' clones from a passage{instead}"
            )
    if len(datasets) > 1:
        raise click.UsageError(f"the engine '{engine}' clones one person; name one dataset")
    check_clones(engine)
    dataset = None if passage and not datasets else find_dataset(datasets[0] if datasets else None)
    made_from = dataset.name if dataset else passage.stem if passage else ""
    voice = VOICES_FOLDER / (name or made_from)
    check_name(voice, made_from, engine)
    click.echo(f"Making the voice '{voice.name}' of the engine '{engine}' from {passage or dataset}.")
    if not (dataset or language):
        click.echo("note: it is taken for English; otherwise name it with --language, such as de", err=True)
    with Terminal() as reporter:
        clone(dataset, voice, engine, passage, language, device, reporter)
    remember(voice)
    click.echo(f"{voice}: the voice is ready. Use it only with the consent of the person who speaks.")
    click.echo(pasteable(f"Hear it:  {to_hear(voice)}"))


def _ask_about_guesses(dataset: Path) -> None:
    """One question, where the voice would learn from texts that nobody wrote; where nobody can answer, a note."""
    import sys

    from voicekit.dataset.guesses import FILE
    from voicekit.dataset.manifest import doubtful, read_manifest

    utterances = read_manifest(dataset)
    guesses = doubtful(utterances)
    if not guesses:
        return
    worst = min(guesses, key=lambda utterance: utterance.sureness)
    click.echo(
        f"note: {len(guesses)} of {len(utterances)} texts are guesses, such as “{worst.text}”, and a voice "
        f"learns their mistakes. Correct them in {dataset / FILE} (the least sure come first), or install Whisper, and run "
        "the same prepare again.",
        err=True,
    )
    if sys.stdin and sys.stdin.isatty() and not click.confirm("Train on them all the same?"):
        click.echo("not trained")
        raise SystemExit(1)
