"""Output files, whole or not at all: any container to fill, sound of every common kind, and sound coded for a film."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.core.files import atomic, explain_os_error, is_of_the_disk
from voicekit.media.channels import usual
from voicekit.media.container import url
from voicekit.media.layout import add_sound_stream, as_frame, words_for
from voicekit.media.sound import Layout
from voicekit.media.tags import NO_TAGS, Tags, add_tags, held, lost, options_for

if TYPE_CHECKING:
    import av
    from _typeshed import SupportsWrite

#: suffix → FFmpeg's container and codec; the rates the codec takes, None for all; bits a second of a channel.
FORMATS: dict[str, tuple[str, str, tuple[int, ...] | None, int | None]] = {
    ".wav": ("wav", "pcm_s24le", None, None),
    ".flac": ("flac", "flac", None, None),
    ".mp3": ("mp3", "libmp3lame", (16000, 22050, 24000, 32000, 44100, 48000), 96_000),
    ".m4a": ("mp4", "aac", (16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000), 96_000),
    ".m4b": ("mp4", "aac", (16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000), 96_000),
    ".ogg": ("ogg", "libopus", (48000,), 64_000),
    ".opus": ("ogg", "libopus", (48000,), 64_000),
}
#: Those, and AAC as it comes over a network.
STREAMED = {**FORMATS, ".aac": ("adts", *FORMATS[".m4a"][1:])}
#: LAME makes what it encodes softer, at least bits a second → by this factor (its table of ABR presets, and as measured: a
#: tone of 440 Hz came back 0.445 dB softer at 96 kbit/s, and 0.264 dB at 192).
_LAME_SOFTER = ((320_000, 1.0), (256_000, 1.0), (224_000, 0.98), (160_000, 0.97), (0, 0.95))
#: The most that MP3 knows below 32 kHz (MPEG-2 layer III).
_MOST_OF_MPEG2 = 160_000
#: FFmpeg's name of a container → the options it is written with. MP4 and MOV put their index first, so that they play while
#: they load. A WAV of more than 4 GiB is still a WAV. "unofficial" allows the boxes of 360° films and of Dolby Vision, which
#: every player of those reads.
_MP4 = {"movflags": "+faststart", "strict": "unofficial"}
_OPTIONS = {"mp4": _MP4, "mov": _MP4, "wav": {"rf64": "auto"}}
#: The same, of what is listened to while it is written. A page of Ogg is held back until it is full: a second, by itself.
_STREAM_OPTIONS = {"ogg": {"page_duration": "100000"}}


def check_format(path: Path | str, channels: int = 1, sample_rate: int = 48_000, layout: Layout = ()) -> int:
    """Makes sure, before any work, that the ending of `path` is one that is written, and its encoder takes such a sound.

    Args:
        layout: where the channels belong; () for the usual places of so many.

    Returns:
        The rate at which it is written: not every format knows every rate.

    Raises:
        MediaError: it is not, or does not.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise MediaError(f"{path}: sound can be written as {', '.join(FORMATS)}; choose one of these endings")

    def taken(ending: str) -> bool:
        _, codec, rates, _ = FORMATS[ending]
        return encoder_word(codec, layout or usual(channels), nearest(sample_rate, rates)) is not None

    if not taken(suffix):
        what = f"{channels} channel{'s' * (channels > 1)} at {sample_rate} Hz"
        others = " or ".join(filter(taken, FORMATS))
        raise MediaError(f"{path}: {suffix} cannot hold {what}; choose the ending {others}")
    return nearest(sample_rate, FORMATS[suffix][2])


def told_format(path: Path | str, layout: Layout, sample_rate: int) -> tuple[str, ...]:
    """A line for each thing that is written otherwise than it came, because the format of `path` knows no better."""
    path, told = Path(path), []
    suffix = path.suffix.lower()
    if (rate := check_format(path, len(layout), sample_rate, layout)) != sample_rate:
        told.append(f"{path}: {suffix} knows no {sample_rate} Hz; it is written at {rate} Hz")
    if len(layout) > 2 and not any(layout) and suffix != ".wav":
        told.append(
            f"{path}: {suffix} gives each of {len(layout)} channels a loudspeaker, which they did not have; .wav does not"
        )
    return tuple(told)


def told_tags(path: Path | str, tags: Tags) -> tuple[str, ...]:
    """A line each for the tags that the format of `path` cannot hold, and for those that would be wrong of another level."""
    path, told = Path(path), []

    def missing(suffix: str) -> list[str]:
        container, codec, rates, _ = FORMATS[suffix]
        return lost(tags, held(tags, container, codec, nearest(48_000, rates)))

    suffix = path.suffix.lower()
    if gone := missing(suffix):
        better = next((other for other in FORMATS if other != suffix and not missing(other)), "")
        hint = f"; {better} keeps them" if better else ""
        told.append(f"{path}: {suffix} cannot hold {', '.join(gone)}: left out{hint}")
    if tags.loudness:
        told.append(f"{path}: {', '.join(tags.loudness)} left out: they tell how loud the old sound was")
    return tuple(told)


def encoder_word(codec: str, layout: Layout, sample_rate: int) -> str | None:
    """What FFmpeg calls the layout in which `codec` encodes such channels; None where it takes them in no way."""
    import av

    if codec == "libopus":  # FFmpeg 8 puts five and seven in a wrong order; others, it calls by names that they have not
        known = (1, 2, 4, 6, 8) if any(layout) else (1, 2, 4)
        layout = layout if len(layout) in known or layout == ("FL", "FR", "FC") else ()
    words = words_for(layout) if layout else []
    if codec == "aac":  # of two words for the same loudspeakers, the one that needs no table of its own in the file
        words.sort(key=lambda word: word != "+".join(usual(len(layout))))
    for word in words:
        encoder = av.CodecContext.create(codec, "w")
        if not isinstance(encoder, av.AudioCodecContext) or not encoder.codec.audio_formats:
            return None
        encoder.format, encoder.sample_rate = encoder.codec.audio_formats[0], sample_rate
        with suppress(av.FFmpegError, ValueError):
            encoder.layout = word
            encoder.open()
            return word
    return None


def write_sound(
    path: Path | str,
    blocks: Iterable[np.ndarray],
    sample_rate: int,
    layout: Layout = (),
    tags: Tags = NO_TAGS,
    mp3_bit_rate: int = 0,
) -> None:
    """Writes blocks (channels, samples) in the format that the ending of `path` names: WAV and FLAC with 24 bits.

    Args:
        layout: where the channels belong; () for the usual places of so many.
        tags: what the file is to say of itself, as far as the format can hold it; see `told_tags`.
        mp3_bit_rate: of an MP3, constant, in bits a second; 0 for the usual one.

    Raises:
        MediaError: see `check_format`; there is no sample, or a format cannot hold so many channels.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    path = Path(path)
    blocks = iter(blocks)
    first = next(blocks, None)
    if first is None:
        raise MediaError(f"{path} would hold no sound at all")
    rate = check_format(path, len(first), sample_rate, layout)
    container, codec, _, bit_rate = FORMATS[path.suffix.lower()]
    if tags != NO_TAGS:
        tags = held(tags, container, codec, rate)
    with open_output(path, container, options_for(tags, container)) as out:
        stream = _sound_stream(out, codec, bit_rate, rate, layout or usual(len(first)))
        if codec == "libmp3lame" and mp3_bit_rate:
            stream.bit_rate = mp3_bit_rate
        for cover in add_tags(out, stream, tags):
            out.mux(cover)
        for packet in encoded(stream, _as_loud(stream, chain((first,), blocks)), sample_rate):
            out.mux(packet)


def stream_sound(
    file: "SupportsWrite[bytes]", ending: str, blocks: Iterable[np.ndarray], sample_rate: int
) -> Iterator[None]:
    """Writes mono blocks into an open file, and yields after each: what there is of it can be sent on.

    Args:
        file: where it cannot seek, as a pipe, the header tells no length.
        ending: names the format, as for `write_sound`, or ".aac" (ADTS).

    Raises:
        MediaError: FFmpeg cannot write it.
    """
    import av

    container, codec, rates, bit_rate = STREAMED[ending]
    rate = nearest(sample_rate, rates)
    try:
        with av.open(file, "w", format=container, container_options=_STREAM_OPTIONS.get(container, {})) as out:
            stream = _sound_stream(out, codec, bit_rate, rate, usual(1))
            for frame in _frames(stream, _as_loud(stream, blocks), sample_rate):
                out.mux(stream.encode(frame))
                yield
            out.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise MediaError(
            f"the sound cannot be written as {ending} (FFmpeg says: {error.strerror}); choose another"
        ) from error
    yield


def _sound_stream(
    out: "av.container.OutputContainer", codec: str, bit_rate: int | None, rate: int, layout: Layout
) -> "av.AudioStream":
    """A stream of sound, coded as well as FORMATS says."""
    stream = add_sound_stream(out, codec, rate, encoder_word(codec, layout, rate))
    if bit_rate:
        stream.bit_rate = bit_rate * len(layout)
    elif codec == "flac":
        stream.codec_context.format = "s32"
    return stream


def _as_loud(stream: "av.AudioStream", blocks: Iterable[np.ndarray]) -> Iterable[np.ndarray]:
    """Blocks that come back from the encoder as loud as they are."""
    if stream.codec_context.name != "libmp3lame":
        return blocks
    gain = np.float32(1 / _softer(stream.bit_rate or 0, stream.rate))
    return (block * gain for block in blocks)


def _softer(bit_rate: int, rate: int) -> float:
    """By which factor LAME makes a sound softer."""
    if rate < 32_000 and bit_rate >= _MOST_OF_MPEG2:
        return 0.95
    return next(factor for least, factor in _LAME_SOFTER if bit_rate >= least)


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


def nearest(sample_rate: int, rates: tuple[int, ...] | None) -> int:
    """The lowest of `rates` that loses nothing, or the highest."""
    if rates is None:
        return sample_rate
    return next((rate for rate in rates if rate >= sample_rate), rates[-1])


def encoded(stream, blocks: Iterable[np.ndarray], sample_rate: int) -> Iterator:
    """Packets of blocks (channels, samples). Their times start before zero, by the encoder's own delay."""
    for frame in _frames(stream, blocks, sample_rate):
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _frames(stream, blocks: Iterable[np.ndarray], sample_rate: int) -> Iterator["av.AudioFrame"]:
    """Blocks as the frames that a stream takes, one behind the other."""
    layout, position = stream.codec_context.layout, 0
    for block in blocks:
        block = np.atleast_2d(block)
        if not block.shape[1]:  # a frame of nothing is an error to FFmpeg
            continue
        word = layout.name if layout.nb_channels == len(block) else words_for(usual(len(block)))[0]
        frame = as_frame(block, word, sample_rate)
        frame.time_base, frame.pts = Fraction(1, sample_rate), position
        position += frame.samples
        yield frame


@contextmanager
def open_output(
    path: Path, container: str, options: dict[str, str] | None = None
) -> Iterator["av.container.OutputContainer"]:
    """A container, by FFmpeg's name of it, to be filled: whole or not at all, with FFmpeg's errors put in words.

    Raises:
        VoicekitError: the disk is full, the folder cannot be written to.
        MediaError: FFmpeg cannot put what it is given into such a file.
    """
    import av

    with atomic(path) as partial:
        try:
            with av.open(
                url(partial), "w", format=container, container_options=_OPTIONS.get(container, {}) | (options or {})
            ) as out:
                yield out
        except av.FFmpegError as error:
            if is_of_the_disk(error.errno):
                raise explain_os_error(OSError(error.errno, error.strerror), path) from error
            # Level, module, text: what its stub calls the log is what FFmpeg gave to PyAV before it was unpacked.
            reason = (error.log and error.log[2].strip()) or error.strerror  # type: ignore[misc]
            raise MediaError(f"{path} cannot be made (FFmpeg says: {reason}); try another ending") from error
