"""A clip from one picture: a camera moves over it, as Ken Burns let it over old photographs.

Three steps, each a function of nothing but what it is given: words → Move (`camera_words`), Move and time →
the part of the picture that is seen (`view`), picture and View → frame (`seen`). A View has any edges,
between pixels as well as on them, and each frame is resampled from the picture itself: FFmpeg's zoompan rounds a frame's
edges to whole pixels, and what should glide trembles.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from voicekit.core.errors import ConfigError
from voicekit.film.motion.camera_words import Move, read_move
from voicekit.film.motion.view import Size, View, fitted, follows, hand, largest, lost, view
from voicekit.film.pictures.pictures import ENDINGS, read_picture
from voicekit.film.pictures.title import title_frames, title_layer, titled, told
from voicekit.film.stage import Context, Stage
from voicekit.media.film import BETWEEN, write_film

#: The picture is reduced, once, to this many pixels for each of a frame's at the camera's nearest: with fewer, sharpness
#: would come and go as the edges pass over the pixels.
_OVERSAMPLING = 1.5
#: A picture that would lose a larger part of itself by covering the frame is placed on a copy of itself instead.
_MOST_LOST = 0.5
_BLUR_SIZE, _BLUR, _DARK = 160, 3.0, 0.45


@dataclass(frozen=True)
class CameraOptions:
    """Of a camera movement."""

    move: str = "slow zoom in"  #: in words, English or German: "push in, pan left", "statisch"
    seconds: float = 6.0
    width: int = 1280
    height: int = 720
    fps: float = 25.0
    amount: float = 1.0  #: of the movement, 0 to 3
    title: str = ""  #: set over the picture for the first seconds; it does not move

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
    Options = CameraOptions

    def run(self, inputs: Sequence[Path], out: Path, options: CameraOptions, context: Context) -> None:
        """Writes a clip of round(seconds · fps) frames, one at least.

        Raises:
            ConfigError: it is not exactly one picture.
            MediaError: the picture cannot be read.
        """
        path = only(inputs, self.name)
        picture = read_picture(path, context.note)
        frame = options.width, options.height
        if picture.shape[1] < frame[0] / 2 and picture.shape[0] < frame[1] / 2:
            size = f"{picture.shape[1]} × {picture.shape[0]}"
            context.note(f"{path} has only {size} pixels: enlarged to {frame[0]} × {frame[1]}, it will look soft")
        total = frame_count(options.seconds, options.fps)

        moving = frames(picture, options, context.seed)
        if title := told(options.title, context.note):
            behind = np.stack(list(frames(picture, options, context.seed, title_frames(total, options.fps))))
            moving = titled(moving, title_layer(title, behind), options.fps, total)

        def counted() -> Iterator[np.ndarray]:
            for number, pixels in enumerate(moving, start=1):
                yield pixels
                context.progress(number / total)

        write_film(out, counted(), options.fps, loss=BETWEEN)


def only(inputs: Sequence[Path], stage: str) -> Path:
    """The one input of a stage that takes one."""
    if len(inputs) != 1:
        raise ConfigError(f"the stage '{stage}' takes one picture, not {len(inputs)} files")
    return Path(inputs[0])


def frame_count(seconds: float, fps: float) -> int:
    return max(round(seconds * fps), 1)


def frames(
    picture: np.ndarray, options: CameraOptions, seed: int = 0, numbers: Iterable[int] | None = None
) -> Iterator[np.ndarray]:
    """The frames of the clip, (height, width, 3) uint8 each, from a picture (h, w, 3) uint8.

    Args:
        numbers: which of them, from 0; None for all.
    """
    frame = options.width, options.height
    move = read_move(options.move, options.amount)
    size = picture.shape[1], picture.shape[0]
    image = Image.fromarray(picture)
    if lost(size, frame) > _MOST_LOST and not follows(move, size, frame):
        image = _on_itself(image, frame, max(move.zoom_from, move.zoom_to))
        size = image.size
    move = fitted(move, size, frame)
    image = _reduced(image, _need(size, frame, max(move.zoom_from, move.zoom_to)))
    total = frame_count(options.seconds, options.fps)
    for number in range(total) if numbers is None else numbers:
        stray = hand(number / options.fps, seed)
        yield seen(image, view(move, number / max(total - 1, 1), size, frame, stray), size, frame)


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
    return _OVERSAMPLING * zoom * frame[0] / largest(size, frame)[0]


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
