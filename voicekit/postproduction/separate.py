"""Separates speech from everything else into two files, each as long as the input; together they add up to it."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from voicekit.audio.treatment import Separator
from voicekit.core.errors import MediaError
from voicekit.core.files import claimed
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media import open_sound, write_sound
from voicekit.media.sound import Sound, watched
from voicekit.media.tracks import Wanted
from voicekit.media.write import told_format
from voicekit.postproduction.chain import spooled

#: What a million samples take on two CPU cores, about: taken apart, and written into one file.
_SEPARATING_S, _WRITING_S = 1.0, 0.05


def separate(
    path: Path | str,
    folder: Path | str,
    separator: Separator,
    suffix: str = ".wav",
    track: Wanted = None,
    reporter: Reporter = SILENT,
) -> list[Path]:
    """Writes STEM + `suffix` for each stem of `path` into `folder`; the files. Tags stay behind: a part is another work.

    Args:
        track: which of its sound tracks; None for the default one.

    Raises:
        MediaError: the file cannot be read or has no sound; `suffix` is none that is written, or a stem is the input itself.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    path, folder = Path(path), Path(folder)
    sound = open_sound(path, track=track)
    if "/" in suffix or "\\" in suffix:
        raise MediaError(f"'{suffix}' is not a file's ending; choose one such as .wav or .flac")
    for line in (*sound.notes, *told_format(folder / f"part{suffix}", sound.layout, sound.sample_rate)):
        reporter.note(line)
    millions = sound.duration_s * sound.sample_rate * sound.channels / 1e6
    with reporter.during("loading the separator"):
        separation = separator(watched(sound, "listening", reporter), reporter=reporter)
    reporter.expect(
        [("separating", _SEPARATING_S * millions), *[("writing", _WRITING_S * millions)] * len(separation.stems)]
    )
    files = [folder / f"{stem}{suffix}" for stem in separation.stems]
    for file in files:
        if file.exists() and file.samefile(path):
            raise MediaError(f"{file} is the input itself, which is never changed; choose another folder with -o")
    with ExitStack() as stack:
        if not folder.exists():
            stack.callback(_without, folder)
        stack.enter_context(claimed(*files))
        # Stems lie side by side as channels of one temporary file, so that the sound is taken apart only once.
        stacked = (
            block.reshape(-1, block.shape[2]) for block in separation.apply(watched(sound, "separating", reporter).read())
        )
        whole = replace(sound, channels=sound.channels * len(files))
        kept = stack.enter_context(spooled(stacked, whole, folder))
        for number, file in enumerate(files):
            part = watched(stem_of(kept, number, sound.channels), f"writing {file.name}", reporter)
            write_sound(file, part.read(), sound.sample_rate, sound.layout)
    return files


def _without(folder: Path) -> None:
    """Takes a folder away that is empty: one in which nothing came to be."""
    with suppress(OSError):
        folder.rmdir()


def stem_of(stems: Sound, number: int, channels: int) -> Sound:
    """One of the parts that lie side by side as channels of a sound."""

    def read() -> Iterator[np.ndarray]:
        for block in stems.read():
            yield block[number * channels : (number + 1) * channels]

    return replace(stems, channels=channels, read=read)
