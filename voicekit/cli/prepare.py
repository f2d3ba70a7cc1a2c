"""voicekit prepare."""

from pathlib import Path

import click

from voicekit.cli.options import Name, asr_model, audio_track
from voicekit.cli.paste import command_line, pasteable
from voicekit.core.wording import quoted

#: So many of the least sure guesses are shown.
_MOST_GUESSES = 8


@click.command()
@click.argument("recordings", metavar="RECORDINGS_DIR", type=click.Path(path_type=Path))
@click.option("--name", type=Name(), help="Name of the dataset; else the folder's name.")
@click.option("--corpus", help="The folder is this public corpus, e.g. kathleen; see datasets/*.toml.")
@click.option("--language", help="The language spoken, as espeak-ng calls it, e.g. en-us, de.  [default: en-us]")
@click.option("--speaker", help="Of a corpus of many speakers, only this one.")
@click.option("--without", multiple=True, help="Leave out the recordings of this name; * stands for anything.")
@click.option("--transcriber", help="Who writes texts and checks given ones: whisper, pocketsphinx or a plug-in.")
@asr_model
@click.option("--recipe", type=click.Path(path_type=Path), help="A TOML file of these settings.")
@click.option("--out", type=click.Path(path_type=Path), default="datasets", show_default=True, help="Where datasets lie.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes.  [default: one a core]")
@audio_track("Which sound track to take of files that have several, from 1; all mixes them. Without it, the default one.")
def command(
    recordings: Path,
    name: str | None,
    out: Path,
    jobs: int | None,
    recipe: Path | None,
    asr_model: Path | None,
    audio_track: int | str | None,
    without: tuple[str, ...],
    **settings: str | None,
) -> None:
    """Turn a folder of recordings into a dataset to train on.

    Any sound or film files, of any rate. Texts are taken from a table (metadata.csv: id|text, and what other programs make)
    or from a .txt beside each recording, however long; where there are none, speech recognition writes them. Recordings
    are never changed. Stopped half-way, the same command goes on where it was.

    Example: voicekit prepare recordings/
    """
    import os
    from dataclasses import replace

    from voicekit.cli.terminal import Terminal
    from voicekit.core.settings import read_toml
    from voicekit.dataset.prepare import prepare
    from voicekit.dataset.recording_job import PrepareConfig

    config = read_toml(recipe, PrepareConfig()) if recipe else PrepareConfig()
    chosen = {**settings, "asr_model": asr_model, "track": audio_track}
    config = replace(config, without=without or config.without)
    config = replace(config, **{key: str(value) for key, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with Terminal() as reporter:
        summary = prepare(recordings, out, name, config, jobs or cores, reporter)
    _show(summary)


def _show(summary) -> None:
    import rich.console
    import rich.table

    console = rich.console.Console(highlight=False, soft_wrap=True)
    table = rich.table.Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    rows = {
        "recordings": f"{summary.recordings}, {summary.minutes_recorded:.1f} minutes",
        "kept": f"{summary.minutes_kept:.1f} minutes in {summary.utterances} utterances ({summary.held_out} held out)",
        "dropped": f"{summary.minutes_dropped:.1f} minutes",
        "level": f"speech {summary.speech_db:.0f} dB as recorded; now {summary.rms_range_db[0]:.1f} to"
        f" {summary.rms_range_db[1]:.1f} dB RMS, true peak at most {summary.true_peak_db:.1f} dB",
        "noise floor": f"{summary.noise_floor_db:.0f} dB as recorded, {summary.speech_db - summary.noise_floor_db:.0f} dB"
        f" below the speech; {summary.denoised or 'no'} utterances denoised",
        "clipping": f"{summary.clipped:.2%} of the samples, in {summary.clipped_recordings} recordings"
        if summary.clipped_recordings
        else "none",
        "how far": summary.how_far,
    }
    for label, value in rows.items():
        table.add_row(label, value)
    console.print(table, markup=False)
    for name, reason in summary.unusable[:10]:
        console.print(f"not used: {name}: {reason}", markup=False)
    if len(summary.unusable) > 10:
        console.print(f"not used: {len(summary.unusable) - 10} more; see {summary.dataset / 'rejected.jsonl'}", markup=False)
    for reason, count in summary.reasons:
        console.print(f"dropped {count}x: {reason}", markup=False)
    for note in summary.notes:
        console.print(f"note: {note}", markup=False)
    _show_next(summary, console)


def _show_next(summary, console) -> None:
    """What to do now: to read the guesses, or to record more, before a voice is trained."""
    from voicekit.dataset.guesses import FILE, listen_to

    again = command_line()
    steps = []
    if guesses := [utterance for utterance in summary.guessed.worst_first if utterance.text]:
        bad = sum(utterance in summary.guessed.left_out for utterance in guesses)
        worst = f", of which {bad} too bad to be taught" if bad else ""
        console.print(f"guesses: {len(guesses)}{worst}; the least sure:", markup=False)
        for utterance in guesses[:_MOST_GUESSES]:
            where = summary.dataset / listen_to(utterance)
            console.print(f"  {utterance.sureness:4.0%} sure  {where}  “{utterance.text}”", markup=False)
        steps.append(f"correct {summary.dataset / FILE} (the least sure come first), then: {again}")
        if summary.offer:
            steps[-1] += f"\n  or let Whisper listen, then the same; {pasteable(summary.offer)}"
    if summary.is_too_short:
        steps.append(f"record more into the same folder, then: {again}")
    steps.append(pasteable(f"voicekit train {quoted([summary.dataset])}"))
    for word, step in zip(("next", "then", "then"), steps, strict=False):
        console.print(f"{word}: {step}", markup=False)
