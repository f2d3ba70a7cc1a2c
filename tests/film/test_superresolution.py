"""Super-resolution by a network in an ONNX file. The networks are written byte by byte: that takes no other package."""

import builtins
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clips import make_clip, make_sound
from listener import Listener
from onnx_file import field

from voicekit.core.errors import ConfigError, PluginError
from voicekit.film.enhancement.network import Network
from voicekit.film.enhancement.superresolution import OnnxUpscale, OnnxUpscaleOptions, enlarged
from voicekit.film.enhancement.tile_cache import Skipping
from voicekit.film.stage import Context
from voicekit.media.planes import blank, views

pytest.importorskip("onnxruntime")


def ints(name: str, *values: int) -> bytes:
    return field(5, field(1, name) + b"".join(field(8, v) for v in values) + field(20, 7))


def one_int(name: str, value: int) -> bytes:
    return field(5, field(1, name) + field(3, value) + field(20, 2))


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(field(1, n) for n in values.shape)
    return field(5, dims + field(2, 1) + field(8, name) + field(9, values.astype("<f4").tobytes()))


def described(tag: int, name: str, channels: int, size: int, kind: int) -> bytes:
    def length(n: int) -> bytes:
        return field(1, field(1, n) if n else field(2, f"n{n}"))

    shape = b"".join(map(length, (1, channels, size, size)))
    return field(tag, field(1, name) + field(2, field(1, field(1, kind) + field(2, shape))))


def write_model(path: Path, weights: np.ndarray, size: int = 0, blocks: int = 2, channels: int = 3, kind: int = 1) -> Path:
    """A convolution and depth-to-space: (1, 3, h, w) → (1, 3, 2h, 2w)."""
    pad = weights.shape[2] // 2
    conv = field(1, "x") + field(1, "w") + field(2, "c") + field(4, "Conv") + ints("pads", pad, pad, pad, pad)
    wide = field(1, "c") + field(2, "y") + field(4, "DepthToSpace") + one_int("blocksize", blocks)
    graph = field(1, conv) + field(1, wide) + field(2, "g") + tensor("w", weights)
    graph += described(11, "x", channels, size, kind) + described(12, "y", 3, 0, kind)
    path.write_bytes(field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13)))
    return path


def weights_of(channels: int = 3, blocks: int = 2, noise: float = 0.02) -> np.ndarray:
    """Each colour from its own neighbourhood mostly, so that pictures stay pictures."""
    rng = np.random.default_rng(1)
    made = noise * rng.normal(size=(3 * blocks**2, channels, 5, 5))
    for out in range(len(made)):
        made[out, out % 3 if channels >= 3 else 0, 2, 2] += 1 - 5 * noise
    return made.astype(np.float32)


def directly(pixels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What the network makes of a picture as a whole: DepthToSpace as ONNX defines it."""
    import torch

    x = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    c = torch.nn.functional.conv2d(x, torch.from_numpy(weights), padding=2)[0].numpy()
    _, h, w = c.shape
    y = c.reshape(2, 2, 3, h, w).transpose(2, 3, 0, 4, 1).reshape(3, 2 * h, 2 * w)
    return np.clip(np.round(y.transpose(1, 2, 0) * 255), 0, 255)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "twice.onnx", weights_of())


@pytest.fixture
def picture() -> np.ndarray:
    rng = np.random.default_rng(0)
    smooth = np.kron(rng.integers(40, 210, (13, 17, 3)), np.ones((8, 8, 1)))
    return (smooth + rng.integers(0, 20, smooth.shape)).astype(np.uint8)[:101, :133]


def test_tiles_give_what_the_whole_picture_gives(model, picture):
    network = Network(model, "cpu", 32)
    made = network.picture(picture, 8)
    assert network.scale == 2 and made.shape == (202, 266, 3)
    # What a tile gives nothing of is as wide as what this network looks at; the picture's own edge it sees as it is.
    assert np.abs(made - directly(picture, weights_of())).max() <= 1


def test_a_tile_as_large_as_the_picture_is_exact(model, picture):
    made = Network(model, "cpu", 256).picture(picture[:96, :128], 16)
    assert np.abs(made - directly(picture[:96, :128], weights_of())).max() <= 1


def test_seams_are_not_seen(model):
    """A flat picture stays flat, wherever tiles meet."""
    made = Network(model, "cpu", 64).picture(np.full((100, 150, 3), 120, np.uint8), 16)
    inside = made[12:-12, 12:-12].astype(int)
    assert np.ptp(inside.reshape(-1, 2, inside.shape[1], 3)[:, 0, ::2], axis=(0, 1)).max() <= 3


def test_a_network_of_a_fixed_size(tmp_path, picture):
    network = Network(write_model(tmp_path / "fixed.onnx", weights_of(), size=48), "cpu", 256)
    small = picture[:30, :40]
    assert network.picture(small, 8).shape == (60, 80, 3)
    assert np.abs(network.picture(picture, 12) - directly(picture, weights_of())).max() <= 1


def test_sixteen_bits(model, picture):
    eight = Network(model, "cpu", 64).picture(picture, 8).astype(float)
    sixteen = Network(model, "cpu", 64).picture(picture.astype(np.uint16) * 257, 8) / 257
    assert np.abs(sixteen - eight).max() <= 0.51


@pytest.mark.parametrize("kind", ["yuv420p", "yuv444p", "yuv420p10le"])
def test_a_frame_keeps_its_colours(tmp_path, kind):
    network = Network(write_model(tmp_path / "same.onnx", weights_of(noise=0)), "cpu", 64)
    frame = blank(64, 48, kind)
    unit = 4 if "10" in kind else 1
    for plane, level in zip(views(frame), (120, 110, 140), strict=True):
        plane[:] = level * unit
    frame.pts, frame.time_base, frame.colorspace, frame.color_range = 7, Fraction(1, 25), 1, 1
    made = enlarged(frame, network, 8)
    assert (made.width, made.height, made.format.name, made.pts, made.colorspace) == (128, 96, kind, 7, 1)
    for plane, level in zip(views(made), (120, 110, 140), strict=True):
        assert np.abs(plane / unit - level).max() <= 1


def test_what_lies_still_is_not_done_again(model):
    network = Network(model, "cpu", 64)
    rng = np.random.default_rng(3)
    base = rng.integers(40, 200, (192, 256), dtype=np.uint8)

    def frames():
        for number in range(6):
            frame = blank(256, 192, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            y, u, v = views(frame)
            y[:], u[:], v[:] = base, 120, 130
            y[70:90, 40 + 4 * number : 60 + 4 * number] = 220
            yield frame

    skipping = Skipping(lambda frame: enlarged(frame, network, 16), 16, 2)
    for frame in frames():
        made, whole = skipping(frame), enlarged(frame, network, 16)
        difference = views(made)[0].astype(float) - views(whole)[0]
        assert np.mean(np.square(difference)) < 0.65  # 50 dB
    assert skipping.processed < skipping.blocks / 2


def test_a_film(tmp_path, model):
    clip = make_clip(tmp_path / "clip.mp4", 0.5, make_sound(0.5), codec="libx264", rotation=90)
    said = []
    OnnxUpscale().run(
        [clip], tmp_path / "large.mp4", OnnxUpscaleOptions(str(model)), Context("cpu", reporter=Listener(said))
    )
    with av.open(str(tmp_path / "large.mp4")) as film:
        assert len(film.streams.audio) == 1
        frames = list(film.decode(video=0))
    assert len(frames) == 13 and (frames[0].width, frames[0].height, frames[0].rotation) == (128, 96, 90)
    assert "2 times" in said[0]


def test_models_that_do_not_fit(tmp_path):
    text = tmp_path / "text.onnx"
    text.write_text("no model")
    with pytest.raises(ConfigError, match=r"text\.onnx is not a readable ONNX model"):
        Network(text, "cpu")
    with pytest.raises(ConfigError, match="does not exist"):
        Network(tmp_path / "none.onnx", "cpu")
    grey = write_model(tmp_path / "grey.onnx", weights_of(channels=1), channels=1)
    with pytest.raises(ConfigError, match="takes 1 channels: it must take one RGB picture"):
        Network(grey, "cpu")
    less = write_model(tmp_path / "less.onnx", np.zeros((4, 3, 5, 5), np.float32))
    with pytest.raises(ConfigError, match="whole number of times as large"):
        Network(less, "cpu")
    none = write_model(tmp_path / "none.onnx", np.full((12, 3, 5, 5), np.nan, np.float32))
    with pytest.raises(ConfigError, match=r"none\.onnx makes of a picture what is no number"):
        Network(none, "cpu")


def test_options_out_of_range(tmp_path):
    with pytest.raises(ConfigError, match="tile = 8: choose a number between 32 and 2048"):
        OnnxUpscaleOptions(tile=8)
    with pytest.raises(ConfigError, match=r"overlap = 100: .* a quarter of the tile"):
        OnnxUpscaleOptions(overlap=100)
    with pytest.raises(ConfigError, match="set model to the path"):
        OnnxUpscale().run([tmp_path / "a.mp4"], tmp_path / "b.mp4", OnnxUpscaleOptions(), Context())


def test_without_onnx_runtime(monkeypatch, model):
    real = builtins.__import__

    def without(name, *rest):
        if name == "onnxruntime":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PluginError, match=r"pip install 'voicekit\[upscale\]'"):
        Network(model)
