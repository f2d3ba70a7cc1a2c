"""A clip from one picture by a model of the diffusers library that goes on from pictures, such as Stable Video Diffusion.

The model is the user's choice, and so is what its licence allows. Its weights are read from safetensors only, which hold no
code; nor is any code of its repository run.
"""

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.errors import ConfigError, MediaError, PluginError, VoicekitError
from voicekit.media.film import BETWEEN, write_film
from voicekit.video.camera import check_film, covering, frame_count, only
from voicekit.video.pictures import ENDINGS, read_picture
from voicekit.video.stage import Context, Stage
from voicekit.voices import choose_device

#: With less memory than this (bytes) a GPU holds one part of a model at a time.
_WHOLE_MODEL = 40 << 30
#: Pictures that are made of latents at once: more take more memory, and are no better to the eye.
_DECODED = 4
#: Of the time, for loading; the rest is for the steps, and a little for what comes after.
_LOADED, _STEPPED = 0.1, 0.95


@dataclass(frozen=True)
class Options:
    """Of a model that makes pictures move; 0 and "" for what the model itself prefers."""

    model: str = ""  #: its name on huggingface.co, "owner/name", or a folder
    prompt: str = ""  #: what happens, for models that are told
    seconds: float = 4.0
    width: int = 1024
    height: int = 576
    fps: float = 25.0
    frames: int = 0  #: that the model makes; they are spread over the seconds
    steps: int = 0
    guidance: float = 0.0
    motion: int = 0  #: of Stable Video Diffusion, 1 to 255 ("motion bucket")

    def __post_init__(self) -> None:
        check_film(self.seconds, self.width, self.height, self.fps)
        for name in ("width", "height"):
            if getattr(self, name) % 8:
                raise ConfigError(f"'{name}' must be a multiple of 8 for such models, not {getattr(self, name)}")
        for name in ("frames", "steps", "guidance", "motion"):
            if getattr(self, name) < 0:
                raise ConfigError(f"'{name}' must be 0 or more, not {getattr(self, name)}")


class DiffusedMotion(Stage):
    """A picture that a diffusion model sets in motion."""

    name, kind, version = "diffusers-motion", "animate", "1"
    takes, gives = ENDINGS, ".mp4"
    Options = Options

    def run(self, inputs: Sequence[Path], out: Path, options: Options, context: Context) -> None:
        """Writes a clip of round(seconds · fps) frames, one at least: those that the model made, each shown for as long.

        Raises:
            ConfigError: no model is named, it is not there, or it cannot do what is asked.
            PluginError: the diffusers library is missing.
            MediaError: the picture cannot be read.
            VoicekitError: the memory is not enough.
        """
        if not options.model:
            raise ConfigError(
                f"the stage '{self.name}' needs a model: set model to a folder or to a name on huggingface.co, such as "
                "stabilityai/stable-video-diffusion-img2vid-xt, whose licence you agree to by using it"
            )
        picture = covering(read_picture(only(inputs, self.name), context.say), (options.width, options.height))
        pipeline = load_pipeline(options.model, choose_device(context.device))
        context.say(f"model {options.model}: {licence(options.model)}")
        context.progress(_LOADED)
        made = _made(pipeline, picture, options, context)
        total = frame_count(options.seconds, options.fps)
        if len(made) < total:
            context.say(f"the model made {len(made)} pictures, {len(made) / options.seconds:.3g} a second of the clip")
        write_film(out, (made[number * len(made) // total] for number in range(total)), options.fps, loss=BETWEEN)
        context.progress(1.0)


def load_pipeline(model: str, device: str) -> Any:
    """A pipeline of diffusers that takes a picture, on a device: bfloat16 on a GPU, else float32.

    Raises:
        PluginError: the library is missing or too old for the model.
        ConfigError: there is no such model, or it is not one that goes on from a picture.
        VoicekitError: the memory is not enough.
    """
    try:
        import diffusers
        import torch
        import transformers
    except ImportError as error:
        raise PluginError(
            f"the stage 'diffusers-motion' needs the diffusers library ({error}); install it with: "
            "pip install 'voicekit[visuals]'"
        ) from error
    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    new = tuple(int(part) for part in diffusers.__version__.split(".")[:2]) >= (0, 42)
    for library in (diffusers, transformers):  # ours is told
        library.utils.logging.disable_progress_bar()
    with _quiet():
        try:
            kind = {"dtype" if new else "torch_dtype": dtype}
            pipeline = diffusers.DiffusionPipeline.from_pretrained(model, use_safetensors=True, **kind)
            if "image" not in _takes(pipeline):  # such as LTX-Video, whose folder names what goes on from words
                other = type(pipeline).__name__.replace("Pipeline", "ImageToVideoPipeline")
                if not hasattr(diffusers, other):
                    raise ConfigError(f"the model {model} makes no clip from a picture ({type(pipeline).__name__})")
                pipeline = getattr(diffusers, other).from_pipe(pipeline, **kind)
        except (OSError, ValueError, ImportError, AttributeError, TypeError, KeyError, RuntimeError) as error:
            raise _not_loaded(model, error) from error
    pipeline.set_progress_bar_config(disable=True)
    if device.startswith("cuda") and torch.cuda.get_device_properties(device).total_memory < _WHOLE_MODEL:
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    try:
        return pipeline.to(device)
    except torch.OutOfMemoryError as error:
        raise VoicekitError(f"the memory of the device is not enough for the model {model}; take a smaller one") from error


def licence(model: str) -> str:
    """What the model's card says of its licence, in words; it is looked for in the folder, then in the cache of the hub."""
    import yaml

    try:
        text = _card(model).read_text(encoding="utf-8")
        head = yaml.safe_load(text.split("---", 2)[1]) if text.startswith("---") else {}
        name, link = (head.get(f"license_{what}") for what in ("name", "link"))
        name = name or head.get("license")
        if isinstance(name, list):
            name = ", ".join(map(str, name))
    except (OSError, ValueError, IndexError, AttributeError, yaml.YAMLError):
        name = link = None
    if not name:
        return "its licence is not known here; look it up before you publish what it makes"
    return f"its licence is {name}{f' ({link})' if link else ''}; see that it allows what you make it for"


def _card(model: str) -> Path:
    """Raises OSError where there is none."""
    if Path(model).is_dir():
        return Path(model, "README.md")
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, "README.md")
    if not isinstance(found, str):
        raise FileNotFoundError(model)
    return Path(found)


def _not_loaded(model: str, error: Exception) -> VoicekitError:
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    if isinstance(error, ImportError):
        return PluginError(f"the model {model} needs more than is installed ({reason})")
    return ConfigError(
        f"the model {model} cannot be loaded ({reason}); give a folder with model_index.json and weights as .safetensors, "
        "or a name on huggingface.co"
    )


def _made(pipeline: Any, picture: np.ndarray, options: Options, context: Context) -> list[np.ndarray]:
    """The pictures of the model, (height, width, 3) uint8 each."""
    import torch
    from PIL import Image

    wanted = {
        "prompt": options.prompt,
        "height": options.height,
        "width": options.width,
        "num_frames": options.frames or None,
        "num_inference_steps": options.steps or None,
        "guidance_scale": options.guidance or None,
        "max_guidance_scale": options.guidance or None,
        "motion_bucket_id": options.motion or None,
        "decode_chunk_size": _DECODED,
        "generator": torch.Generator("cpu").manual_seed(context.seed),  # on the CPU: the same on all devices
        "output_type": "np",
        "callback_on_step_end": _told(context.progress, options.steps),
    }
    takes = _takes(pipeline)
    known = {name: value for name, value in wanted.items() if name in takes and value is not None}
    for name, parameters in (("motion", ["motion_bucket_id"]), ("guidance", ["guidance_scale", "max_guidance_scale"])):
        if getattr(options, name) and not takes.intersection(parameters):
            context.say(f"{type(pipeline).__name__} has no {name}: it is left out")
    try:
        with _quiet(), torch.inference_mode():
            frames = pipeline(image=Image.fromarray(picture), **known).frames[0]
    except torch.OutOfMemoryError as error:
        raise VoicekitError(
            f"the memory of the device is not enough for {options.width} × {options.height}; set smaller width, height or "
            "frames"
        ) from error
    except (ValueError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ConfigError(f"the model {options.model} cannot do that ({reason}); set other sizes or frames") from error
    made = [np.asarray(frame) for frame in frames]
    if not made:
        raise MediaError(f"the model {options.model} made no picture; set frames")
    if made[0].dtype == np.uint8:
        return made
    if not np.isfinite(made).all():
        raise ConfigError(f"the model {options.model} made no numbers but NaN; set another size, or take --device cpu")
    return [(np.clip(frame, 0, 1) * 255 + 0.5).astype(np.uint8) for frame in made]


def _told(progress: Callable[[float], None], steps: int) -> Callable[..., dict]:
    """What a pipeline calls after each step."""

    def step_ended(pipeline: Any, step: int, timestep: Any, tensors: dict) -> dict:
        total = steps or getattr(pipeline, "num_timesteps", 0) or step + 1
        progress(_LOADED + (_STEPPED - _LOADED) * min((step + 1) / total, 1.0))
        return tensors

    return step_ended


def _takes(pipeline: Any) -> set[str]:
    return set(inspect.signature(pipeline.__call__).parameters)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Of the library's words to programmers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
