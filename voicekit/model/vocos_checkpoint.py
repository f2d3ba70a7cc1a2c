"""Vocos as others publish it: `config.yaml` beside `pytorch_model.bin` or `model.safetensors`.

The layout is that of the vocos package, in which `charactr/vocos-mel-24khz` lies on Hugging Face. The weights are a
stranger's: a pickle is read as tensors or not at all, sizes are those of the tensors, and whatever says how the mel
spectrograms were made (the config, the window and the mel filters among the weights) has to say what audio.features does.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, SAMPLE_RATE
from voicekit.core.documents import parse_yaml, read_document, shown
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.model.checkpoint import load_tensors, with_weights, without_memory
from voicekit.model.sizes import VocosConfig
from voicekit.model.torch_file import check_tensors, read_torch_file
from voicekit.model.vocos import Vocos

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_ADVICE = (
    f"take a Vocos trained on mel spectrograms of {SAMPLE_RATE} Hz, n_fft {N_FFT}, hop {HOP_LENGTH}, {N_MELS} bands, "
    "such as vocos-mel-24khz"
)
#: The values that `config.yaml` must have where it gives these keys. A missing or null one means the default of the vocos
#: package, which is the same except for the head's padding.
_CONVENTION = {
    "feature_extractor": {
        "class_path": "vocos.feature_extractors.MelSpectrogramFeatures",
        "sample_rate": SAMPLE_RATE,
        "n_fft": N_FFT,
        "hop_length": HOP_LENGTH,
        "n_mels": N_MELS,
        "padding": "center",
        "f_min": 0,
        "f_max": SAMPLE_RATE / 2,
        "norm": None,
        "mel_scale": "htk",
    },
    "backbone": {"class_path": "vocos.models.VocosBackbone", "input_channels": N_MELS, "adanorm_num_embeddings": None},
    "head": {"class_path": "vocos.heads.ISTFTHead", "n_fft": N_FFT, "hop_length": HOP_LENGTH, "padding": "center"},
}


def read_vocos(path: Path) -> Vocos:
    """The generator that lies at `path`, in float32 on the CPU.

    Args:
        path: the folder, or the file of weights in it. `config.yaml` may be missing: the weights show all but the hop
            length and the padding, which are then taken on trust.

    Raises:
        CheckpointError: nothing is there, it is damaged, it holds more than weights, it is another model, or one that was
            trained on other mel spectrograms than ours.
    """
    weights = _find(path)
    described = weights.with_name("config.yaml")
    config = _read_config(described)
    _complain(described, _differences(config, _CONVENTION))
    tensors = _read_tensors(weights)
    _complain(weights, _strange_features(tensors))
    try:
        sizes = _sizes(tensors)
    except ConfigError as error:
        raise CheckpointError(f"{weights} is not a Vocos for voicekit: {error}; {_ADVICE}") from error
    _complain(weights, _strange_weights(tensors, sizes))
    dims = {"dim": sizes.channels, "intermediate_dim": sizes.hidden_channels, "num_layers": sizes.layers}
    _complain(described, _differences(config, {"backbone": dims, "head": {"dim": sizes.channels}}))
    return with_weights(lambda: Vocos(sizes), tensors).eval()


def _find(path: Path) -> Path:
    """The file of weights."""
    candidates = [path / name for name in _WEIGHTS] if path.is_dir() else [path]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    what = f"holds neither {' nor '.join(_WEIGHTS)}" if path.is_dir() else "is not there"
    raise CheckpointError(f"{path} {what}; give the folder of a downloaded Vocos, such as vocos-mel-24khz")


def _read_config(path: Path) -> dict[str, dict[str, Any]]:
    """The sections of `config.yaml`, each its class path and arguments; none where there is no such file."""
    try:
        sections = read_document(path, parse_yaml)
        found = {name: _plain({**sections[name], **(sections[name].get("init_args") or {})}) for name in _CONVENTION}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise CheckpointError(f"{path} is not the configuration of a Vocos ({reason}); download it again") from error
    found["head"].setdefault("padding", "same")
    return found


def _plain(values: dict) -> dict[str, Any]:
    """Without lists and tables: all that counts here is a word or a number, and a list of lists may be too long to say."""
    return {key: value for key, value in values.items() if isinstance(value, str | int | float | None)}


def _differences(config: dict[str, dict[str, Any]], wanted: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{section}.{key} is {shown(found)}, not {value!r}"
        for section, values in wanted.items()
        for key, value in values.items()
        if (found := config.get(section, {}).get(key)) not in (None, value)
    ]


def _read_tensors(path: Path) -> dict[str, Tensor]:
    read = load_tensors if path.suffix == ".safetensors" else read_torch_file
    tensors = read(path, "download it again, as a file of weights alone")
    if not isinstance(tensors, dict):
        raise CheckpointError(f"{path} holds no weights by name; {_ADVICE}")
    check_tensors(tensors, path, _ADVICE)
    return dict(tensors)


def _strange_features(tensors: dict[str, Tensor]) -> list[str]:
    """What the checkpoint's own window and mel filters, which are taken out of `tensors`, do otherwise than ours."""
    from torchaudio.functional import melscale_fbanks

    window = torch.hann_window(N_FFT)
    filters = melscale_fbanks(N_FFT // 2 + 1, 0.0, SAMPLE_RATE / 2, N_MELS, SAMPLE_RATE)
    ours = {
        "feature_extractor.mel_spec.spectrogram.window": ("the window of its spectrograms", window),
        "feature_extractor.mel_spec.mel_scale.fb": ("its mel bands", filters),
        "head.istft.window": ("the window of its inverse STFT", window),
    }
    return [
        f"{name}, {what}, is not ours"
        for name, (what, value) in ours.items()
        if (theirs := tensors.pop(name, None)) is not None
        and not (theirs.shape == value.shape and torch.allclose(theirs.float(), value, atol=1e-3))
    ]


def _sizes(tensors: dict[str, Tensor]) -> VocosConfig:
    """As the shapes have them; where the telling tensors are missing, the usual ones."""

    def size(name: str, axis: int, usual: int) -> int:
        shape = tensors[name].shape if name in tensors else ()
        return max(shape[axis], 1) if len(shape) > axis else usual

    return VocosConfig(
        channels=size("head.out.weight", 1, VocosConfig.channels),
        hidden_channels=size("backbone.convnext.0.pwconv1.weight", 0, VocosConfig.hidden_channels),
        layers=max(sum(name.endswith(".dwconv.weight") for name in tensors), 1),
    )


def _strange_weights(tensors: dict[str, Tensor], sizes: VocosConfig) -> list[str]:
    """What the tensors lack, have too much, or have in another shape, for a Vocos of these sizes."""
    with without_memory():
        wanted = {name: tensor.shape for name, tensor in Vocos(sizes).state_dict().items()}
    missing, strange = wanted.keys() - tensors.keys(), tensors.keys() - wanted.keys()
    shapes = [
        f"{name} is of the shape {tuple(tensors[name].shape)}, not {tuple(shape)}"
        for name, shape in wanted.items()
        if name in tensors and tensors[name].shape != shape
    ]
    return [*_some("it lacks", missing), *_some("it holds the stranger", strange), *shapes[:3]]


def _some(what: str, names: set[str]) -> list[str]:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return [f"{what} {', '.join(map(repr, sorted(names)[:3]))}{more}"] if names else []


def _complain(path: Path, problems: list[str]) -> None:
    if problems:
        raise CheckpointError(f"{path} is not a Vocos for voicekit: {'; '.join(problems)}. Instead, {_ADVICE}")
