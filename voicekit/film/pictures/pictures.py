"""A picture file as pixels, whatever it holds: turned upright, in sRGB, without transparency, no larger than is of use."""

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from voicekit.core.errors import MediaError

#: Suffixes of pictures that are read; the bytes of a file decide its format.
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff")
#: The most pixels that a picture keeps, one and a half times a 4K film each way; a larger one is reduced.
KEPT_PIXELS = 24_000_000
#: The most pixels that a file may have: this many take about half a gigabyte while they are read. Pillow's own limit, which
#: it applies to some formats whatever it is told, is a little higher.
MOST_PIXELS = 178_000_000
#: The colour behind transparent parts. Drawings are made for white paper and logos for dark pages: neither is lost on a
#: medium grey, as dark lines would be on black and white letters on white.
_BEHIND = (128, 128, 128)
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_limit = threading.Lock()


def read_picture(path: Path, say: Callable[[str], None] = lambda line: None, pixels: int = KEPT_PIXELS) -> np.ndarray:
    """(height, width, 3) uint8, sRGB, as a viewer shows it.

    Args:
        say: is told what was left out or changed, a line each.
        pixels: how many are kept at most; a larger picture is reduced while it is read.

    Raises:
        MediaError: the file is missing, empty, cut short, no picture, or has more than MOST_PIXELS.
    """
    with _opened(path) as image:
        _check_size(path, image)
        animated = getattr(image, "is_animated", False)
        profile = image.info.get("icc_profile")
        width, height = image.size
        share = min((pixels / (width * height)) ** 0.5, 1.0)
        size = max(round(share * width), 1), max(round(share * height), 1)
        image.draft(None, size)  # a JPEG is decoded at a half, a quarter or an eighth
        image.load()
        turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
        plain = _plain(image)
        if plain.size != size:
            plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        elif plain is image:  # the file is closed
            plain = image.copy()
    if animated:
        say(f"{path} is animated: its first picture is used")
    if size != (width, height):
        say(f"{path} has {width} × {height} pixels, more than a film shows: reduced to {size[0]} × {size[1]}")
    if turn is not None:
        plain = plain.transpose(turn)
    alpha = None
    if plain.mode == "RGBA":
        alpha, plain = plain.getchannel("A"), plain.convert("RGB")
    shown = _in_srgb(plain, profile)
    if alpha is not None and np.asarray(alpha).min() < 255:
        say(f"{path} is partly transparent: those parts are shown grey")
        behind = Image.new("RGB", shown.size, _BEHIND)
        behind.paste(shown, mask=alpha)
        shown = behind
    return np.array(shown)


def check_picture(path: Path) -> None:
    """Raises MediaError where a look at the file tells that `read_picture` cannot read it."""
    with _opened(path) as image:
        _check_size(path, image)
        image.verify()


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image of Pillow's; whatever goes wrong while it is read is a MediaError."""
    try:
        data = path.read_bytes()
        if not data:
            raise MediaError(f"{path} is empty; copy or save the picture again")
        with _no_limit(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which harms no pixel
            with Image.open(io.BytesIO(data)) as image:
                yield image
    except MediaError:
        raise
    except UnidentifiedImageError as error:
        raise MediaError(
            f"{path} is not a readable picture, whatever its ending says, or it is damaged; open it in a picture "
            "viewer and save it as PNG or JPEG"
        ) from error
    except FileNotFoundError as error:
        raise MediaError(f"{path} does not exist; check its name") from error
    except OSError as error:
        if error.errno is not None:
            raise MediaError(f"{path} cannot be read: {error.strerror}") from error
        raise _damaged(path, error) from error
    except MemoryError as error:
        raise MediaError(f"{path} is too large for this computer's memory; save it smaller") from error
    except Exception as error:  # there is no end to the ways in which a stranger's bytes may fail
        raise _damaged(path, error) from error


@contextmanager
def _no_limit() -> Iterator[None]:
    """Pillow's own limit, of the whole process, out of the way while a file is read: `_check_size` has another."""
    with _limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _check_size(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise MediaError(
            f"{path} has {width} × {height} pixels, {width * height / 1e6:.0f} million; save it smaller, with at most "
            f"{MOST_PIXELS // 1_000_000} million"
        )


def _damaged(path: Path, error: Exception) -> MediaError:
    reason = str(error).partition("\n")[0] or type(error).__name__
    return MediaError(f"{path} is damaged or cut short ({reason}); copy or save the picture again")


def _plain(image: Image.Image) -> Image.Image:
    """The image in one of the modes L, RGB, RGBA and CMYK."""
    # In any mode a colour may be said to stand for nothing.
    transparent = image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info
    if image.mode in ("L", "RGB", "RGBA", "CMYK") and transparent == (image.mode == "RGBA"):
        return image
    if image.mode[0] in "IF":  # 16 or 32 bits a pixel, which Pillow would clip at 255
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
        most = float(values.max())
        white = 65535.0 if most > 255 or image.mode.startswith("I;16") else 255.0
        white = 1.0 if image.mode == "F" and most <= 1 else white
        return Image.fromarray((values * (255 / white) + 0.5).clip(0, 255).astype(np.uint8))
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if transparent else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by the picture's own profile; a profile that does not fit or is broken counts as none."""
    if profile:
        try:
            own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(own, srgb, image.mode, "RGB").apply(image)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")
