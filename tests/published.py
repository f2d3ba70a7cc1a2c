"""A Vocos as others publish it, of random weights and small enough to build in a blink."""

from pathlib import Path

import torch
from torch import Tensor
from torchaudio.transforms import MelSpectrogram

CONFIG = """\
feature_extractor:
  class_path: vocos.feature_extractors.MelSpectrogramFeatures
  init_args:
    sample_rate: 24000
    n_fft: 1024
    hop_length: 256
    n_mels: 100
    padding: center

backbone:
  class_path: vocos.models.VocosBackbone
  init_args:
    input_channels: 100
    dim: {dim}
    intermediate_dim: {hidden}
    num_layers: {layers}

head:
  class_path: vocos.heads.ISTFTHead
  init_args:
    dim: {dim}
    n_fft: 1024
    hop_length: 256
    padding: center
"""


def published_tensors(dim: int = 16, hidden: int = 24, layers: int = 2) -> dict[str, Tensor]:
    """Names and shapes of `charactr/vocos-mel-24khz`, in smaller."""
    mel = MelSpectrogram(sample_rate=24_000, n_fft=1024, hop_length=256, n_mels=100, power=1)
    shapes: dict[str, tuple[int, ...]] = {"backbone.embed.weight": (dim, 100, 7), "backbone.embed.bias": (dim,)}
    for norm in ("backbone.norm", "backbone.final_layer_norm", *(f"backbone.convnext.{i}.norm" for i in range(layers))):
        shapes |= {f"{norm}.weight": (dim,), f"{norm}.bias": (dim,)}
    for i in range(layers):
        shapes |= {
            f"backbone.convnext.{i}.gamma": (dim,),
            f"backbone.convnext.{i}.dwconv.weight": (dim, 1, 7),
            f"backbone.convnext.{i}.dwconv.bias": (dim,),
            f"backbone.convnext.{i}.pwconv1.weight": (hidden, dim),
            f"backbone.convnext.{i}.pwconv1.bias": (hidden,),
            f"backbone.convnext.{i}.pwconv2.weight": (dim, hidden),
            f"backbone.convnext.{i}.pwconv2.bias": (dim,),
        }
    shapes |= {"head.out.weight": (1026, dim), "head.out.bias": (1026,)}
    generator = torch.Generator().manual_seed(0)
    return {
        "feature_extractor.mel_spec.spectrogram.window": mel.spectrogram.window,
        "feature_extractor.mel_spec.mel_scale.fb": mel.mel_scale.fb,
        **{name: 0.2 * torch.randn(shape, generator=generator) for name, shape in shapes.items()},
        "head.istft.window": torch.hann_window(1024),
    }


def publish(folder: Path, dim: int = 16, hidden: int = 24, layers: int = 2) -> Path:
    """Writes config.yaml and pytorch_model.bin into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(CONFIG.format(dim=dim, hidden=hidden, layers=layers))
    torch.save(published_tensors(dim, hidden, layers), folder / "pytorch_model.bin")
    return folder
