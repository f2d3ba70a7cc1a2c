"""A clip from one picture: a camera moves over it, as Ken Burns let it over old photographs.

Three steps, each a function of nothing but what it is given: words → Move (`voicekit.video.camera_words`), Move and time →
the part of the picture that is seen (`View`), picture and View → frame (`seen`). A View has any edges, between pixels as
well as on them, and each frame is resampled from the picture itself: FFmpeg's zoompan rounds a frame's edges to whole
pixels, and what should glide trembles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from voicekit.errors import ConfigError
from voicekit.media.film import BETWEEN, write_film
from voicekit.video.camera_words import Move, read_move
from voicekit.video.pictures import ENDINGS, read_picture
from voicekit.video.stage import Context, Stage

Size = tuple[int, int]
#: The picture is reduced, once, to so many pixels for each of a frame where the camera is nearest: with fewer, sharpness
#: would come and go as the edges pass over the pixels.
_OVERSAMPLING = 1.5
#: A picture that would lose a larger part of itself by covering the frame is set on a copy of itself instead.
_MOST_LOST = 0.5
_BLUR_SIZE, _BLUR, _DARK = 160, 3.0, 0.45
#: Of a hand: hertz, and how far it strays at each.
_HAND = ((0.23, 1.0), (0.61, 0.45), (1.07, 0.2))


@dataclass(frozen=True)
class Options:
    """Of a camera movement."""

    move: str = "slow zoom in"  #: in words, English or German: "push in, pan left", "statisch"
    seconds: float = 6.0
    width: int = 1280
    height: int = 720
    fps: float = 25.0
    amount: float = 1.0  #: of the movement, 0 to 3

    def __post_init__(self) -> None:
        check_film(self.seconds, self.width, self.height, self.fps)
        if not 0 <= self.amount <= 3:
            raise ConfigError(f"'amount' must be 0 to 3, not {self.amount}")


def check_film(seconds: float, width: int, height: int, fps: float) -> None:
    """Makes sure that there can be such a clip.

    Raises:
        ConfigError: there cannot.
    """
    if not 0 < seconds <= 3600:
        raise ConfigError(f"'seconds' must be more than 0 and at most 3600, not {seconds}")
    if not 1 <= fps <= 240:
        raise ConfigError(f"'fps' must be 1 to 240, not {fps}")
    for name, size in (("width", width), ("height", height)):
        if not 16 <= size <= 8192 or size % 2:
            raise ConfigError(f"'{name}' must be an even number of pixels, 16 to 8192, not {size}")


class Camera(Stage):
    """A camera movement over a picture."""

    name, kind, version = "camera", "animate", "1"
    takes, gives = ENDINGS, ".mp4"
    Options = Options

    def run(self, inputs: Sequence[Path], out: Path, options: Options, context: Context) -> None:
        """Writes a clip of round(seconds · fps) frames, one at least.

        Raises:
            ConfigError: it is not exactly one picture.
            MediaError: the picture cannot be read.
        """
        path = only(inputs, self.name)
        picture = read_picture(path, context.say)
        frame = options.width, options.height
        if picture.shape[1] < frame[0] / 2 and picture.shape[0] < frame[1] / 2:
            size = f"{picture.shape[1]} × {picture.shape[0]}"
            context.say(f"{path} has {size} pixels only: enlarged to {frame[0]} × {frame[1]}, it will look soft")
        total = frame_count(options.seconds, options.fps)

        def told() -> Iterator[np.ndarray]:
            for number, pixels in enumerate(frames(picture, options, context.seed), start=1):
                yield pixels
                context.progress(number / total)

        write_film(out, told(), options.fps, loss=BETWEEN)


def only(inputs: Sequence[Path], stage: str) -> Path:
    """The one input of a stage that takes one."""
    if len(inputs) != 1:
        raise ConfigError(f"the stage '{stage}' takes one picture, not {len(inputs)} files")
    return Path(inputs[0])


def frame_count(seconds: float, fps: float) -> int:
    return max(round(seconds * fps), 1)


def frames(picture: np.ndarray, options: Options, seed: int = 0) -> Iterator[np.ndarray]:
    """The frames of the clip, (height, width, 3) uint8 each, from a picture (h, w, 3) uint8."""
    frame = options.width, options.height
    move = read_move(options.move, options.amount)
    size = picture.shape[1], picture.shape[0]
    image = Image.fromarray(picture)
    if _lost(size, frame) > _MOST_LOST and not _follows(move, size, frame):
        image = _on_itself(image, frame, max(move.zoom_from, move.zoom_to))
        size = image.size
    move = fitted(move, size, frame)
    image = _reduced(image, _need(size, frame, max(move.zoom_from, move.zoom_to)))
    total = frame_count(options.seconds, options.fps)
    for number in range(total):
        stray = hand(number / options.fps, seed)
        yield seen(image, view(move, number / max(total - 1, 1), size, frame, stray), size, frame)


# Where the camera is.


@dataclass(frozen=True)
class View:
    """What a frame shows of a picture, in the picture's pixels, which lie between whole numbers.

    The map from a place (x, y) of a frame of W × H is affine: (left + x · width / W, top + y · height / H).
    """

    left: float
    top: float
    width: float
    height: float


def eased(share: float) -> float:
    """How far a movement is after a share of its time: it starts and ends gently (3 s² − 2 s³)."""
    return share * share * (3 - 2 * share)


def view(move: Move, share: float, size: Size, frame: Size, stray: tuple[float, float] = (0.0, 0.0)) -> View:
    """What is seen of a picture of `size` after a share of the time, 0…1.

    Zoom grows by the same factor in the same time, which is seen as steady; a centre goes along a line.

    Args:
        stray: where in its drift a hand is, (right, down), −1…1.
    """
    done = eased(share)
    zoom = move.zoom_from * (move.zoom_to / move.zoom_from) ** done
    x, y = (a + (b - a) * done for a, b in zip(move.centre_from, move.centre_to, strict=True))
    widest, highest = _widest(size, frame)
    x += move.drift * stray[0]
    y += move.drift * stray[1] * frame[0] / frame[1]  # as far as to the side
    width, height = widest / zoom, highest / zoom
    return View(size[0] / 2 + x * widest - width / 2, size[1] / 2 + y * highest - height / 2, width, height)


def fitted(move: Move, size: Size, frame: Size) -> Move:
    """The movement as it can be made over a picture of `size`: no edge of the picture is ever seen.

    Where the picture has room to a side, the camera travels further; where it has none, it goes so near that it has. That
    the ends are looked at is enough: the room that a frame takes, |centre| + 1 / (2 zoom), is convex on the way.
    """
    room = [s / w for s, w in zip(size, _widest(size, frame), strict=True)]  # 1 or more
    starts, ends = (
        tuple(_further(c, r) for c, r in zip(centre, room, strict=True)) for centre in (move.centre_from, move.centre_to)
    )
    drift = move.drift, move.drift * frame[0] / frame[1]
    nearer = 1.0
    for zoom, centre in ((move.zoom_from, starts), (move.zoom_to, ends)):
        for c, r, d in zip(centre, room, drift, strict=True):
            nearer = max(nearer, 0.5 / (zoom * (r / 2 - abs(c) - d)))
    return replace(
        move, zoom_from=nearer * move.zoom_from, zoom_to=nearer * move.zoom_to, centre_from=starts, centre_to=ends
    )


def _further(centre: float, room: float) -> float:
    """A centre that uses the room of a picture that is wider, or higher, than the frame; as it is where there is none."""
    far = min(abs(centre) * (1 + 2 * (room - 1)), max((room - 1) / 2, abs(centre)))
    return float(np.copysign(far, centre))


def hand(time_s: float, seed: int) -> tuple[float, float]:
    """Where a hand that holds a camera is: (right, down), −1…1 each, a slow sway that never repeats."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, (2, len(_HAND)))
    hertz, far = np.array(_HAND).T
    x, y = (np.sin(2 * np.pi * hertz * time_s + phases) * far).sum(1) / far.sum()
    return float(x), float(y)


def _widest(size: Size, frame: Size) -> tuple[float, float]:
    """The largest part of a picture that has the shape of a frame."""
    scale = min(size[0] / frame[0], size[1] / frame[1])
    return scale * frame[0], scale * frame[1]


def _lost(size: Size, frame: Size) -> float:
    """The part of a picture that is outside of a frame that it covers."""
    widest, highest = _widest(size, frame)
    return 1 - widest * highest / (size[0] * size[1])


def _follows(move: Move, size: Size, frame: Size) -> bool:
    """Whether the camera travels along the side to which the picture has room: up a tower, across a panorama."""
    along = 0 if size[0] * frame[1] > size[1] * frame[0] else 1
    return move.centre_from[along] != move.centre_to[along]


# What it sees.


def seen(image: Image.Image, view: View, size: Size, frame: Size) -> np.ndarray:
    """A frame, (height, width, 3) uint8.

    Pillow resamples one axis after the other with a windowed sinc (Lanczos, three lobes), which it widens where the picture
    shrinks; edges between pixels are taken as they are.

    Args:
        view: in the pixels of a picture of `size`.
        image: that picture, or a reduced one of it.
    """
    across, down = image.width / size[0], image.height / size[1]
    left, top = max(view.left * across, 0.0), max(view.top * down, 0.0)  # below zero by a rounding error at most
    right = min((view.left + view.width) * across, image.width)
    bottom = min((view.top + view.height) * down, image.height)
    return np.asarray(image.resize(frame, Image.Resampling.LANCZOS, box=(left, top, right, bottom)))


def covering(picture: np.ndarray, frame: Size) -> np.ndarray:
    """The middle of a picture (h, w, 3) uint8 as a frame, (height, width, 3)."""
    size = picture.shape[1], picture.shape[0]
    return seen(Image.fromarray(picture), view(Move(), 0.0, size, frame), size, frame)


def _need(size: Size, frame: Size, zoom: float) -> float:
    """How large, of its size, a picture must be for frames of such a zoom."""
    return _OVERSAMPLING * zoom * frame[0] / _widest(size, frame)[0]


def _reduced(image: Image.Image, share: float) -> Image.Image:
    if share >= 1:
        return image
    size = max(round(share * image.width), 1), max(round(share * image.height), 1)
    return image.resize(size, Image.Resampling.LANCZOS)


def _on_itself(image: Image.Image, frame: Size, zoom: float) -> Image.Image:
    """The whole picture before a blurred, dark copy of itself that has the shape of a frame."""
    image = _reduced(image, _OVERSAMPLING * zoom * min(frame[0] / image.width, frame[1] / image.height))
    scale = max(image.width / frame[0], image.height / frame[1])
    canvas = max(round(scale * frame[0]), image.width), max(round(scale * frame[1]), image.height)
    small = max(_BLUR_SIZE * frame[0] // max(frame), 1), max(_BLUR_SIZE * frame[1] // max(frame), 1)
    behind = Image.fromarray(covering(np.asarray(image), small)).filter(ImageFilter.GaussianBlur(_BLUR))
    behind = behind.point(lambda value: value * _DARK).resize(canvas, Image.Resampling.BICUBIC)
    behind.paste(image, ((canvas[0] - image.width) // 2, (canvas[1] - image.height) // 2))
    return behind
