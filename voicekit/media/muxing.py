"""New sound under an old picture: the picture's packets stay the same bytes, unless it is to be re-encoded."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicekit.core.errors import MediaError
from voicekit.media import burn as burning
from voicekit.media import recode
from voicekit.media.channels import usual
from voicekit.media.container import extent_of, open_input, picture_in, probe
from voicekit.media.copy import (
    can_copy,
    copied,
    copy_attachments,
    copy_metadata,
    copy_picture,
    copy_sound,
    copy_subtitles,
    takes_cover,
    takes_subtitle,
)
from voicekit.media.extent import is_cover
from voicekit.media.languages import track_language
from voicekit.media.sound import Layout
from voicekit.media.subtitle_track import Timed, add_captions
from voicekit.media.tracks import EMPTY, SoundTrack
from voicekit.media.write import FORMATS, encoded, encoder_word, open_output

if TYPE_CHECKING:
    import av

SAMPLE_RATE = 48_000
BIT_RATE = 192_000
#: suffix → FFmpeg's name of the container, and the codec of its sound.
CONTAINERS = {
    ".mp4": ("mp4", "aac"),
    ".m4v": ("mp4", "aac"),
    ".mov": ("mov", "aac"),
    ".mkv": ("matroska", "aac"),
    ".webm": ("webm", "libopus"),
}
#: Containers that say at which time of day a film begins.
_WITH_TIMECODE = ("mp4", "mov", "matroska")


def default_out(path: Path, word: str) -> Path:
    """Where what is made of `path` goes unless somebody says: NAME.word in the current folder, with its ending where that is
    one that is written, else .mkv for a film and .wav for a sound.

    Raises:
        MediaError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in (*CONTAINERS, *FORMATS):
        suffix = ".mkv" if probe(path).has_video else ".wav"
    return Path(f"{path.stem}.{word}{suffix}")


@dataclass(frozen=True)
class Extras:
    """What a film gets besides its new sound. Times are in seconds from the start of the presentation.

    Attributes:
        subtitles: (start, end, text) of a track that the viewer turns on; text is plain, of lines.
        language: of the new sound and the subtitles, as "eng" or "en-us".
        chapters: (start, end, title); they replace the film's own.
        keep_sound: the film's own sound stays too, as it is, in tracks before the new one, which players choose; the new
            one is then called "Narration".
    """

    subtitles: Sequence[Timed] = ()
    language: str = "und"
    chapters: Sequence[Timed] = ()
    keep_sound: bool = False


NO_EXTRAS = Extras()


def check_mux(video_path: Path | str, out_path: Path | str, *, reencode: bool = False, keep_sound: bool = False) -> None:
    """Makes sure, before any work, that a file named `out_path` can hold the picture of `video_path`.

    Args:
        reencode: the picture is not copied: any can be held.
        keep_sound: it has to hold the sound as well.

    Raises:
        MediaError: there is no picture, the ending is unknown, or its container cannot hold a codec.
    """
    out_path = Path(out_path)
    suffix = out_path.suffix.lower()
    if suffix not in CONTAINERS:
        raise MediaError(f"{out_path}: a film can be written as {', '.join(CONTAINERS)}; choose one of these endings")
    with open_input(Path(video_path)) as film:
        video = picture_in(film, video_path)
        container = CONTAINERS[suffix][0]
        other = "" if suffix == ".mkv" else "let the output end in .mkv, or "  # which holds nearly everything
        if not reencode and not can_copy(copy_picture, video, container):
            raise MediaError(
                f"{out_path}: a {suffix} file cannot hold {_codec(video)} video as it is; {other}"
                "re-encode the picture (narrate --reencode)"
            )
        if not reencode and (why := _hides(film, video, container)):
            raise MediaError(f"{video_path} {why}; re-encode the picture (narrate --reencode)")
        for audio in film.streams.audio if keep_sound else ():
            if audio.codec_context is not None and not can_copy(copy_sound, audio, container):
                raise MediaError(
                    f"{out_path}: a {suffix} file cannot hold the film's own {_codec(audio)} sound as it is; "
                    f"{other}leave that sound out with --track replace"
                )


def sound_kind(out_path: Path | str, layout: Layout) -> tuple[str, str]:
    """The codec for the new sound of a film named `out_path`, and FFmpeg's word for the layout in it.

    Raises:
        MediaError: its container can hold no such sound.
    """
    container, codec = CONTAINERS[Path(out_path).suffix.lower()]
    for kind in (codec, "pcm_s24le") if container in ("matroska", "mov") else (codec,):
        if word := encoder_word(kind, layout, SAMPLE_RATE):
            return kind, word
    raise MediaError(f"{out_path}: the sound's {len(layout)} channels cannot go into such a film; end its name in .mkv")


def can_stay(video_path: Path | str, out_path: Path | str, tracks: Iterable[SoundTrack]) -> tuple[int, ...]:
    """The numbers of the sound tracks of a film, among `tracks`, that can be copied into `out_path`."""
    container = CONTAINERS[Path(out_path).suffix.lower()][0]
    with open_input(Path(video_path)) as film:
        streams = film.streams.audio
        return tuple(
            track.number
            for track in tracks
            if track.fault != EMPTY
            and streams[track.number - 1].codec_context is not None
            and can_copy(copy_sound, streams[track.number - 1], container)
        )


def left_out(video_path: Path | str, out_path: Path | str, *, reencode: bool = False) -> str:
    """What of a film does not come along into `out_path`, besides its sound, and what to do; "" where all does."""
    video_path, out_path = Path(video_path), Path(out_path)
    own, suffix = (path.suffix.lower() for path in (video_path, out_path))
    with open_input(video_path) as film:
        video = picture_in(film, video_path)
        lost = _lost(film, video, CONTAINERS[suffix][0])
        better = own in CONTAINERS and sum(_lost(film, video, CONTAINERS[own][0]).values()) < sum(lost.values())
    named = [f"{count} {name}{'s' * (count > 1)}" for name, count in lost.items() if count]
    said = []
    if named:
        hint = f"; end the film's name in {own} to keep more" if better else ""
        said.append(f"{video_path}: {' and '.join(named)} of it will not be in the {suffix} file{hint}")
    facts = recode.facts(video_path) if reencode or suffix == ".mov" else []
    if reencode:
        facts += recode.reduced(video_path, CONTAINERS[suffix][0])
    if reencode and facts:
        said.append(f"{video_path}: re-encoding its picture drops {' and '.join(facts)}")
    elif facts := [fact for fact in facts if fact in recode.NOT_IN_MOV]:
        said.append(f"{video_path}: a .mov file does not keep {' and '.join(facts)}; end the film's name in .mp4 for that")
    return "\n".join(said)


def _lost(film, video, container: str) -> dict[str, int]:
    """How many streams of each kind a container does not get."""
    pictures = [stream for stream in film.streams.video if stream.index != video.index]
    data = [stream for stream in film.streams.data if not _is_chapters(stream)]
    timecodes = [stream for stream in data if "timecode" in stream.metadata]
    return {
        "subtitle track": sum(not takes_subtitle(one, film, container) for one in film.streams.subtitles),
        "attachment": 0 if container == "matroska" else len(film.streams.attachments),
        "cover": sum(is_cover(one) and not takes_cover(one, container) for one in pictures),
        "further picture": sum(not is_cover(one) for one in pictures),
        "data track": len(data) - len(timecodes),
        "timecode track": 0 if container in _WITH_TIMECODE else len(timecodes),
    }


def _is_chapters(stream) -> bool:
    """Whether a data stream only holds the titles of chapters, which come along as chapters."""
    from av.stream import Discard

    return stream.discard == Discard.all


def _hides(film, video, container: str) -> str:
    """What of the pictures that a film hides cannot stay hidden in a copy; "" for nothing."""
    track = extent_of(film).tracks[video.index]
    if track.is_cut_up:
        return "hides pictures in its midst (an edit list), which no copy can do"
    if track.leading and (container not in ("mp4", "mov") or track.start_s > 0):
        return "hides the pictures before its start (an edit list), which only MP4 and MOV can do"
    return ""


def _codec(stream) -> str:
    return stream.codec_context.codec.name if stream.codec_context else "unknown"


def mux(
    video_path: Path | str,
    audio_blocks: Iterable[np.ndarray],
    sample_rate: int,
    out_path: Path | str,
    channels: int = 2,
    extras: Extras = NO_EXTRAS,
    *,
    reencode: bool = False,
    burn: Sequence[Timed] = (),
    layout: Layout = (),
    place: SoundTrack | None = None,
    beside: Collection[int] = (),
) -> None:
    """Writes the picture of a film with new sound, whole or not at all.

    The packets of the picture are copied with their times (only MPEG-TS frames them otherwise), or encoded again, a frame
    for each at the same time. A film that starts late on its container's clock starts at zero in the copy. Rotation,
    metadata and chapters come along, and subtitles and attachments where the container stays the same. The sound becomes
    48 kHz AAC (WebM: Opus).

    Args:
        audio_blocks: float32 (channels, samples) in [−1, 1], from the start of the presentation; taken one by
            one while the picture is written, so that they tell how far it is.
        sample_rate: of the blocks, in Hz.
        channels: of the blocks.
        reencode: the picture is encoded again, as H.264 (WebM: VP9).
        burn: (start, end, text) to be drawn into the picture, which is then encoded again.
        layout: where the channels belong; () for the usual places of so many.
        place: the sound track of the film whose title and language the new sound takes over.
        beside: the numbers of the film's sound tracks that stay beside it as they are; see `can_stay`.

    Raises:
        MediaError: see `check_mux`; no font has a character of `burn`.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    video_path, out_path = Path(video_path), Path(out_path)
    anew = reencode or bool(burn)
    check_mux(video_path, out_path, reencode=anew, keep_sound=extras.keep_sound)
    burning.check_fonts(text for _, _, text in burn)
    format_name = CONTAINERS[out_path.suffix.lower()][0]
    kind = sound_kind(out_path, layout or usual(channels))
    language = track_language(extras.language, format_name)
    with open_input(video_path) as film, open_output(out_path, format_name) as out:
        copy_metadata(out, film, extras.chapters)
        video = picture_in(film, video_path)
        others: list[Iterator[tuple[float, object]]] = []
        copies: dict[av.stream.Stream, av.stream.Stream] = {}
        if anew:
            others.append(timed(recode.add_picture(out, video_path, burn)))
        else:
            copies[video] = copy_picture(out, video)
        if extras.keep_sound:
            copies |= {audio: copy_sound(out, audio) for audio in film.streams.audio if audio.codec_context is not None}
        others.append(timed(_add_sound(out, kind, audio_blocks, sample_rate, channels, language, extras, place)))
        copies |= {film.streams.audio[number - 1]: copy_sound(out, film.streams.audio[number - 1]) for number in beside}
        copies |= copy_subtitles(out, film)
        others.append(copy_attachments(out, film, video_path))
        if extras.subtitles:
            others.append(timed(add_captions(out, extras.subtitles, language)))
        write(out, copied(film, copies, out) if copies else (), others)


def _add_sound(
    out,
    kind: tuple[str, str],
    blocks,
    sample_rate: int,
    channels: int,
    language: str,
    extras: Extras,
    place: SoundTrack | None,
) -> Iterator:
    codec, word = kind
    sound = out.add_stream(codec, rate=SAMPLE_RATE, layout=word)
    if not codec.startswith("pcm"):
        sound.bit_rate = BIT_RATE // 2 * channels
    sound.disposition = sound.disposition.default
    if place and place.language:
        language = track_language(place.language, out.format.name)
    if language != "und":
        sound.metadata["language"] = language
    title = "Narration" if extras.keep_sound else place.title if place else ""
    if title:
        sound.metadata["title"] = title
        if out.format.name in ("mp4", "mov"):
            sound.metadata["handler_name"] = title  # what most players show of these
    return encoded(sound, blocks, sample_rate)


def write(out, lead: Iterable[tuple[float, object]], others: Sequence[Iterable[tuple[float, object]]]) -> None:
    """Writes packets with their times, `others` as far as `lead` is: the muxer, which sorts by time, has little to keep."""
    rest = merge(*others, key=lambda timed: timed[0])
    due_s, due = next(rest, (float("inf"), None))
    mux_one = out.mux_one
    for time_s, packet in lead:
        while due_s <= time_s and due is not None:
            mux_one(due)
            due_s, due = next(rest, (float("inf"), None))
        mux_one(packet)
    while due is not None:
        mux_one(due)
        _, due = next(rest, (0.0, None))


def timed(packets: Iterable) -> Iterator[tuple[float, object]]:
    """Packets, each with its time in seconds, as `write` takes them."""
    return ((float(packet.dts * packet.time_base), packet) for packet in packets)
