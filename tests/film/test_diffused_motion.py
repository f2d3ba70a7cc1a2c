"""Image-to-video through diffusers: with a tiny pipeline of random weights, saved and loaded as a real one is."""

import json
import shutil
import sys
import weakref
from unittest.mock import patch

import numpy as np
import pytest
from listener import Listener
from PIL import Image

from voicekit.core.errors import ConfigError, PluginError
from voicekit.film.providers.diffused_motion import MODELS, DiffusedMotion, DiffusedMotionOptions
from voicekit.film.providers.diffusion import Models, forget, licence
from voicekit.film.stage import Context, Stage
from voicekit.media.film import read_pictures

SMALL = {"width": 64, "height": 64, "seconds": 0.5, "fps": 8.0, "steps": 2, "frames": 2}
#: Of our dependencies' own making.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def nothing_kept():
    forget()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder as the hub has it, of a Stable Video Diffusion with a few thousand weights."""
    pytest.importorskip("diffusers")
    import torch
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    unet = UNetSpatioTemporalConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32,
        num_attention_heads=8,
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
        num_frames=3,
    )
    scheduler = EulerDiscreteScheduler(
        interpolation_type="linear", prediction_type="v_prediction", timestep_type="continuous", use_karras_sigmas=True
    )
    vae = AutoencoderKLTemporalDecoder(
        block_out_channels=[32, 64], down_block_types=["DownEncoderBlock2D"] * 2, latent_channels=4
    )
    seer = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            projection_dim=32,
            num_hidden_layers=1,
            num_attention_heads=4,
            image_size=224,  # which the pipeline takes for granted
            intermediate_size=37,
            patch_size=56,
        )
    )
    processor = CLIPImageProcessor(crop_size=224, size=224)
    folder = tmp_path_factory.mktemp("models") / "tiny-svd"
    pipeline = StableVideoDiffusionPipeline(
        vae=vae, image_encoder=seer, unet=unet, scheduler=scheduler, feature_extractor=processor
    )
    pipeline.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: tiny-1.0\n---\n# Tiny\n", encoding="utf-8")
    return folder


def run(model, photo, out, seed=0, **options):
    said, shares = [], []
    context = Context(device="cpu", seed=seed, reporter=Listener(said, shares))
    DiffusedMotion().run([photo], out, DiffusedMotionOptions(model=str(model), **{**SMALL, **options}), context)
    return [picture.pixels for picture in read_pictures(out)], said, shares


def test_a_model_makes_a_clip(model, photo, tmp_path):
    pictures, said, shares = run(model, photo, tmp_path / "clip.mp4")
    assert len(pictures) == 4  # half a second, whatever the model makes
    assert pictures[0].shape == (64, 64, 3)
    assert any("tiny-1.0" in line for line in said)
    assert any("2 pictures" in line for line in said)
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) >= 4  # loaded, two steps, the end


def test_the_seed_decides(model, photo, tmp_path):
    first, again, other = (run(model, photo, tmp_path / f"{n}.mp4", seed)[0] for n, seed in enumerate((1, 1, 2)))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_model_says_how_many_pictures_and_steps_are_told(model, photo, tmp_path):
    _, said, _ = run(model, photo, tmp_path / "clip.mp4", frames=0, motion=100, guidance=2.0)
    assert any("3 pictures" in line for line in said)
    assert not any("left out" in line for line in said)


def test_one_model_is_loaded_once_and_its_licence_told_once(model, photo, tmp_path):
    import diffusers

    other = shutil.copytree(model, tmp_path / "other")
    load = diffusers.DiffusionPipeline.from_pretrained
    with patch.object(diffusers.DiffusionPipeline, "from_pretrained", side_effect=load) as loading:
        said = [run(model, photo, tmp_path / f"{seed}.mp4", seed)[1] for seed in (1, 2)]
        assert loading.call_count == 1
        assert [sum("licence" in line for line in lines) for lines in said] == [1, 0]
        assert any("costs nothing" in line for line in said[0])
        for folder in (other, model):
            assert any("licence" in line for line in run(folder, photo, tmp_path / "3.mp4")[1])
        assert loading.call_count == 3


def test_one_model_goes_before_the_next_comes():
    class Pipeline:
        def __init__(self):
            self.self = self  # as what offloads a model refers to it

        def set_progress_bar_config(self, **how):
            pass

        def to(self, device):
            return self

    def load(diffusers, model, dtype, **more):
        assert not any(one() for one in loaded)
        pipeline = Pipeline()
        loaded.append(weakref.ref(pipeline))
        return pipeline

    pytest.importorskip("diffusers")
    loaded, context = [], Context("cpu")
    models = Models(load, "float16", "owner/name", "take none")
    for model in ("a/a", "a/a", "b/b", "a/a"):
        models.pipeline(model, context)
    assert len(loaded) == 3


def test_the_licence_is_told(tmp_path):
    for nowhere in (str(tmp_path), "no such/../model", "nobody/nothing"):
        assert "not known" in licence(nowhere)
    (tmp_path / "README.md").write_text(
        "---\ntags: [a---b]\nlicense: other\nlicense_name: 'my terms'\nlicense_link: a.b\n---\n"
    )
    assert "my terms (a.b)" in licence(str(tmp_path))
    (tmp_path / "README.md").write_text("---\nlicense:\n- mit\n- openrail++\n---\n")
    assert "mit, openrail++" in licence(str(tmp_path))
    (tmp_path / "README.md").write_text("---\nlicense: apache-2.0\n---\n", encoding="utf-8")
    assert "apache-2.0" in licence(str(tmp_path))
    (tmp_path / "README.md").write_text("---\n: [\n---\n", encoding="utf-8")
    assert "not known" in licence(str(tmp_path))


def test_what_is_no_model_is_said(model, photo, tmp_path):
    with pytest.raises(ConfigError, match=r"no model is chosen.*camera"):
        run("", photo, tmp_path / "clip.mp4")
    with pytest.raises(ConfigError, match="does not load"):
        MODELS.pipeline(str(tmp_path), Context("cpu"))
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "NoSuchPipeline"}))
    with pytest.raises(ConfigError, match="does not load"):
        MODELS.pipeline(str(tmp_path), Context("cpu"))
    assert not (tmp_path / "clip.mp4").exists()


def test_a_model_for_words_is_refused(tmp_path):
    diffusers = pytest.importorskip("diffusers")
    unet = diffusers.UNet2DModel(sample_size=8, block_out_channels=(32, 64), down_block_types=("DownBlock2D",) * 2,
                                 up_block_types=("UpBlock2D",) * 2, layers_per_block=1)  # fmt: skip
    diffusers.DDPMPipeline(unet, diffusers.DDPMScheduler()).save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="no clip from a picture"):
        MODELS.pipeline(str(tmp_path), Context("cpu"))


def test_without_the_library_it_is_said_how_to_install_it(photo, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "diffusers", None)
    with pytest.raises(PluginError, match=r"voicekit\[visuals\]"):
        run("owner/name", photo, tmp_path / "clip.mp4")


@pytest.mark.parametrize("bad", [{"seconds": 0}, {"width": 100}, {"steps": -1}, {"fps": 1000}])
def test_bad_options(bad):
    with pytest.raises(ConfigError):
        DiffusedMotionOptions(**bad)


def test_it_is_a_stage():
    assert isinstance(DiffusedMotion(), Stage)
