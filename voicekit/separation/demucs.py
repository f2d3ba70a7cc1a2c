"""Drums, bass, vocals and the rest by Demucs, whose weights come from its hub at first use.

The networks are those of the demucs package: Hybrid Transformer Demucs (Rouard, Massa and Défossez, "Hybrid transformers for
music source separation", ICASSP 2023) and those before it. They process some seconds of stereo at a time; here these windows
move along a stream, so that a film takes no more memory than a song. Frequencies above half the network's rate, beyond
hearing, are in no stem.

The weights are a stranger's pickle. The few digits of the SHA-256 in a file's name detect damage in transit; what keeps code
out is that a file is read as tensors, plain values and the names of a few classes, or not at all.
"""

import hashlib
import http.client
import inspect
import re
import urllib.request
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from voicekit.audio.treatment import Separation
from voicekit.core.documents import shown
from voicekit.core.errors import CheckpointError, PluginError
from voicekit.core.files import atomic
from voicekit.core.reporter import SILENT, Reporter
from voicekit.media.sound import Blocks, Sound, resampled, windows
from voicekit.model.checkpoint import without_memory
from voicekit.model.torch_file import check_tensors, read_torch_file

if TYPE_CHECKING:
    from demucs.apply import Model

HUB = "https://dl.fbaipublicfiles.com/demucs/"
DEFAULT = "htdemucs"
#: The networks on the hub. Those of htdemucs_ft, each of which makes one stem, and the quantised ones of 2021 are left out;
#: any other is given as a file.
PUBLISHED = {
    "htdemucs": "hybrid_transformer/955717e8-8726e21a.th",
    "htdemucs_6s": "hybrid_transformer/5c90dfd2-34c22ccb.th",  # guitar and piano, too
}
_ADVICE = f"take a file as published, or {DEFAULT}"
Pictures = tuple[tuple[int, ...], ...]
#: Channels processed together as one stereo picture, by the number of channels (see Sound). The network was trained on
#: stereo, where the difference between the sides tells it who sings in the middle: a pair says more together, and takes half
#: the time. A channel that belongs to no pair, such as the centre of a film, which holds the dialogue, and any whose place
#: is not known, is processed alone, as both sides.
_PICTURES = {2: ((0, 1),), 6: ((0, 1), (2,), (3,), (4, 5)), 8: ((0, 1), (2,), (3,), (4, 5), (6, 7))}


def separate(sound: Sound, model: str | Path | None = None, reporter: Reporter = SILENT) -> Separation:
    """Looks through the whole sound for its level and says what it will be taken apart into: the sources of the network.

    The stems sum to about the sound, as the network was trained to make them; nothing forces them to.

    Args:
        model: a name in PUBLISHED, fetched when it is not here yet, or a file of weights in the same layout.

    Raises:
        PluginError: the demucs package is not installed.
        CheckpointError: the weights are not here and cannot be fetched, are damaged, or hold more than weights.
    """
    network = load_demucs(model, reporter)
    pictures = _PICTURES.get(sound.channels, tuple((channel,) for channel in range(sound.channels)))
    # By these demucs.separate scales, too, what it gives the network.
    mean, deviation = _levels(sound.read(), pictures)
    stems = tuple(network.sources)

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        came = gone = 0

        def counted() -> Iterator[np.ndarray]:
            nonlocal came
            for block in blocks:
                came += block.shape[1]
                yield block

        scaled = ((block - mean) / deviation for block in counted())
        parts = _parts(_at_rate(scaled, sound.sample_rate, network.samplerate), network, pictures)
        for block in _at_rate(parts, network.samplerate, sound.sample_rate):
            block = block[:, : came - gone]
            gone += block.shape[1]
            if block.size:
                # Where demucs gives each stem the whole of the mean, a share of it keeps the sum what it was.
                yield block.reshape(len(stems), sound.channels, -1) * deviation + mean / len(stems)
        if gone < came:  # a resampler may round a sample away
            yield np.zeros((len(stems), sound.channels, came - gone), np.float32)

    return Separation(stems, apply)


def load_demucs(model: str | Path | None = None, reporter: Reporter = SILENT) -> "Model":
    """A network of the demucs package, in float32, ready to be applied; on a GPU where there is one. See `separate`."""
    try:
        from demucs.demucs import Demucs
        from demucs.hdemucs import HDemucs
        from demucs.htdemucs import HTDemucs
    except ImportError as error:
        raise PluginError(
            f"the separator demucs needs its package ({error}); install it with: pip install 'voicekit[separate]'"
        ) from error
    path = _find(model or DEFAULT, reporter)
    network = _build(_read_package(path, (HTDemucs, HDemucs, Demucs)), path)
    return network.eval().to("cuda" if torch.cuda.is_available() else "cpu")


def _find(model: str | Path, reporter: Reporter) -> Path:
    """The file of weights; fetched if it is a published one that is not here."""
    if model in PUBLISHED:
        # Where demucs 4.0 itself keeps them; the environment names another place by TORCH_HOME.
        path = Path(torch.hub.get_dir(), "checkpoints", Path(PUBLISHED[model]).name)
        if not path.is_file():
            _fetch(HUB + PUBLISHED[model], path, reporter)
        return path
    path = Path(model)
    if not path.is_file():
        raise CheckpointError(f"{path} does not exist; give a file of weights, or one of {', '.join(PUBLISHED)}")
    return path


def _fetch(url: str, path: Path, reporter: Reporter) -> None:
    """Writes what lies at `url` to `path`, whole and with the checksum in its name, or not at all."""
    with atomic(path) as partial:
        found = hashlib.sha256()
        with partial.open("wb") as file:
            for piece in _received(url, path, reporter):
                found.update(piece)
                file.write(piece)
        if not found.hexdigest().startswith(_checksum(path)):
            raise _not_fetched(url, path, "the file does not match its checksum")


def _received(url: str, path: Path, reporter: Reporter) -> Iterator[bytes]:
    """What lies at `url`, piece by piece."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            total, came = int(response.headers["Content-Length"] or 0), 0
            pieces = iter(lambda: response.read(1 << 18), b"")
            for piece in reporter.track(pieces, f"fetching {path.name}", total, size=len):
                came += len(piece)
                yield piece
            if came < total:
                raise _not_fetched(url, path, f"it ended after {came} of {total} bytes")
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: a length that is no number
        raise _not_fetched(url, path, str(getattr(error, "reason", error) or type(error).__name__)) from error


def _not_fetched(url: str, path: Path, reason: str) -> CheckpointError:
    return CheckpointError(
        f"{url} could not be fetched: {reason}. Run the same command again; or fetch it by other means and put it, "
        f"as {path.name}, into {path.parent}; or take --engine isolator, which needs no download"
    )


def _checksum(path: Path) -> str:
    """The first digits of the SHA-256 in the name; demucs.states.save_with_checksum writes eight.

    Raises:
        CheckpointError: there are none.
    """
    found = re.fullmatch(r".*-([0-9a-f]{8,64})\.th", path.name)
    if not found:
        raise _strange(path, "has no checksum in its name, such as 955717e8-8726e21a.th")
    return found[1]


class _Unread:
    """Stands where a file holds numbers of numpy's: the figures of its training, which the network is not built from."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


def _read_package(path: Path, networks: tuple[type[nn.Module], ...]) -> dict[str, Any]:
    """What demucs.states.serialize_model made: klass, one of `networks`; its args and kwargs; state, its weights.

    Raises:
        CheckpointError: the checksum is another, or the file holds anything else.
    """
    checksum = _checksum(path)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from error
    if not found.startswith(checksum):
        raise CheckpointError(
            f"{path} is damaged: its checksum is {found[: len(checksum)]}; delete it and download it again"
        )
    numbers = ("numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
    package = read_torch_file(path, _ADVICE, [*networks, Fraction, *((_Unread, name) for name in numbers)])
    if not isinstance(package, dict) or not any(package.get("klass") is network for network in networks):
        raise _strange(path, "holds no network of demucs")
    if not isinstance(package.get("state"), dict):
        raise _strange(path, "holds no weights of a network")
    if "__quantized" in package["state"]:  # for which demucs would end the process
        raise _strange(path, "holds quantised weights")
    check_tensors(package["state"], path, _ADVICE)
    return package


def _build(package: dict[str, Any], path: Path) -> "Model":
    try:
        klass, args = package["klass"], list(package["args"])
        known = inspect.signature(klass).parameters  # this version of demucs may no longer know all settings
        kwargs = {name: value for name, value in package["kwargs"].items() if name in known}
        for name, value in [*zip(known, args, strict=False), *kwargs.items()]:
            _check_setting(name, value)
        with without_memory():
            wanted = sum(tensor.numel() for tensor in klass(*args, **kwargs).state_dict().values())
        if wanted > sum(tensor.numel() for tensor in package["state"].values()):
            raise ValueError("it is larger than its weights")
        network: Any = klass(*args, **kwargs)
        network.load_state_dict(package["state"])
        sources, samples = list(network.sources), int(network.segment * network.samplerate)
        # Stems become names of files.
        named = len(set(sources)) == len(sources) > 0 and all(re.fullmatch(r"\w+", source) for source in sources)
        usable = named and network.audio_channels == 2 and 8000 <= network.samplerate <= 192_000
        usable = usable and 0.1 <= samples / network.samplerate <= 60
    except Exception as error:  # there is no end to the ways in which a stranger's settings may fail
        reason = str(error).partition("\n")[0][:200]
        raise _strange(path, f"holds a network of demucs that cannot be built ({reason})") from error
    if not usable:
        raise _strange(path, "holds a network of demucs that is not for stereo, or of stems that cannot be files")
    return network


def _check_setting(name: str, value: Any) -> None:
    """Raises ValueError where it counts more than any network has: what is built once for each is built endlessly."""
    most = 64 if re.search("depth|layers|iters|attn|lstm", name) else 1_000_000
    for number in value if isinstance(value, list | tuple) else [value]:
        if isinstance(number, int | float | Fraction) and not -most <= number <= most:
            raise ValueError(f"{name} is {shown(number)}, of at most {most}")


def _strange(path: Path, what: str) -> CheckpointError:
    return CheckpointError(f"{path} {what}; {_ADVICE}")


def _levels(blocks: Blocks, pictures: Pictures) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation, (channels, 1), of the mono mix of the picture that each channel belongs to."""
    samples, sums = 0, np.zeros((2, len(pictures)))
    for block in blocks:
        mono = np.stack([block[list(picture)].mean(0, dtype=np.float64) for picture in pictures])
        samples += block.shape[1]
        sums += mono.sum(1), np.square(mono).sum(1)
    mean, square = sums / max(samples, 1)
    deviation = np.sqrt(np.maximum(square - mean**2, 0)) + 1e-8  # as in demucs, for silence
    levels = np.repeat([mean, deviation], [len(picture) for picture in pictures], axis=1).astype(np.float32)
    return levels[0, :, None], levels[1, :, None]


def _at_rate(blocks: Blocks, rate: int, to_rate: int) -> Blocks:
    return blocks if rate == to_rate else resampled(blocks, rate, to_rate)


def _parts(blocks: Blocks, network: "Model", pictures: Pictures) -> Iterator[np.ndarray]:
    """Blocks (channels, samples) at the network's rate to (stems · channels, samples), a stem's channels side by side.

    Windows are as long as those the network was trained on and overlap by a quarter, in which one fades into the next on a
    line. So they do in demucs.apply.apply_model, but for where the first one begins: half an overlap before the sound.
    """
    length = int(network.segment * network.samplerate)
    context = length // 8
    overlap = 2 * context
    fade = np.arange(1, overlap + 1, dtype=np.float32) / (overlap + 1)
    tail, came, gone = None, 0, 0
    for window, samples in windows(blocks, length - overlap, context):
        out = _apply(network, window, pictures)
        if tail is not None:
            out[:, :overlap] = (1 - fade) * tail + fade * out[:, :overlap]
        came += samples
        start = context if tail is None else 0
        done = out[:, start : min(length - overlap, start + came - gone)]
        gone += done.shape[1]
        tail = out[:, -overlap:].copy()
        yield done
    if tail is not None and gone < came:
        yield tail[:, : came - gone]


def _apply(network: "Model", window: np.ndarray, pictures: Pictures) -> np.ndarray:
    """One window (channels, samples) to (stems · channels, samples); one picture after the other, to save memory."""
    from demucs.apply import apply_model

    device = next(network.parameters()).device
    stems = np.empty((len(network.sources), *window.shape), np.float32)
    for picture in pictures:
        mixture = torch.from_numpy(window[list(picture)]).expand(2, -1)
        out = apply_model(network, mixture[None], shifts=0, split=False, device=device)[0].cpu().numpy()
        stems[:, list(picture)] = out if len(picture) == 2 else out.mean(1, keepdims=True)
    return stems.reshape(-1, window.shape[1])
