"""Sound post-production in one call: the usual steps, or some of them, for a purpose."""

from pathlib import Path

from voicekit.audio.presets import find_preset
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.tracks import Wanted
from voicekit.postproduction.chain import run_chain
from voicekit.postproduction.steps import USUAL, find_steps


def post(
    recording: Path | str,
    out: Path | str,
    preset: str = "podcast",
    steps: tuple[str, ...] = USUAL,
    track: Wanted = None,
    reporter: Reporter = SILENT,
) -> None:
    """Makes the sound of a recording or film right; a film's picture is copied as it is.

    Each step listens first, tells what it found, and leaves alone what needs nothing.

    Args:
        out: the file to write; its ending says which kind.
        preset: what it is for: "podcast", "ebu", "youtube", "acx" or "film".
        steps: what to do, in this order, of "denoise", "restore", "enhance" and "master".
        track: which of its sound tracks; None for the default one.

    Raises:
        ConfigError: a step or preset is unknown, `out` is the recording itself.
        MediaError: the recording cannot be read or has no sound, the ending of `out` is not known.
        VoicekitError: the disk is full, the folder cannot be written to.

    Example:
        >>> post("interview.mp4", "interview.post.mp4", preset="youtube")  # doctest: +SKIP
    """
    run_chain(recording, out, find_steps(steps, preset), track, reporter, find_preset(preset))
