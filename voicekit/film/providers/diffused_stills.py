"""Pictures by a diffusion model on this machine, through the library diffusers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import atomic
from voicekit.film.pictures.description import read_description
from voicekit.film.providers.diffusion import Models, ask
from voicekit.film.providers.images import prompt_of
from voicekit.film.stage import Context, Stage


@dataclass(frozen=True)
class DiffusedStillsOptions:
    model: str = ""  #: a folder with a text-to-image pipeline, or its name on the Hugging Face hub
    width: int = 1024  #: in pixels; a multiple of 8
    height: int = 576  #: in pixels; a multiple of 8
    steps: int = 28  #: more take longer and show more detail
    guidance: float = 6.0  #: how closely the description is followed
    style: str = "cinematic still, natural light"  #: goes behind each description
    avoid: str = "text, watermark, blurry, deformed"  #: what is not to be seen
    download: bool = True  #: whether a model that is not on this machine may be fetched

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            size = getattr(self, name)
            if not 64 <= size <= 4096 or size % 8:
                raise ConfigError(f"{name} {size} does not suit a diffusion model; choose a multiple of 8 from 64 on")
        if not 1 <= self.steps <= 500 or not 0 <= self.guidance <= 50:
            raise ConfigError("steps go from 1 to 500, and guidance from 0 to 50; choose others")


class DiffusedStills(Stage):
    """What is to be seen, as a picture by a diffusion model."""

    name, kind, version = "diffusers-stills", "stills", "1"
    takes, gives = (".txt",), ".png"
    Options = DiffusedStillsOptions

    def run(self, inputs: Sequence[Path], out: Path, options: DiffusedStillsOptions, context: Context) -> None:
        title, visual, _ = read_description(inputs[0], context.note)
        picture = _picture(prompt_of(title, visual, options.style), options, context)
        with atomic(out) as partial:
            picture.save(partial, format="PNG")
        context.progress(1.0)


def _load(diffusers: Any, model: str, dtype: dict, **more: Any) -> Any:
    return diffusers.AutoPipelineForText2Image.from_pretrained(model, **dtype, **more)


MODELS = Models(_load, "float16", "stabilityai/stable-diffusion-xl-base-1.0", "use --stills cards")


def _picture(prompt: str, options: DiffusedStillsOptions, context: Context) -> Any:
    pipeline = MODELS.pipeline(options.model, context, options.download)
    settings = {
        "prompt": prompt,
        "negative_prompt": options.avoid,
        "width": options.width,
        "height": options.height,
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
    }
    result = ask(pipeline, options.model, settings, context)
    if not getattr(result, "images", None):
        raise ConfigError(f"the model {options.model} made no picture; choose a text-to-image model")
    if any(getattr(result, "nsfw_content_detected", None) or ()):
        raise MediaError("the model's filter took the picture for unsuitable and blackened it; change the words or the seed")
    return result.images[0].convert("RGB")
