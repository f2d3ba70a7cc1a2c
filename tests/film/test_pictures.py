"""Picture files of every kind, and those that are none."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from voicekit.core.errors import MediaError
from voicekit.film.pictures import pictures
from voicekit.film.pictures.pictures import ENDINGS, KEPT_PIXELS, check_picture, read_picture

RED, GREEN, BLUE = (230, 20, 30), (20, 200, 40), (20, 30, 220)


def quarters() -> Image.Image:
    """40 × 20: red and green above, blue and white below."""
    pixels = np.full((20, 40, 3), 255, np.uint8)
    pixels[:10, :20], pixels[:10, 20:], pixels[10:, :20] = RED, GREEN, BLUE
    return Image.fromarray(pixels)


def near(pixel, colour, by=12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= by)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "tif", "gif"])
def test_kinds(tmp_path, ending):
    path = tmp_path / f"p.{ending}"
    quarters().save(path, **({"quality": 95, "subsampling": 0} if ending == "jpg" else {}))
    pixels = read_picture(path)
    assert pixels.shape == (20, 40, 3) and pixels.dtype == np.uint8
    assert near(pixels[4, 8], RED) and near(pixels[4, 30], GREEN) and near(pixels[15, 8], BLUE)
    pixels[0, 0] = 0  # it is ours


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_it_is_turned_upright(tmp_path, turn, ending):
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what Pillow calls the way back
    stored = quarters().transpose(Image.Transpose(back[turn])) if turn > 1 else quarters()
    exif = Image.Exif()
    exif[0x0112] = turn
    options = {"quality": 95, "subsampling": 0} if ending == "jpg" else {"lossless": True} if ending == "webp" else {}
    stored.save(tmp_path / f"p.{ending}", exif=exif, **options)
    pixels = read_picture(tmp_path / f"p.{ending}")
    assert pixels.shape == (20, 40, 3)
    assert near(pixels[4, 8], RED) and near(pixels[4, 30], GREEN) and near(pixels[15, 8], BLUE)


def test_cmyk(tmp_path):
    quarters().convert("CMYK").save(tmp_path / "p.jpg", quality=95)
    assert near(read_picture(tmp_path / "p.jpg")[4, 8], RED, 25)
    quarters().convert("CMYK").save(tmp_path / "p.tif")
    assert near(read_picture(tmp_path / "p.tif")[15, 8], BLUE, 25)


def test_a_profile_is_followed(tmp_path):
    linear = _linear_profile()
    image = Image.new("RGB", (8, 8), (55, 55, 55))
    image.save(tmp_path / "p.png", icc_profile=linear)
    # By the definition of sRGB: 1.055 · v^(1 / 2.4) − 0.055.
    expected = 255 * (1.055 * (55 / 255) ** (1 / 2.4) - 0.055)
    assert near(read_picture(tmp_path / "p.png")[4, 4], [round(expected)] * 3, 2)
    image.save(tmp_path / "q.png", icc_profile=b"no profile at all")
    assert (read_picture(tmp_path / "q.png") == 55).all()
    # A profile for other colours than those of the file: it cannot be followed.
    image.convert("CMYK").save(tmp_path / "p.jpg", icc_profile=linear)
    assert near(read_picture(tmp_path / "p.jpg")[4, 4], [55] * 3, 4)


def _linear_profile() -> bytes:
    """That of sRGB with a straight line for its curves."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = struct.unpack(">I", data[128:132])[0]
    for number in range(tags):
        name, offset = struct.unpack(">4sI", data[132 + 12 * number : 140 + 12 * number])
        if name in (b"rTRC", b"gTRC", b"bTRC"):  # a curve of no points is the identity
            data[offset : offset + 12] = struct.pack(">4sII", b"curv", 0, 0)
    return bytes(data)


def test_sixteen_bits(tmp_path):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, 0)
    for ending in ("png", "tif"):
        Image.fromarray(ramp).save(tmp_path / f"p.{ending}")
        pixels = read_picture(tmp_path / f"p.{ending}")
        assert np.abs(pixels[0, :, 1].astype(int) - np.arange(256)).max() <= 1
    Image.fromarray((ramp / 65535).astype(np.float32)).save(tmp_path / "f.tif")
    assert np.abs(read_picture(tmp_path / "f.tif")[0, :, 1].astype(int) - np.arange(256)).max() <= 1


def test_palette_and_one_bit(tmp_path):
    quarters().quantize(8).save(tmp_path / "p.png")
    assert near(read_picture(tmp_path / "p.png")[4, 30], GREEN)
    quarters().convert("1").save(tmp_path / "b.png")
    assert set(np.unique(read_picture(tmp_path / "b.png"))) <= {0, 255}
    quarters().convert("L").save(tmp_path / "g.png")
    assert read_picture(tmp_path / "g.png").shape == (20, 40, 3)


def test_transparent_parts_are_grey_and_that_is_said(tmp_path):
    image = quarters().convert("RGBA")
    image.paste((255, 255, 255, 0), (0, 0, 20, 10))
    indexed = Image.new("P", (8, 8), 0)
    image.save(tmp_path / "p.png")
    indexed.save(tmp_path / "i.png", transparency=0)
    Image.new("RGB", (8, 8), RED).save(tmp_path / "c.png", transparency=RED)
    Image.new("LA", (8, 8), (200, 0)).save(tmp_path / "l.png")
    for name, spot in (("p", (4, 8)), ("i", (1, 1)), ("c", (1, 1)), ("l", (1, 1))):
        said = []
        pixels = read_picture(tmp_path / f"{name}.png", said.append)
        assert near(pixels[spot], (128, 128, 128), 1), name
        assert any("transparent" in line and name in line for line in said)
    assert near(read_picture(tmp_path / "p.png")[4, 30], GREEN)
    said = []
    quarters().convert("RGBA").save(tmp_path / "whole.png")  # opaque: nothing to say
    read_picture(tmp_path / "whole.png", said.append)
    assert not said


def test_of_an_animation_the_first_picture_is_taken(tmp_path):
    said = []
    quarters().save(tmp_path / "p.gif", save_all=True, append_images=[Image.new("RGB", (40, 20), BLUE)])
    assert near(read_picture(tmp_path / "p.gif", said.append)[4, 8], RED)
    assert said and "animated" in said[0]


def test_a_large_picture_is_reduced(tmp_path):
    said = []
    Image.new("RGB", (12_000, 9_000), RED).save(tmp_path / "p.jpg", quality=30)
    pixels = read_picture(tmp_path / "p.jpg", said.append)
    assert pixels.shape[0] * pixels.shape[1] <= KEPT_PIXELS * 1.001
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(4 / 3, abs=0.001)
    assert near(pixels[1000, 1000], RED)
    assert said and "12000 × 9000" in said[0]


def test_a_reduced_picture_is_turned_upright_too(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    quarters().resize((400, 200)).save(tmp_path / "p.jpg", exif=exif)
    assert read_picture(tmp_path / "p.jpg", pixels=5000).shape == (100, 50, 3)


def _png(width: int, height: int) -> bytes:
    """The beginning of a PNG of a size, without its pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_a_picture_beyond_all_measure_is_refused(tmp_path):
    (tmp_path / "bomb.png").write_bytes(_png(60_000, 60_000) + b"\0\0\0\0IDAT\x35\xaf\x06\x1e" + b"\0\0\0\0IEND\xaeB`\x82")
    before = Image.MAX_IMAGE_PIXELS
    with pytest.raises(MediaError, match=r"bomb\.png has 3600\.0 million pixels; save it smaller, with at most 120 million"):
        read_picture(tmp_path / "bomb.png")
    assert before == Image.MAX_IMAGE_PIXELS  # Pillow's own limit is as it was


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "bmp", "tif", "webp"])
@pytest.mark.parametrize("size", [(60_000, 4900), (16_000, 16_000), (0, 20)])
def test_what_a_picture_says_of_its_size_is_looked_at_first(tmp_path, ending, size):
    """None of these holds more than a few pixels."""
    if ending == "gif" and not min(size):
        pytest.skip("a GIF is as large as its pictures")
    memory = io.BytesIO()
    kind = Image.registered_extensions()[f".{ending}"]
    quarters().save(memory, kind, **({"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"} if kind == "WEBP" else {}))
    data = bytearray(memory.getvalue())
    place, width, height = {
        "PNG": (16, *(struct.pack(">I", n) for n in size)),
        "JPEG": (data.find(b"\xff\xc0") + 5, *(struct.pack(">H", n) for n in reversed(size))),
        "GIF": (6, *(struct.pack("<H", n) for n in size)),
        "BMP": (18, *(struct.pack("<I", n) for n in size)),
        "WEBP": (24, *(struct.pack("<I", max(0, n - 1))[:3] for n in size)),
        "TIFF": (0, b"", b""),
    }[kind]
    data[place : place + 2 * len(width)] = width + height
    if kind == "TIFF":
        for tag, old, new in ((256, 40, size[0]), (257, 20, size[1])):
            at = data.index(struct.pack("<HHII", tag, 4, 1, old))
            data[at : at + 12] = struct.pack("<HHII", tag, 4, 1, new)
    elif kind == "PNG":
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    (tmp_path / f"p.{ending}").write_bytes(data)
    for read in (read_picture, check_picture) if min(size) else (read_picture,):
        with pytest.raises(MediaError, match=rf"p\.{ending} ") as error:
            read(tmp_path / f"p.{ending}")
        assert min(size) == 0 or "million pixels; save it smaller, with at most 120 million" in str(error.value)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P", "1", "LA", "I;16", "I", "F"])
@pytest.mark.parametrize("pixels_kept", [40_000, 5000, 100])
def test_a_picture_that_is_reduced_in_strips_is_the_same(tmp_path, monkeypatch, mode, pixels_kept):
    noise = np.random.default_rng(0).integers(0, 255, (301, 203, 3), dtype=np.uint8)
    smooth = Image.fromarray(noise).resize((203, 301), Image.Resampling.BICUBIC, (0, 0, 30, 40))
    image = Image.fromarray(np.asarray(smooth.convert("L"), np.uint16) * 257) if mode == "I;16" else smooth.convert(mode)
    image.save(tmp_path / "p.tif")
    whole = read_picture(tmp_path / "p.tif", pixels=pixels_kept)
    monkeypatch.setattr(pictures, "_STRIP_PIXELS", 3000)
    strips = read_picture(tmp_path / "p.tif", pixels=pixels_kept)
    assert (
        whole.shape == strips.shape and np.abs(whole.astype(int) - strips).max() <= 6
    )  # of 256: it is reduced in two steps
    assert whole.std() > 10


def test_what_pillow_hands_to_other_programs_is_no_picture(tmp_path):
    """EPS, to Ghostscript."""
    quarters().save(tmp_path / "p.eps")
    for ending in ENDINGS:
        (tmp_path / f"p{ending}").write_bytes((tmp_path / "p.eps").read_bytes())
        with pytest.raises(MediaError, match="is not a readable picture"):
            read_picture(tmp_path / f"p{ending}")


def test_a_limit_of_pillow_is_none_of_ours(tmp_path, monkeypatch):
    """Pillow looks at it again while it decodes a TIFF."""
    for name, options in (("p.tif", {"compression": "tiff_lzw"}), ("p.png", {}), ("p.gif", {})):
        Image.new("L", (300, 200)).save(tmp_path / name, **options)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
        assert read_picture(tmp_path / name).shape == (200, 300, 3)
        check_picture(tmp_path / name)
        assert Image.MAX_IMAGE_PIXELS == 1000
        monkeypatch.undo()


def test_what_is_no_picture_is_said(tmp_path):
    memory = io.BytesIO()
    quarters().resize((400, 200)).save(memory, "png")
    jpeg = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99, 3), dtype=np.uint8)).save(jpeg, "jpeg")
    cases = {
        "text.jpg": (b"Dear diary, today I took no picture.", "is not a readable picture"),
        "empty.png": (b"", "is empty"),
        "cut.png": (memory.getvalue()[:-200], "cut short"),
        "cut.jpg": (jpeg.getvalue()[:3000], "cut short"),
        "head.png": (_png(100, 100), "is not a readable picture"),
        "junk.png": (memory.getvalue()[:60] + b"\xff" * 400, "damaged"),
    }
    for name, (data, what) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MediaError) as error:
            read_picture(tmp_path / name)
        assert name in str(error.value) and what in str(error.value), error.value
    for path in (tmp_path / "missing.png", tmp_path):
        with pytest.raises(MediaError, match=path.name):
            read_picture(path)
