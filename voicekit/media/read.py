"""The sound of any sound or film file, in blocks.

Time zero is the start of the presentation, as a player shows it: sample n of what is read is heard at time
n / sample_rate.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.media.channels import mixed, placed
from voicekit.media.container import MediaInfo, open_input, origin_s, packets, probe
from voicekit.media.layout import Resampler, layout_of, names_in, word_of
from voicekit.media.sound import Layout, Sound, regrouped
from voicekit.media.tracks import Wanted

if TYPE_CHECKING:
    import av

#: Timestamps may be this far off the sum of the samples before the difference counts as a gap.
_JITTER_S = 0.05
#: Only damage makes samples of a float file this large: even unscaled 32-bit ones stay below.
_NONSENSE = 1e12
#: Right after a damaged packet even a short difference is a gap.
_JITTER_DAMAGED_S = 0.004


def open_sound(path: Path | str, channels: int | None = None, sample_rate: int | None = None, track: Wanted = None) -> Sound:
    """The sound of any sound or film file.

    Holes in the timing (a stream that starts late, damaged packets) and samples that are no numbers become silence; samples
    of float files may pass full scale.

    Args:
        channels: wanted: 1, 2, or as many as the file has; None for the file's own. See `audio.channels.mixed`.
        sample_rate: wanted, in Hz; None for the file's own.
        track: which of its sound tracks; None for the default one.

    Raises:
        MediaError: the file is missing, empty, cut off, not sound or film, or no sound in it can be decoded.
    """
    path = Path(path)
    info = probe(path, track)
    if not info.has_audio:
        raise MediaError(no_sound(info))
    rate = sample_rate or info.sample_rate
    notes = (*info.notes, *info.tracks_told())
    sound = Sound(rate, info.channels, info.duration_s, lambda: _read(info, rate), info.layout, notes)
    return sound if channels is None else mixed(sound, channels)


def no_sound(info: MediaInfo) -> str:
    """What to tell a person about a file in which nothing is heard."""
    if not info.tracks:
        return f"{info.path} has no sound; give it a file with a sound track"
    found = ", ".join(map(str, info.tracks))
    return f"{info.path}: none of its sound can be decoded: {found}; export or copy it again"


def read_audio(
    path: Path | str,
    sample_rate: int,
    channels: int = 1,
    block_s: float = 10.0,
    ceiling: float | None = 1.0,
    track: Wanted = None,
) -> Iterator[np.ndarray]:
    """The sound of any sound or film file, as `open_sound` has it, from its start.

    Args:
        sample_rate: wanted, in Hz.
        block_s: length of a block; the last one is shorter.
        ceiling: samples of float files that pass it are clipped; None keeps them.

    Yields:
        float32 (channels, samples), in [−1, 1] but without a ceiling.

    Raises:
        MediaError: see `open_sound`.
    """
    sound = open_sound(path, channels, sample_rate, track)
    for block in regrouped(sound.read(), max(1, round(block_s * sample_rate))):
        yield block if ceiling is None else np.clip(block, -ceiling, ceiling)


def load_audio(path: Path | str, sample_rate: int, channels: int = 1, track: Wanted = None) -> np.ndarray:
    """The whole sound of a short file, float32 (channels, samples). See `read_audio`."""
    return np.concatenate(list(read_audio(path, sample_rate, channels, track=track)), axis=1)


def _read(info: MediaInfo, sample_rate: int) -> Iterator[np.ndarray]:
    """Blocks of a second of the tracks that are heard, the mean of them where there are several."""
    sources = [regrouped(_track(info, one.number, sample_rate), sample_rate) for one in info.heard]
    empty = True
    while blocks := [block for block in (next(source, None) for source in sources) if block is not None]:
        empty = False
        block = blocks[0]
        if len(sources) > 1:
            longest = max(one.shape[1] for one in blocks)
            padded = (np.pad(one, ((0, 0), (0, longest - one.shape[1]))) for one in blocks)
            block = sum(padded, np.zeros((len(block), longest), np.float32)) / np.float32(len(sources))
        np.copyto(block, 0.0, where=~(np.abs(block) < _NONSENSE))  # NaN too
        yield block
    if empty:
        raise MediaError(f"{info.path}: none of its sound can be decoded; it is damaged, export or copy it again")


def _track(info: MediaInfo, number: int, sample_rate: int) -> Iterator[np.ndarray]:
    with open_input(info.path) as container:
        stream = container.streams.audio[number - 1]
        names = layout_of(stream.codec_context)
        yield from _decoded(container, stream, names, sample_rate, info.layout, info.duration_s)


def _frames(container: "av.container.InputContainer", stream: "av.AudioStream") -> Iterator[tuple["av.AudioFrame", bool]]:
    """Decoded frames, each with whether a packet before it was damaged."""
    import av

    damaged = False
    for packet in packets(container, stream):
        try:
            frames = stream.decode(packet)
        except av.FFmpegError:
            damaged = True
            continue
        for frame in frames:
            yield frame, damaged
            damaged = False


class _Run:
    """A row of frames of one kind without a hole: it has its own resampler and starts at its own time.

    Attributes:
        to_drop: samples of it that lie before what was given already.
    """

    def __init__(self, kind: tuple[int, str, str], names: Layout, layout: Layout, sample_rate: int) -> None:
        self.kind, self.to_drop = kind, 0
        self._resampler, self._gains = Resampler(sample_rate, len(names)), placed(names, layout)

    def blocks(self, frame: "av.AudioFrame | None") -> Iterator[np.ndarray]:
        for block in self._resampler.blocks(frame):
            kept = block[:, self.to_drop :]
            self.to_drop = max(0, self.to_drop - block.shape[1])
            yield kept if self._gains is None else self._gains @ kept


def _decoded(container, stream, names: Layout, sample_rate: int, layout: Layout, duration_s: float) -> Iterator[np.ndarray]:
    """Arrays (channels, samples) of any length, placed in time: the sum of their lengths is the time passed.

    Args:
        names: where the channels of the stream belong as it begins.
        layout: the channels that are wanted.
    """
    start_of_film_s = origin_s(container)
    run: _Run | None = None
    given = 0  # samples
    next_s = 0.0  # where the next frame of the run belongs
    for frame, damaged in _frames(container, stream):
        start_s = next_s if frame.time is None else frame.time - start_of_film_s
        hole_s = start_s - next_s
        believable = start_s <= duration_s + 1 and hole_s > -1  # else the timestamps are broken, not the sound
        jitter_s = _JITTER_DAMAGED_S if damaged else _JITTER_S
        kind = frame.sample_rate, frame.format.name, word_of(frame.layout)
        if run is None or run.kind != kind or (abs(hole_s) > jitter_s and believable):
            for block in run.blocks(None) if run else ():
                given += block.shape[1]
                yield block
            if believable or run is None:
                next_s = start_s
            if (run and run.kind[2] != kind[2]) or len(names) != frame.layout.nb_channels:
                names = names_in(kind[2])
            run = _Run(kind, names, layout, sample_rate)
            missing = round(next_s * sample_rate) - given
            run.to_drop = max(0, -missing)
            while missing > 0:
                silence = np.zeros((len(layout), min(missing, sample_rate)), dtype=np.float32)
                given += silence.shape[1]
                missing -= silence.shape[1]
                yield silence
        next_s += frame.samples / frame.sample_rate
        frame.pts = None  # the run has its own clock
        for block in run.blocks(frame):
            given += block.shape[1]
            yield block
    for block in run.blocks(None) if run else ():
        yield block
