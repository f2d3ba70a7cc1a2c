"""Files out, whole or not at all: any container to be filled, sound of every common kind, and sound coded for a film."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.errors import MediaError
from voicekit.files import atomic, explain_os_error
from voicekit.media.container import url

if TYPE_CHECKING:
    import av

#: suffix → FFmpeg's container and codec; the rates the codec knows, None for all; bits a second of a channel.
FORMATS: dict[str, tuple[str, str, tuple[int, ...] | None, int | None]] = {
    ".wav": ("wav", "pcm_s24le", None, None),
    ".flac": ("flac", "flac", None, None),
    ".mp3": ("mp3", "libmp3lame", (16000, 22050, 24000, 32000, 44100, 48000), 96_000),
    ".m4a": ("ipod", "aac", (16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000), 96_000),
    ".ogg": ("ogg", "libopus", (48000,), 64_000),
    ".opus": ("ogg", "libopus", (48000,), 64_000),
}
#: FFmpeg's name of a container → how it is written. MP4 and MOV: their index first, so that they play while they load.
#: A WAV of more than 4 GiB is still a WAV.
#: "unofficial" are the boxes of 360° films and of Dolby Vision, which every player of those reads.
_MP4 = {"movflags": "+faststart", "strict": "unofficial"}
_OPTIONS = {"mp4": _MP4, "mov": _MP4, "wav": {"rf64": "auto"}}
#: What FFmpeg calls so many channels in the order of `Sound`.
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def check_format(path: Path | str, channels: int = 1, sample_rate: int = 48_000) -> int:
    """Makes sure, before any work, that the ending of `path` is one that is written, and its encoder takes such a sound.

    Returns:
        The rate at which it is written: not every format knows every rate.

    Raises:
        MediaError: it is not, or does not.
    """
    import av

    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise MediaError(f"{path}: sound can be written as {', '.join(FORMATS)}; choose one of these endings")
    _, codec, rates, _ = FORMATS[suffix]
    try:
        encoder = av.CodecContext.create(codec, "w")
        encoder.format = encoder.codec.audio_formats[0]
        encoder.sample_rate, encoder.layout = _nearest(sample_rate, rates), LAYOUTS[channels]
        encoder.open()
        return encoder.sample_rate
    except (av.FFmpegError, ValueError, KeyError) as error:
        what = f"{channels} channels at {sample_rate} Hz"
        raise MediaError(f"{path}: {suffix} cannot hold {what}; choose another ending, such as .wav") from error


def write_sound(path: Path | str, blocks: Iterable[np.ndarray], sample_rate: int) -> None:
    """Writes blocks (channels, samples) in the format that the ending of `path` names: WAV and FLAC with 24 bits.

    Raises:
        MediaError: see `check_format`; there is no sample, or a format cannot hold so many channels.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    path = Path(path)
    blocks = iter(blocks)
    first = next(blocks, None)
    if first is None:
        raise MediaError(f"{path} would hold no sound at all")
    rate = check_format(path, len(first), sample_rate)
    container, codec, _, bit_rate = FORMATS[path.suffix.lower()]
    with written(path, container) as out:
        stream = out.add_stream(codec, rate=rate, layout=LAYOUTS[len(first)])
        if bit_rate:
            stream.bit_rate = bit_rate * len(first)
        elif codec == "flac":
            stream.codec_context.format = "s32"
        for packet in encoded(stream, chain((first,), blocks), sample_rate):
            out.mux(packet)


def as_mp3(waveform: np.ndarray, sample_rate: int, rate: int, bit_rate: int) -> bytes:
    """Mono sound (samples,) as an MP3 in memory, of `rate` Hz and `bit_rate` bits a second."""
    import av

    memory = BytesIO()
    with av.open(memory, "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = bit_rate
        for packet in encoded(stream, [waveform], sample_rate):
            out.mux(packet)
    return memory.getvalue()


def _nearest(sample_rate: int, rates: tuple[int, ...] | None) -> int:
    """The lowest of `rates` that loses nothing, or the highest."""
    if rates is None:
        return sample_rate
    return next((rate for rate in rates if rate >= sample_rate), rates[-1])


def encoded(stream, blocks: Iterable[np.ndarray], sample_rate: int) -> Iterator:
    """Packets of blocks (channels, samples). Their times start before zero, by the encoder's own delay."""
    import av

    position = 0
    for block in blocks:
        block = np.ascontiguousarray(np.atleast_2d(block), dtype=np.float32)
        if not block.shape[1]:  # a frame of nothing is an error to FFmpeg
            continue
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=LAYOUTS[len(block)])
        frame.sample_rate = sample_rate
        frame.time_base = Fraction(1, sample_rate)
        frame.pts = position
        position += frame.samples
        yield from stream.encode(frame)
    yield from stream.encode(None)


@contextmanager
def written(path: Path, container: str) -> Iterator["av.container.OutputContainer"]:
    """A container, by FFmpeg's name of it, to be filled: whole or not at all, with FFmpeg's errors put in words.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    import av

    with atomic(path) as partial:
        try:
            with av.open(url(partial), "w", format=container, container_options=_OPTIONS.get(container, {})) as out:
                yield out
        except av.FFmpegError as error:
            raise explain_os_error(OSError(error.errno, error.strerror), path) from error
