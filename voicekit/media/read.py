"""The sound of any sound or film file, in blocks.

Time zero is the start of the presentation, as a player shows it: sample n of what is read is heard at time
n / sample_rate.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.audio.sound import Sound, regrouped
from voicekit.errors import MediaError
from voicekit.media.container import audio_stream, opened, origin_s, packets, probe

if TYPE_CHECKING:
    import av

#: Timestamps may be this far off what the samples add up to before it is a hole.
_JITTER_S = 0.05
#: Right after a damaged packet, what is missing is a hole however small.
_JITTER_DAMAGED_S = 0.004


def open_sound(path: Path | str, channels: int | None = None) -> Sound:
    """The first sound stream of any sound or film file, at its own rate.

    Args:
        channels: wanted; None for the file's own.

    Raises:
        MediaError: see `read_audio`.
    """
    info = probe(path)
    if not info.has_audio:
        raise MediaError(_NO_SOUND.format(path))
    rate, count = info.sample_rate, channels or info.channels
    return Sound(rate, count, info.duration_s, lambda: read_audio(path, rate, count, ceiling=None))


_NO_SOUND = "{} has no sound; give it a file with a sound track"


def read_audio(
    path: Path | str, sample_rate: int, channels: int = 1, block_s: float = 10.0, ceiling: float | None = 1.0
) -> Iterator[np.ndarray]:
    """Decodes the first sound stream of any sound or film file, resampled and mixed to `channels`.

    Holes in the timing (a stream that starts late, damaged packets) and samples that are no numbers become silence.

    Args:
        sample_rate: wanted, in Hz.
        channels: wanted: 1, 2, or as many as the file has; other layouts are mixed down without passing full scale.
        block_s: length of a block; the last one is shorter.
        ceiling: samples of float files that pass it are clipped; None keeps them.

    Yields:
        float32 (channels, samples), in [−1, 1] but without a ceiling.

    Raises:
        MediaError: the file is missing, empty, cut off, not sound or film, or no sound in it can be decoded.
    """
    path = Path(path)
    info = probe(path)
    with opened(path) as container:
        stream = audio_stream(container)
        if stream is None:
            raise MediaError(_NO_SOUND.format(path))
        pieces = _decoded(container, stream, sample_rate, channels, info.duration_s)
        empty = True
        for block in regrouped(pieces, max(1, round(block_s * sample_rate))):
            empty = False
            block = np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
            yield block if ceiling is None else np.clip(block, -ceiling, ceiling)
        if empty:
            raise MediaError(f"{path}: none of its sound can be decoded; it is damaged, export or copy it again")


def load_audio(path: Path | str, sample_rate: int, channels: int = 1) -> np.ndarray:
    """The whole sound of a short file, float32 (channels, samples). See `read_audio`."""
    return np.concatenate(list(read_audio(path, sample_rate, channels)), axis=1)


def _frames(container, stream) -> Iterator[tuple["av.AudioFrame", bool]]:
    """Decoded frames, each with whether a packet before it was damaged."""
    import av

    damaged = False
    for packet in packets(container, stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            damaged = True
            continue
        for frame in frames:
            yield frame, damaged
            damaged = False


def _decoded(container, stream, sample_rate: int, channels: int, duration_s: float) -> Iterator[np.ndarray]:
    """Arrays (channels, samples) of any length, placed in time: the sum of their lengths is the time passed.

    A *run* is a row of frames without a hole. Each run has its own resampler and starts at its own time.
    """
    import av

    layout = {1: "mono", 2: "stereo"}.get(channels)
    start_of_film_s = origin_s(container)
    resampler = setup = None
    written = 0  # samples yielded
    to_drop = 0  # samples of the run that lie before what is written already
    next_s = 0.0  # where the next frame of the run belongs

    def drain(frame):
        nonlocal written, to_drop
        for out in resampler.resample(frame) if resampler else ():
            samples = out.to_ndarray()[:, to_drop:]
            to_drop = max(0, to_drop - out.samples)
            written += samples.shape[1]
            yield samples

    for frame, damaged in _frames(container, stream):
        start_s = next_s if frame.pts is None else frame.time - start_of_film_s
        hole_s = start_s - next_s
        believable = start_s <= duration_s + 1 and hole_s > -1  # else the timestamps are broken, not the sound
        jitter_s = _JITTER_DAMAGED_S if damaged else _JITTER_S
        new_setup = (frame.sample_rate, frame.format.name, frame.layout.name)
        if setup != new_setup or (abs(hole_s) > jitter_s and believable):
            yield from drain(None)
            if believable or resampler is None:
                next_s = start_s
            setup = new_setup
            # rematrix_maxval: six channels at full scale still fit into one.
            layout = layout or frame.layout.name  # the first one holds to the end
            resampler = av.AudioResampler("fltp", layout, sample_rate, options={"rematrix_maxval": "1.0"})
            missing = round(next_s * sample_rate) - written
            to_drop = max(0, -missing)
            while missing > 0:
                silence = np.zeros((channels, min(missing, sample_rate)), dtype=np.float32)
                written += silence.shape[1]
                missing -= silence.shape[1]
                yield silence
        next_s += frame.samples / frame.sample_rate
        frame.pts = None  # the run has its own clock
        yield from drain(frame)
    yield from drain(None)
