"""The stage "cut": clips become a film, one after another, with or without dissolves, over music.

Times are kept: the film's clips begin and end at the sums of the clips' lengths, so that a storyboard stays true. A dissolve
takes no time away: it is centred on the cut. For its first half the next clip's first picture lies over the end of the one
clip, and for its second half the last picture of that one under the beginning of the next.

What a film's picture shows is what the clip shows in the middle of its time: at the clip's own rate each of its pictures, at
another rate the nearest one. Clips of another shape keep it, on black.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, pairwise
from pathlib import Path

import numpy as np

from voicekit.audio.limiter import limited
from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import check_writable
from voicekit.core.wording import decimal
from voicekit.film.assembly.music import RATE, Music, faded, open_music
from voicekit.film.stage import Context, Stage
from voicekit.media.container import open_input, origin_s, packets, probe, video_stream
from voicekit.media.film import read_pictures, write_film
from voicekit.media.read import read_audio
from voicekit.media.sound import Blocks, lasting, regrouped

#: The frame rates that a film may have; a clip that claims another one is mistaken.
_SLOWEST, _FASTEST, _USUAL = 1, 120, 25
#: The clocks of some containers tick in milliseconds.
_TICK_S = 0.001
#: A clip's own sound is never switched on and off: its fades last at least this long.
_EDGE_S = 0.002
#: The peaks of the clips' sound and the music together stay below this.
_CEILING_DB = -1.0


_MOST = 8192


@dataclass(frozen=True)
class CutOptions:
    """How clips become a film."""

    dissolve: float = 0.0  #: how long one clip goes over into the next, in seconds; 0 for hard cuts
    music: str = ""  #: a sound file for under the whole film, looped where it is shorter; "" for none
    effects: str = ""  #: a sound file laid over the film as it is, as long as the film
    music_db: float = -22.0  #: how loud the music is, in LUFS
    fade_in: float = 0.0  #: seconds in which picture and sound come up from nothing
    fade_out: float = 0.0  #: seconds in which they go down to nothing; the music takes a second at least
    width: int = 0  #: of the film; 0 for the first clip's
    height: int = 0  #: of the film; 0 for the first clip's
    fps: float = 0.0  #: pictures a second; 0 for the first clip's

    def __post_init__(self) -> None:
        _check(self)


class Cut(Stage):
    """Clips one after another."""

    name, kind, version = "cut", "assemble", "2"
    takes, gives = (".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi"), ".mp4"
    Options = CutOptions

    def run(self, inputs: Sequence[Path], out: Path, options: CutOptions, context: Context) -> None:
        """See `Stage.run`; at most two clips are open at once, and memory does not grow with the film."""
        if not inputs:
            raise ConfigError("there is no clip to make a film of; give at least one")
        check_writable(out)
        clips = [_look(path) for path in inputs]
        film = _Film.of(clips, options, context)
        music = open_music(Path(options.music), float(film.length_s), context.note) if options.music else None
        sound: Blocks = ()
        effects = Path(options.effects) if options.effects else None
        if music or effects or any(clip.has_sound for clip in clips):
            sound = limited(film.sound(music, options.music_db, effects), RATE, 0.0, _CEILING_DB)
        write_film(out, film.pictures(context.progress), film.fps, sound, RATE)


@dataclass(frozen=True)
class _Clip:
    """A clip as it lies there.

    Attributes:
        length_s: from the start of the presentation to the end of its last picture.
        shape: height and width as they are seen.
        aspect: the width of one of its pixels by its height, as they are seen.
    """

    path: Path
    length_s: Fraction
    fps: Fraction
    shape: tuple[int, int]
    aspect: float
    has_sound: bool

    def pictures(self, times_s: Iterator[Fraction], shape: tuple[int, int]) -> Iterator[np.ndarray]:
        """What is shown at each of the times, which rise; fitted into `shape`."""
        pictures = read_pictures(self.path)
        shown = next(pictures, None)
        if shown is None:
            raise MediaError(f"{self.path}: none of its pictures can be decoded; it is damaged, make or copy it again")
        coming, fitted = next(pictures, None), None
        for time_s in times_s:
            while coming is not None and coming.time_s < time_s - _TICK_S:
                shown, coming, fitted = coming, next(pictures, None), None
            if fitted is None:
                fitted = letterboxed(shown.pixels, shape, self.aspect)
            yield fitted

    def sound(self, n_samples: int) -> Iterator[np.ndarray]:
        """Its own sound, or silence, (2, samples), `n_samples` in all."""
        return lasting(read_audio(self.path, RATE, 2, block_s=1.0) if self.has_sound else (), n_samples, RATE)


@dataclass(frozen=True)
class _Film:
    """The film to be made.

    Attributes:
        edges_s: where the clips begin and, at last, the film ends.
        ends: the same in pictures.
        halves: of the dissolves between two clips, in pictures.
    """

    clips: tuple[_Clip, ...]
    shape: tuple[int, int]
    fps: Fraction
    edges_s: tuple[Fraction, ...]
    ends: tuple[int, ...]
    halves: tuple[int, ...]
    fade_in_s: float
    fade_out_s: float

    @classmethod
    def of(cls, clips: list[_Clip], options: CutOptions, context: Context) -> "_Film":
        first = clips[0]
        fps = Fraction(options.fps).limit_denominator(1001) if options.fps else first.fps
        height, width = _size(first, options)
        edges_s = tuple(accumulate((clip.length_s for clip in clips), initial=Fraction(0)))
        ends = tuple(_rounded(edge * fps) for edge in edges_s)
        for clip, (begin, end) in zip(clips, pairwise(ends), strict=True):
            if begin == end:
                raise MediaError(f"{clip.path} is shorter than one picture of the film; give a longer clip")
        lengths = [end - begin for begin, end in pairwise(ends)]
        wanted = round(options.dissolve * fps / 2)
        halves = tuple(min(wanted, a // 2, b // 2) for a, b in pairwise(lengths))
        if n_short := sum(half < wanted for half in halves):
            context.note(f"{n_short} of {len(halves)} dissolves are shorter than wanted, because their clips are too short")
        if n_fitted := sum(abs(_wide(clip) - width / height) > 0.02 for clip in clips):
            context.note(
                f"{n_fitted} of {len(clips)} clips differ in shape from the film ({width} × {height}) and are shown on black"
            )
        return cls(tuple(clips), (height, width), fps, edges_s, ends, halves, options.fade_in, options.fade_out)

    @property
    def length_s(self) -> Fraction:
        return self.ends[-1] / self.fps

    def pictures(self, progress: Callable[[float], None]) -> Iterator[np.ndarray]:
        """All pictures of the film, (height, width, 3) uint8."""
        number = 0
        left = np.zeros((*self.shape, 3), np.uint8)  # the last picture of the clip before
        into, out = self.fade_in_s * self.fps, self.fade_out_s * self.fps
        coming: Iterator[np.ndarray] | None = None
        for clip in range(len(self.clips)):
            going, coming = coming or self._clip_pictures(clip), None
            ahead: np.ndarray | None = None
            half_before = self.halves[clip - 1] if clip else 0
            half_after = self.halves[clip] if clip < len(self.halves) else 0
            for picture in going:
                share = 1.0  # of this clip
                if number < self.ends[clip] + half_before:
                    share = 0.5 + (number - self.ends[clip] + 0.5) / (2 * half_before)
                    shown = _blended(left, picture, share)
                elif number >= self.ends[clip + 1] - half_after:
                    if ahead is None:
                        following = self._clip_pictures(clip + 1)
                        ahead = next(following)
                        coming = chain([ahead], following)
                    share = 0.5 - (number - self.ends[clip + 1] + 0.5) / (2 * half_after)
                    shown = _blended(ahead, picture, share)
                else:
                    shown = picture
                light = min(
                    1.0, (number + 0.5) / into if into else 1.0, (self.ends[-1] - number - 0.5) / out if out else 1.0
                )
                yield shown if light == 1 else (shown * np.float32(light)).astype(np.uint8)
                number += 1
                progress(number / self.ends[-1])
            left = picture

    def _clip_pictures(self, clip: int) -> Iterator[np.ndarray]:
        middles = (
            (number + Fraction(1, 2)) / self.fps - self.edges_s[clip]
            for number in range(self.ends[clip], self.ends[clip + 1])
        )
        return self.clips[clip].pictures(middles, self.shape)

    def sound(self, music: Music | None, music_db: float, effects: Path | None = None) -> Iterator[np.ndarray]:
        """The clips' own sound, the music and the effects, (2, samples)."""
        total = _rounded(self.length_s * RATE)
        own = regrouped(self._own_sound(total), RATE)
        laid_over = lasting(read_audio(effects, RATE, 2, block_s=1.0) if effects else (), total, RATE)
        # Picture and the clips' sound come and go together; the music does so by itself, and never at once.
        into, out = round(self.fade_in_s * RATE), round(self.fade_out_s * RATE)
        bed = music.bed(total, music_db, self.fade_in_s, self.fade_out_s) if music else None
        place = 0
        for block in own:
            block = (block + next(laid_over)) * faded(place, block.shape[1], total, into, out)
            place += block.shape[1]
            yield block if bed is None else block + next(bed)

    def _own_sound(self, total: int) -> Iterator[np.ndarray]:
        """What is heard of the clips, each in its place; where one dissolves into the next their sounds do so too."""
        places = [min(_rounded(edge * RATE), total) for edge in self.edges_s]
        places[-1] = total
        halves = [0, *self.halves, 0]
        for number, (clip, (begin, end)) in enumerate(zip(self.clips, pairwise(places), strict=True)):
            into, out = (max(round(halves[number + side] / self.fps * RATE), round(_EDGE_S * RATE)) for side in (0, 1))
            at = 0
            for block in clip.sound(end - begin):
                yield block * faded(at, block.shape[1], end - begin, into, out)
                at += block.shape[1]


def letterboxed(pixels: np.ndarray, shape: tuple[int, int], aspect: float = 1.0) -> np.ndarray:
    """A picture as large as fits into (height, width), in its middle, on black.

    Args:
        aspect: the width of one of its pixels by its height.
    """
    from PIL import Image

    if pixels.shape[:2] == shape and aspect == 1:
        return np.ascontiguousarray(pixels)
    height, width = pixels.shape[0], pixels.shape[1] * aspect
    scale = min(shape[0] / height, shape[1] / width)
    # What fills the film but for a picture line or two fills it: odd sizes leave no black hairline.
    high, wide = (
        full if full - size * scale < 2 else max(1, round(size * scale))
        for full, size in zip(shape, (height, width), strict=True)
    )
    picture = Image.fromarray(np.ascontiguousarray(pixels)).resize((wide, high), Image.Resampling.BICUBIC)
    fitted = np.zeros((*shape, 3), np.uint8)
    top, left = (shape[0] - high) // 2, (shape[1] - wide) // 2
    fitted[top : top + high, left : left + wide] = np.asarray(picture)
    return fitted


def _blended(under: np.ndarray, over: np.ndarray, share: float) -> np.ndarray:
    """`share` of the one, and the rest of the other."""
    return (over * np.float32(share) + under * np.float32(1 - share) + np.float32(0.5)).astype(np.uint8)


def _look(path: Path) -> _Clip:
    """Raises MediaError where it is no film."""
    info = probe(path)
    if not info.has_video:
        raise MediaError(f"{path} has no picture; a film is made of clips, give one (.mp4)")
    with open_input(path) as container:
        video = video_stream(container)
        origin, rate = Fraction(origin_s(container)).limit_denominator(1_000_000), video.average_rate
        aspect = video.sample_aspect_ratio
        fps = Fraction(rate).limit_denominator(1001) if rate and _SLOWEST <= rate <= _FASTEST else Fraction(_USUAL)
        end = max(
            (
                (packet.pts + (packet.duration or 0)) * packet.time_base + (0 if packet.duration else 1 / fps)
                for packet in packets(container, video)
                if packet.pts is not None and not packet.is_discard
            ),
            default=Fraction(0),
        )
    picture = next(read_pictures(path), None)
    if picture is None or end <= origin:
        raise MediaError(f"{path}: none of its pictures can be decoded; it is damaged, make or copy it again")
    aspect = float(aspect) if aspect else 1.0
    shape = picture.pixels.shape[:2]
    turned = shape != (info.height, info.width)
    # Clocks of milliseconds cannot say a third of a second: lengths are meant in whole pictures where they nearly are.
    length_s = end - origin
    whole = _rounded(length_s * fps) / fps
    length_s = whole if abs(whole - length_s) <= _TICK_S else length_s
    return _Clip(Path(path), length_s, fps, shape, 1 / aspect if turned else aspect, info.has_audio)


def _size(first: _Clip, options: CutOptions) -> tuple[int, int]:
    """Height and width of the film, both even, as the coding needs it; the one that is not given keeps the shape."""
    wide = _wide(first)
    height = options.height or (options.width / wide if options.width else first.shape[0])
    width = options.width or height * wide
    return max(2, 2 * round(height / 2)), max(2, 2 * round(width / 2))


def _wide(clip: _Clip) -> float:
    """Its width by its height, as they are seen."""
    return clip.shape[1] * clip.aspect / clip.shape[0]


def _rounded(value: Fraction) -> int:
    """To the nearest whole number, halves up: each cut by the same rule."""
    return int(value + Fraction(1, 2))


def _check(options: CutOptions) -> None:
    """Raises ConfigError where a value makes no sense."""
    for name in ("dissolve", "fade_in", "fade_out", "fps", "width", "height"):
        if not 0 <= getattr(options, name) <= _MOST:
            raise ConfigError(f"{name} is {decimal(getattr(options, name))}; give 0 to {_MOST}")
    if options.fps and not _SLOWEST <= options.fps <= _FASTEST:
        raise ConfigError(
            f"fps is {decimal(options.fps)}; give {_SLOWEST} to {_FASTEST} pictures a second, or 0 for the first clip's"
        )
    if not -70 <= options.music_db <= 0:
        raise ConfigError(f"music_db is {decimal(options.music_db)}; give a level from -70 to 0, such as -22")
