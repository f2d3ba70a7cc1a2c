"""The stage "filters": less noise, bands, flicker and shaking; sharper, larger, more frames."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from voicekit.core.errors import ConfigError
from voicekit.film.enhancement.deflicker import steadied
from voicekit.film.enhancement.frame_interpolation import doubled
from voicekit.film.enhancement.tile_cache import Skipping
from voicekit.film.enhancement.transcode import TAKES, remake
from voicekit.film.stage import Context, Stage
from voicekit.media.graph import Spatial, Step, each
from voicekit.media.planes import depth
from voicekit.media.shot_detection import Cuts

if TYPE_CHECKING:
    from av import VideoFrame

_SCALES = (1, 2, 4)
#: The reach of each step, in pixels of its frame.
_DENOISE_REACH, _BAND_REACH, _SCALE_REACH, _SHARPEN_REACH = 6, 12, 8, 2


@dataclass(frozen=True)
class FiltersOptions:
    """The defaults are for film as a camera or a model gives it: a little noise, a little soft."""

    denoise: float = 0.2  #: how much noise is taken away, 0 to 1
    deband: float = 0.0  #: how wide the steps in a sky may be that are smoothed, 0 to 1
    sharpen: float = 0.25  #: 0 to 1
    deflicker: float = 0.0  #: how much of the flicker in brightness is taken away, 0 to 1
    stabilise: bool = False  #: a hand-held camera held still
    upscale: int = 1  #: times as wide and as high: 1, 2 or 4
    double_rate: bool = False  #: between each two frames a third one
    skip: bool = True  #: what lies still is not done again

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type is float and not 0 <= value <= 1:
                raise ConfigError(f"{field.name} = {value}: choose a number between 0 and 1")
        if self.upscale not in _SCALES:
            raise ConfigError(f"upscale = {self.upscale}: choose one of {', '.join(map(str, _SCALES))}")


#: Filters in their order, and how far they look, for so many bits.
_Filtering = Callable[[FiltersOptions, int], tuple[list[Step], int]]


class Filters(Stage):
    """FFmpeg's filters: less noise, steps and flicker, a still camera, sharper, larger, twice the frames.

    In the order in which one step does not spoil another: what needs many frames, then noise before it is sharpened, and
    motion before there are more pixels to follow.
    """

    name, kind, version = "filters", "enhance", "1"
    takes, gives = TAKES, ".mp4"
    Options = FiltersOptions

    def run(self, inputs: Sequence[Path], out: Path, options: FiltersOptions, context: Context) -> None:
        def change(frames: "Iterable[VideoFrame]") -> "Iterator[VideoFrame]":
            follows = options.stabilise or options.double_rate
            return enhanced(_told(frames, context.note) if follows else frames, options)

        remake(inputs[0], out, change, 2 if options.double_rate else 1, context.progress)


def _told(frames: "Iterable[VideoFrame]", say: Callable[[str], None]) -> "Iterator[VideoFrame]":
    """The same frames, after a word on what following motion costs those of more than 8 bits."""
    for number, frame in enumerate(frames):
        if number == 0 and depth(frame) > 8:
            say("motion is computed with 8 bits a sample: a 10-bit film loses fine gradation where it moves")
        yield frame


def enhanced(frames: "Iterable[VideoFrame]", options: FiltersOptions) -> "Iterator[VideoFrame]":
    """The frames of a film, improved."""
    if options.deflicker:
        frames = steadied(frames, options.deflicker)
    if options.stabilise:
        frames = _stabilised(frames)
    larger = options.upscale > 1
    frames = _apart(frames, options, [_denoised, _debanded] + [_sharpened] * (not larger), 1)
    if options.double_rate:
        frames = doubled(frames)
    return _apart(frames, options, [_enlarged, _sharpened], options.upscale) if larger else frames


def _apart(
    frames: "Iterable[VideoFrame]", options: FiltersOptions, steps: Sequence[_Filtering], scale: int
) -> "Iterator[VideoFrame]":
    """Frames through steps that know nothing of the frames before, each frame only where it has changed."""
    step = None
    for frame in frames:
        step = step or spatial(options, steps, scale, depth(frame))
        yield step(frame) if step else frame


def spatial(options: FiltersOptions, steps: Sequence[_Filtering], scale: int, bits: int) -> Skipping | None:
    """The steps as one; None where there is nothing to do."""
    chain, reach = [], 0
    for step in steps:
        filters, far = step(options, bits)
        chain += filters
        reach += far
    grid = 8 if bits == 8 else 16  # fftdnoiz works in blocks: they lie on the same grid wherever a part is put
    return Skipping(Spatial(chain), -(-reach // grid) * grid, scale, options.skip) if chain else None


def _denoised(options: FiltersOptions, bits: int) -> tuple[list[Step], int]:
    if not options.denoise:
        return [], 0
    if bits == 8:
        return [("nlmeans", f"s={1 + 8 * options.denoise:.3f}:p=5:r=7:pc=3:rc=5")], _DENOISE_REACH
    return [("fftdnoiz", f"sigma={20 * options.denoise:.3f}:block=16:overlap=0.5")], 16  # nlmeans knows 8 bits only


def _debanded(options: FiltersOptions, bits: int) -> tuple[list[Step], int]:
    if not options.deband:
        return [], 0
    limit = f"{0.03 * options.deband:.5f}"
    # Below zero: always so far and in this direction. Left to chance, still parts would not stay the same.
    where = f"range=-{_BAND_REACH}:direction=-0.6"
    return [("deband", f"1thr={limit}:2thr={limit}:3thr={limit}:{where}")], _BAND_REACH


def _enlarged(options: FiltersOptions, bits: int) -> tuple[list[Step], int]:
    size = f"w=iw*{options.upscale}:h=ih*{options.upscale}"
    return [("scale", f"{size}:flags=lanczos+accurate_rnd"), ("unsharp", "lx=5:ly=5:la=0.25:ca=0")], _SCALE_REACH


def _sharpened(options: FiltersOptions, bits: int) -> tuple[list[Step], int]:
    amount = 1.2 * options.sharpen
    return ([("unsharp", f"lx=5:ly=5:la={amount:.3f}:ca=0")], _SHARPEN_REACH) if amount else ([], 0)


def _stabilised(frames: "Iterable[VideoFrame]") -> "Iterator[VideoFrame]":
    """Each shot by itself: the jump at a cut is no shaking."""
    frames, cuts = iter(frames), Cuts()
    following = next(frames, None)
    if following is not None:
        cuts.at(following)

    def shot() -> "Iterator[VideoFrame]":
        nonlocal following
        while following is not None:
            frame, following = following, next(frames, None)
            yield frame
            if following is not None and cuts.at(following):
                return

    while following is not None:
        yield from each([("deshake", "rx=32:ry=32:edge=mirror")], shot(), following.format.name.removesuffix("10le"))
