"""The separator demucs, on networks of random weights that are saved, fetched and read as the public ones are."""

import functools
import hashlib
import http.server
import importlib
import sys
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from voicekit.core.errors import CheckpointError, PluginError
from voicekit.media.sound import Sound
from voicekit.separation import demucs as engine
from voicekit.separation.demucs import load_demucs, separate

SOURCES = ["drums", "bass", "other", "vocals"]
RATE = 8000


@pytest.fixture
def package() -> dict:
    """What lies in a public file: half floats, and the figures of its training in numpy's numbers."""
    pytest.importorskip("demucs", reason="the demucs package is not installed")
    from demucs.htdemucs import HTDemucs
    from demucs.states import get_state

    torch.manual_seed(0)
    kwargs = {"sources": SOURCES, "channels": 8, "depth": 2, "nfft": 256, "t_layers": 1, "t_heads": 2}
    kwargs |= {"samplerate": RATE, "segment": Fraction(4, 5)}
    state = get_state(HTDemucs(**kwargs), None, half=True)
    metrics = ({"sdr": np.float64(7.5)}, None)
    return {"klass": HTDemucs, "args": (), "kwargs": kwargs, "state": state, "training_args": {}, "metrics": metrics}


def save(package: object, folder: Path) -> Path:
    """Writes a file as demucs publishes them, with the first digits of its SHA-256 in its name."""
    path = folder / "package.th"
    torch.save(package, path)
    return path.rename(folder / f"0123abcd-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}.th")


@pytest.fixture
def weights(package, tmp_path) -> Path:
    return save(package, tmp_path)


class Quarters(torch.nn.Module):
    """Hears the same in all stems: together they are the mixture."""

    sources, samplerate, segment, audio_channels = SOURCES, 44_100, Fraction(1, 2), 2

    def __init__(self):
        super().__init__()
        self.share = torch.nn.Parameter(torch.tensor(0.25))

    def forward(self, mixture):
        return (self.share * mixture)[:, None].expand(-1, len(SOURCES), -1, -1)


def noise(seconds: float, rate: int, channels: int, seed: int = 0) -> np.ndarray:
    """Below an eighth of the rate, with an offset, and from nothing to nothing: a resampler rings where a sound is cut."""
    rng = np.random.default_rng(seed)
    samples = round(seconds * rate)
    spectrum = np.fft.rfft(rng.normal(0, 1, (channels, samples)))
    spectrum[:, samples // 8 :] = 0
    fade = np.sin(np.linspace(0, np.pi, samples)) ** 2
    return (np.fft.irfft(spectrum, samples) * fade * 0.2 + 0.02).astype(np.float32)


def sound(waveform: np.ndarray, rate: int, size: int = 1000) -> Sound:
    """In blocks of `size` samples."""
    edges = range(size, waveform.shape[1], size)
    return Sound(rate, len(waveform), waveform.shape[1] / rate, lambda: iter(np.split(waveform, edges, axis=1)))


def separated(sound: Sound, model: Path | None = None) -> np.ndarray:
    """The stems (stems, channels, samples)."""
    return np.concatenate(list(separate(sound, model).apply(sound.read())), axis=2)


def test_hears_what_demucs_itself_hears(weights):
    from demucs.apply import apply_model

    network = load_demucs(weights)
    length = int(network.segment * RATE)
    context, hop = length // 8, 3 * length // 4
    waveform = noise((3 * hop + hop // 2) / RATE, RATE, 2)
    mono = waveform.mean(0, dtype=np.float64)
    scaled = torch.from_numpy((waveform - np.float32(mono.mean())) / np.float32(mono.std() + 1e-8))
    # Ours begins half an overlap before the sound, and its last window is whole.
    padded = torch.nn.functional.pad(scaled, (context, 3 * hop + length - context - waveform.shape[1]))
    theirs = apply_model(network, padded[None], shifts=0, overlap=0.25)[0, :, :, context : context + waveform.shape[1]]
    theirs = theirs.numpy() * mono.std() + mono.mean() / len(SOURCES)
    ours = separated(sound(waveform, RATE), weights)
    assert ours.std() > 1e-3
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("size", [1, 777, 100_000])
def test_edges_of_blocks_make_no_difference(weights, size):
    waveform = noise(1.5, 11_025, 1)
    expected = separated(sound(waveform, 11_025), weights)
    np.testing.assert_allclose(separated(sound(waveform, 11_025, size), weights), expected, atol=1e-6)


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000])
@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_stems_lie_where_the_mixture_does(monkeypatch, rate, channels):
    pytest.importorskip("demucs", reason="the demucs package is not installed")
    monkeypatch.setattr(engine, "load_demucs", lambda model, reporter: Quarters())
    waveform = noise(1.7, rate, channels)
    stems = separated(sound(waveform, rate))
    assert stems.shape == (4, *waveform.shape)
    np.testing.assert_allclose(stems, np.stack([waveform / 4] * 4), atol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 100, 22_050 - 2 * 2756, 22_050])
def test_short_sounds(monkeypatch, samples):
    pytest.importorskip("demucs", reason="the demucs package is not installed")
    monkeypatch.setattr(engine, "load_demucs", lambda model, reporter: Quarters())
    for rate in (44_100, 48_000):
        waveform = noise(1, rate, 2)[:, :samples]
        blocks = list(separate(sound(waveform, rate)).apply(sound(waveform, rate).read()))
        assert sum(block.shape[2] for block in blocks) == samples


def test_pairs_are_heard_together_and_the_rest_alone(monkeypatch):
    pytest.importorskip("demucs", reason="the demucs package is not installed")

    class Swapped(Quarters):
        def forward(self, mixture):
            return super().forward(mixture.flip(1))

    monkeypatch.setattr(engine, "load_demucs", lambda model, reporter: Swapped())
    waveform = noise(0.6, 44_100, 6)
    waveform -= waveform.mean(1, keepdims=True)
    vocals = separated(sound(waveform, 44_100))[3]
    np.testing.assert_allclose(vocals, waveform[[1, 0, 2, 3, 5, 4]] / 4, atol=1e-5)


@pytest.mark.parametrize("kind", ["hdemucs.HDemucs", "demucs.Demucs"])
def test_reads_the_older_networks(tmp_path, kind):
    pytest.importorskip("demucs", reason="the demucs package is not installed")
    from demucs.states import get_state

    module, name = kind.split(".")
    klass = getattr(importlib.import_module(f"demucs.{module}"), name)
    kwargs = {"sources": SOURCES, "channels": 4, "samplerate": RATE, "segment": 1}
    package = {"klass": klass, "args": (), "kwargs": kwargs, "state": get_state(klass(**kwargs), None, half=True)}
    stems = separated(sound(noise(1.3, RATE, 2), RATE), save(package, tmp_path))
    assert stems.shape == (4, 2, round(1.3 * RATE))
    assert np.isfinite(stems).all()


def test_writes_a_file_for_each_stem(weights, tmp_path):
    from voicekit.media import write_sound
    from voicekit.postproduction.separate import separate as write_stems

    write_sound(tmp_path / "in.wav", iter([noise(1, RATE, 1)]), RATE)
    files = write_stems(tmp_path / "in.wav", tmp_path / "out", functools.partial(separate, model=weights))
    assert [file.name for file in files] == [f"{source}.wav" for source in SOURCES]
    assert all(file.stat().st_size > RATE for file in files)


@pytest.fixture
def hub(weights, tmp_path, monkeypatch):
    """A hub on this machine that has `weights` as the default; its folder, and where fetched files go."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    folder = tmp_path / "hub"
    folder.mkdir()
    weights.rename(folder / weights.name)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=folder), bind_and_activate=True
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(engine, "HUB", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(engine, "PUBLISHED", {"htdemucs": weights.name})
    yield folder / weights.name, tmp_path / "home" / "hub" / "checkpoints"
    server.shutdown()
    thread.join()
    server.server_close()


def test_fetches_the_default_once(hub):
    file, cache = hub
    assert load_demucs().sources == SOURCES
    assert [path.name for path in cache.iterdir()] == [file.name]
    file.unlink()
    assert load_demucs("htdemucs").sources == SOURCES


def test_a_download_that_is_not_what_was_published_is_not_kept(hub):
    file, cache = hub
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(CheckpointError, match="does not match its checksum"):
        load_demucs()
    assert list(cache.iterdir()) == []


def test_a_download_that_breaks_off_is_not_kept(hub, monkeypatch):
    file, cache = hub
    whole = file.stat().st_size
    send_header = http.server.SimpleHTTPRequestHandler.send_header

    def promise(self, name, value):
        send_header(self, name, str(whole + 1000) if name == "Content-Length" else value)

    monkeypatch.setattr(http.server.SimpleHTTPRequestHandler, "send_header", promise)
    with pytest.raises(CheckpointError, match=f"ended after {whole} of {whole + 1000} bytes"):
        load_demucs()
    assert list(cache.iterdir()) == []


def test_without_a_network_it_says_what_else_can_be_done(hub, monkeypatch):
    file, cache = hub
    monkeypatch.setattr(engine, "HUB", "http://127.0.0.1:9/")
    with pytest.raises(CheckpointError) as caught:
        load_demucs()
    for part in (f"http://127.0.0.1:9/{file.name}", str(cache), "--engine isolator"):
        assert part in str(caught.value)


def test_a_file_that_is_gone_from_the_hub(hub):
    file, _ = hub
    file.unlink()
    with pytest.raises(CheckpointError, match="not found"):
        load_demucs()


def test_without_the_package_it_says_how_to_install_it(monkeypatch, tmp_path):
    for module in [name for name in sys.modules if name.split(".")[0] == "demucs"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "demucs", None)
    with pytest.raises(PluginError, match=r"pip install 'voicekit\[separate\]'"):
        separate(sound(noise(0.1, RATE, 1), RATE))


def test_a_damaged_file_is_refused_before_it_is_read(weights, monkeypatch):
    weights.write_bytes(weights.read_bytes() + b"x")
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(CheckpointError, match="damaged"):
        load_demucs(weights)


def test_a_file_without_a_checksum_or_of_no_such_name_is_refused(weights, tmp_path):
    with pytest.raises(CheckpointError, match="no checksum"):
        load_demucs(weights.rename(tmp_path / "mine.th"))
    with pytest.raises(CheckpointError, match="htdemucs_6s"):
        load_demucs("htdemux")


class Malicious:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("place", ["klass", "kwargs", "metrics"])
def test_code_in_a_file_is_not_run(package, tmp_path, place):
    ran = tmp_path / "ran"
    path = save({**package, place: Malicious(ran)}, tmp_path)
    with pytest.raises(CheckpointError, match="perhaps code"):
        load_demucs(path)
    assert not ran.exists()
    torch.load(path, weights_only=False)
    assert ran.exists()  # it would have done so


@pytest.mark.parametrize(
    "change",
    [
        {"klass": Fraction},
        {"klass": torch.zeros(2)},
        {"state": {}},
        {"state": {"__quantized": True}},
        {"kwargs": {"sources": SOURCES}},
        {"args": 3},
        {"state": 3},
        {"state": {"weight": torch.zeros(1).expand(10**9)}},
        {"state": {"weight": torch.tensor([torch.nan])}},
    ],
)
def test_other_contents_are_refused(package, tmp_path, change):
    with pytest.raises(CheckpointError, match="take a file as published"):
        load_demucs(save({**package, **change}, tmp_path))


def test_what_is_no_package_is_refused(tmp_path):
    pytest.importorskip("demucs", reason="the demucs package is not installed")
    for content in (b"no pickle at all", b""):
        path = tmp_path / f"x-{hashlib.sha256(content).hexdigest()[:8]}.th"
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match="holds no weights"):
            load_demucs(path)
    with pytest.raises(CheckpointError, match="holds no network of demucs"):
        load_demucs(save([1, 2], tmp_path))


@pytest.mark.parametrize(
    "settings",
    [
        {"sources": ["../a", "b", "c", "d"]},
        {"sources": ["a", "a", "c", "d"]},
        {"segment": 10_000},
        {"segment": 0},
        {"samplerate": 8},
        {"samplerate": 10**9},
        {"channels": 4096},
        {"channels": 10**9},
        {"depth": 10**7},
        {"t_layers": 10**7},
        {"wiener_iters": 10**9},
        {"multi_freqs": [10**9]},
    ],
)
def test_strange_settings_are_refused(package, tmp_path, settings):
    package["kwargs"] |= settings
    with pytest.raises(CheckpointError, match="take a file as published"):
        load_demucs(save(package, tmp_path))
