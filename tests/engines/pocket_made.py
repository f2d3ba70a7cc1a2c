"""A model in Pocket-TTS's own format, small and of random weights: made by its own classes, as its makers save theirs."""

import json
from pathlib import Path

SIZES = {
    "flow_lm": {
        "insert_bos_before_voice": True,
        "dtype": "float32",
        "flow": {"depth": 1, "dim": 16},
        "transformer": {"d_model": 32, "hidden_scale": 2, "max_period": 10000, "num_heads": 2, "num_layers": 2},
        "lookup_table": {"dim": 32, "n_bins": 64, "tokenizer": "tokenizers", "tokenizer_path": "elsewhere.json"},
    },
    "mimi": {
        "dtype": "float32", "sample_rate": 24000, "inner_dim": 8, "outer_dim": 32, "channels": 1, "frame_rate": 12.5,
        "seanet": {
            "dimension": 32, "channels": 1, "n_filters": 4, "n_residual_layers": 1, "ratios": [6, 5, 4], "kernel_size": 7,
            "residual_kernel_size": 3, "last_kernel_size": 3, "dilation_base": 2, "pad_mode": "constant", "compress": 2,
        },
        "transformer": {
            "d_model": 32, "num_heads": 2, "num_layers": 1, "layer_scale": 0.01, "context": 250, "dim_feedforward": 32,
            "input_dimension": 32, "output_dimensions": [32],
        },
        "quantizer": {"dimension": 8, "output_dimension": 32},
    },
}  # fmt: skip


def make_weights(folder: Path, seed: int = 0, sizes: dict = SIZES) -> Path:
    """Writes model.safetensors, tokenizer.json and config.yaml; the folder."""
    import torch
    import yaml
    from pocket_tts.models.flow_lm import FlowLMModel
    from pocket_tts.models.mimi import build_mimi
    from pocket_tts.utils.config import Config
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    signs = ["[UNK]", *"abcdefghijklmnopqrstuvwxyz.!?,;:'- "]
    signs += [chr(0x41 + n) for n in range(64 - len(signs))]
    tokenizer = Tokenizer(models.WordLevel(dict(zip(signs, range(64), strict=True)), unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = json.loads(json.dumps(sizes))
    config["flow_lm"]["lookup_table"]["tokenizer_path"] = str(folder / "tokenizer.json")
    parsed = Config(**config)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        flow_lm = FlowLMModel.from_pydantic_config(parsed.flow_lm, parsed.mimi.quantizer.dimension, True)
        flow_lm.speaker_proj_weight = torch.nn.Parameter(torch.randn(32, 8))
        mimi = build_mimi(parsed.mimi)
        tensors = {
            f"flow_lm.{name}": torch.randn_like(t) * 0.3 if t.ndim > 1 else t for name, t in flow_lm.state_dict().items()
        }
        tensors |= {f"mimi.{name}": t for name, t in mimi.state_dict().items()}
        tensors["flow_lm.out_eos.weight"] = torch.zeros(1, 32)  # it finds the end at once
        tensors["flow_lm.out_eos.bias"] = torch.full((1,), 10.0)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")
    config["flow_lm"]["lookup_table"]["tokenizer_path"] = "elsewhere.json"
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder
