"""voicekit convert"""

from pathlib import Path

import click

from voicekit.cli.options import asr_model, audio_track, out_beside


@click.command()
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--voice", help="Name or folder of the voice it becomes; without it, the newest.")
@out_beside("converted")
@click.option("--text", help="What is said in it, or the file of that name; without it, the words are transcribed.")
@click.option("--language", help="The language that is spoken, such as de; without it, that of the text, else the voice's.")
@click.option(
    "--only-voice/--keep-sound",
    default=None,
    help="Whether anything but the voice is heard: music, noises, the room.  [default: kept in a film]",
)
@click.option("--transcriber", help="Who writes down what is said: whisper, pocketsphinx, or another plug-in.")
@asr_model
@audio_track()
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda.")
def command(
    recording: Path,
    voice: str | None,
    out: Path | None,
    text: str | None,
    language: str | None,
    only_voice: bool | None,
    transcriber: str | None,
    asr_model: Path | None,
    audio_track: int | str | None,
    device: str,
) -> None:
    """Say in your voice what somebody says in RECORDING, with their timing and melody.

    It may be a film: its picture is copied as it is, and only the speech is replaced. What was converted is kept: run the
    same command again to go on. Convert only the speech of people who agreed.

    \b
    Examples: voicekit convert take.wav --voice me -o take.me.wav
              voicekit convert interview.mp4 --voice me --text said.txt -o interview.me.mp4
    """
    from voicekit.cli.paste import tell_how_to_open
    from voicekit.cli.terminal import Terminal
    from voicekit.conversion.convert import convert
    from voicekit.media import default_out

    with Terminal() as reporter:
        out = out or default_out(recording, "converted")
        convert(
            recording, out, voice, text=_read(text, reporter.note), language=language or None, only_voice=only_voice,
            transcriber=transcriber, asr_model=asr_model, track=audio_track, device=device, reporter=reporter,
        )  # fmt: skip
    click.echo(out)
    tell_how_to_open(out)


def _read(text: str | None, note) -> str | None:
    """The text itself, or that in the file it names."""
    from voicekit.core.errors import ScriptError
    from voicekit.core.files import as_text
    from voicekit.text.read import read_text

    if text is None:
        return None
    given = as_text(text)
    if "\n" not in given and len(given) < 255 and Path(text).is_file():
        return read_text(Path(text), note)
    if len(given.split()) == 1 and Path(given).suffix:
        raise ScriptError(f"the file {given} does not exist; name the file of what is said, or write the words")
    return given
