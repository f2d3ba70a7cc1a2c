"""A clip from one picture by a model of the diffusers library that goes on from pictures, such as Stable Video Diffusion."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.wording import decimal
from voicekit.film.motion.camera import check_film, covering, frame_count, only
from voicekit.film.pictures.pictures import ENDINGS, read_picture
from voicekit.film.providers.diffusion import Models, ask, takes
from voicekit.film.stage import Context, Stage
from voicekit.media.film import BETWEEN, write_film

#: Latents decoded into pictures at once: more take more memory, and look no better.
_DECODED = 4


@dataclass(frozen=True)
class DiffusedMotionOptions:
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
    Options = DiffusedMotionOptions

    def run(self, inputs: Sequence[Path], out: Path, options: DiffusedMotionOptions, context: Context) -> None:
        """Writes a clip of round(seconds · fps) frames, one at least: those that the model made, each shown for as long.

        Raises:
            ConfigError: no model is named, it is not there, or it cannot do what is asked.
            PluginError: the diffusers library, or what the model needs beside it, is missing.
            MediaError: the picture cannot be read.
            VoicekitError: the memory is not enough.
        """
        picture = covering(read_picture(only(inputs, self.name), context.note), (options.width, options.height))
        pipeline = MODELS.pipeline(options.model, context)
        made = _made(pipeline, picture, options, context)
        total = frame_count(options.seconds, options.fps)
        if len(made) < total:
            context.note(
                f"the model made {len(made)} pictures, {decimal(len(made) / options.seconds, 1)} a second of the clip"
            )
        write_film(out, (made[number * len(made) // total] for number in range(total)), options.fps, loss=BETWEEN)
        context.progress(1.0)


def _load(diffusers: Any, model: str, dtype: dict, **more: Any) -> Any:
    pipeline = diffusers.DiffusionPipeline.from_pretrained(model, **dtype, **more)
    if "image" in takes(pipeline):
        return pipeline
    # Such as LTX-Video, whose folder names what goes on from words.
    other = type(pipeline).__name__.replace("Pipeline", "ImageToVideoPipeline")
    if not hasattr(diffusers, other):
        raise ConfigError(f"the model {model} makes no clip from a picture ({type(pipeline).__name__}); choose another one")
    return getattr(diffusers, other).from_pipe(pipeline, **dtype)


MODELS = Models(
    _load, "bfloat16", "stabilityai/stable-video-diffusion-img2vid-xt", "use --animate camera", whole_from=40 << 30
)


def _made(pipeline: Any, picture: np.ndarray, options: DiffusedMotionOptions, context: Context) -> list[np.ndarray]:
    """The pictures of the model, (height, width, 3) uint8 each."""
    from PIL import Image

    known = takes(pipeline)
    for name, parameters in (("motion", ["motion_bucket_id"]), ("guidance", ["guidance_scale", "max_guidance_scale"])):
        if getattr(options, name) and not known.intersection(parameters):
            context.note(f"{type(pipeline).__name__} has no {name}: it is left out")
    settings = {
        "image": Image.fromarray(picture),
        "prompt": options.prompt,
        "height": options.height,
        "width": options.width,
        "num_frames": options.frames or None,
        "num_inference_steps": options.steps or None,
        "guidance_scale": options.guidance or None,
        "max_guidance_scale": options.guidance or None,
        "motion_bucket_id": options.motion or None,
        "decode_chunk_size": _DECODED,
        "output_type": "np",
    }
    frames = ask(pipeline, options.model, settings, context).frames[0]
    made = [np.asarray(frame) for frame in frames]
    if not made:
        raise MediaError(f"the model {options.model} made no picture; set frames")
    if made[0].dtype == np.uint8:
        return made
    if not np.isfinite(made).all():
        raise ConfigError(f"the model {options.model} computed only NaN; set another size, or take --device cpu")
    return [(np.clip(frame, 0, 1) * 255 + 0.5).astype(np.uint8) for frame in made]
