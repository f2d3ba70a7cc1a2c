"""Text-to-image through diffusers: with a tiny pipeline of random weights, saved and loaded as a real one is."""

import json
import sys

import numpy as np
import pytest
from listener import Listener
from PIL import Image

from voicekit.core.errors import ConfigError, PluginError, ScriptError
from voicekit.film.providers.diffused_stills import DiffusedStills, DiffusedStillsOptions
from voicekit.film.providers.diffusion import forget
from voicekit.film.stage import Context, Stage

SMALL = {"width": 64, "height": 64, "steps": 2}
#: Of our dependencies' own making.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder as the hub has it, of a Stable Diffusion with a few thousand weights."""
    pytest.importorskip("diffusers")
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("models") / "tiny-sd"
    words = tmp_path_factory.mktemp("words")
    letters = [chr(code) for code in range(97, 123)]
    vocabulary = [*letters, *(letter + "</w>" for letter in letters), ",</w>", ".</w>", "<|startoftext|>", "<|endoftext|>"]
    (words / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(vocabulary)}))
    (words / "merges.txt").write_text("#version: 0.2\n")
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=8,
    )
    vae = AutoencoderKL(
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        sample_size=64,
    )
    reader = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            intermediate_size=37,
            num_hidden_layers=1,
            num_attention_heads=4,
            bos_token_id=len(vocabulary) - 2,
            eos_token_id=len(vocabulary) - 1,
        )
    )
    tokenizer = CLIPTokenizer(str(words / "vocab.json"), str(words / "merges.txt"), model_max_length=77)
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=reader,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: openrail++\n---\n# Tiny\n")
    return folder


@pytest.fixture(autouse=True)
def nothing_kept():
    forget()


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.txt"
    path.write_text("Dawn\nthe sea, slow zoom in\n")
    return path


def made(clip, model, seed=0, **changes):
    out, said, told = clip.with_suffix(f".{seed}.png"), [], []
    options = DiffusedStillsOptions(**{"model": str(model), **SMALL, **changes})
    DiffusedStills().run([clip], out, options, Context("cpu", seed, Listener(said, told)))
    with Image.open(out) as picture:
        return np.asarray(picture), said, told


def test_a_picture(clip, model):
    assert isinstance(DiffusedStills(), Stage)
    picture, said, told = made(clip, model)
    assert picture.shape == (64, 64, 3)
    assert "openrail++" in said[0] and "tiny-sd" in said[0]
    assert told == pytest.approx([0.1, 0.525, 0.95, 1.0])  # loaded, two steps, the end


def test_seeds_are_takes(clip, model):
    one, again, other = (made(clip, model, seed)[0] for seed in (1, 1, 2))
    assert (one == again).all() and (one != other).any()


def test_models_that_are_none(clip, model, tmp_path):
    with pytest.raises(ConfigError, match=r"no model is chosen.*cards"):
        made(clip, "")
    for name in (tmp_path / "nothing here", tmp_path):
        with pytest.raises(ConfigError, match=r"does not load.*cards") as caught:
            made(clip, name, download=False)
        assert "\n" not in str(caught.value)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model_index.json").write_text((model / "model_index.json").read_text())
    with pytest.raises(ConfigError, match="does not load"):
        made(clip, broken)


def test_options_that_make_no_sense(clip, model):
    for changes in ({"width": 65}, {"height": 8}, {"steps": 0}, {"guidance": -1.0}, {"guidance": float("nan")}):
        with pytest.raises(ConfigError, match="choose"):
            made(clip, model, **changes)
    clip.write_text("\n")
    with pytest.raises(ScriptError, match="empty"):
        made(clip, model)


def test_without_the_library(clip, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "diffusers", None)
    with pytest.raises(PluginError, match=r"pip install 'voicekit\[visuals\]'.*cards"):
        made(clip, tmp_path / "other")
