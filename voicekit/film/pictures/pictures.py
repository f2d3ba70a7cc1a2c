"""A picture file as pixels, whatever it holds: turned upright, in sRGB, without transparency, no larger than is of use."""

import io
import re
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
#: Pillow's names of their formats. It knows others, and one of those, EPS, it hands to another program.
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF")
#: The most pixels that a picture keeps, one and a half times a 4K film each way; a larger one is reduced.
KEPT_PIXELS = 24_000_000
#: The most pixels that a file may have, those of the sharpest cameras: this many take half a gigabyte while they are read.
MOST_PIXELS = 120_000_000
#: A larger picture is reduced in strips of about so many pixels, so that there is no second copy of all of it.
_STRIP_PIXELS = 4_000_000
#: LANCZOS looks at so many pixels of the result each way.
_SUPPORT = 3
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
        animated = getattr(image, "is_animated", False)
        profile = image.info.get("icc_profile")
        width, height = image.size
        share = min((pixels / (width * height)) ** 0.5, 1.0)
        size = max(round(share * width), 1), max(round(share * height), 1)
        image.draft(None, size)  # a JPEG is decoded at a half, a quarter or an eighth
        image.load()
        turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
        plain = _resized(image, size)
        if plain is image:  # the file is closed
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
        image.verify()


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image of Pillow's; whatever goes wrong while it is read is a MediaError."""
    try:
        if not path.stat().st_size:
            raise MediaError(f"{path} is empty; copy or save the picture again")
        with path.open("rb") as file, _own_limit(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which harms no pixel
            with Image.open(file, formats=FORMATS) as image:
                yield image
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        size = re.sub(r".*?(\d+) pixels.*", lambda match: f"{int(match[1]) / 1e6:.1f}", str(error))
        raise MediaError(
            f"{path} has {size} million pixels; save it smaller, with at most {MOST_PIXELS // 1_000_000} million"
        ) from error
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
def _own_limit() -> Iterator[None]:
    """Pillow's limit, of the whole process, is MOST_PIXELS while a file is read: Pillow looks before it takes memory."""
    with _limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, MOST_PIXELS // 2  # it raises at twice as many
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _damaged(path: Path, error: Exception) -> MediaError:
    reason = str(error).partition("\n")[0] or type(error).__name__
    return MediaError(f"{path} is damaged or cut short ({reason}); copy or save the picture again")


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image in one of the modes L, RGB, RGBA and CMYK, of that size."""
    white = _white(image)
    if image.size == size:
        return _plain(image, white)
    (wide, high), (width, height) = image.size, size
    step = high / height
    rows = max(1, int(_STRIP_PIXELS / (wide * step)))
    out = None
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first = max(0, int((top - _SUPPORT) * step) - 1)
        strip = _plain(image.crop((0, first, wide, min(high, int((bottom + _SUPPORT) * step) + 2))), white)
        box = (0, top * step - first, wide, min(bottom * step - first, strip.height))
        part = strip.resize((width, bottom - top), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
        out = out or Image.new(part.mode, size)
        out.paste(part, (0, top))
    return out or image


def _white(image: Image.Image) -> float:
    """The value of white in an image of one number a pixel."""
    if image.mode.startswith("I;16"):
        return 65535.0
    if image.mode not in ("I", "F"):
        return 255.0
    rows = max(1, _STRIP_PIXELS // image.width)
    strips = (image.crop((0, top, image.width, min(top + rows, image.height))) for top in range(0, image.height, rows))
    most = max(float(np.nan_to_num(np.asarray(strip, np.float32)).max()) for strip in strips)
    return 65535.0 if most > 255 else 1.0 if image.mode == "F" and most <= 1 else 255.0


def _plain(image: Image.Image, white: float) -> Image.Image:
    """The image in one of the modes L, RGB, RGBA and CMYK."""
    # In any mode a colour may be said to stand for nothing.
    transparent = image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info
    if image.mode in ("L", "RGB", "RGBA", "CMYK") and transparent == (image.mode == "RGBA"):
        return image
    if image.mode[0] in "IF":  # 16 or 32 bits a pixel, which Pillow would clip at 255
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
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
