"""Pictures by a diffusion model on this machine, through the library diffusers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from voicekit.errors import ConfigError, MediaError, PluginError
from voicekit.files import atomic
from voicekit.video.cards import read_still
from voicekit.video.images import prompt_of
from voicekit.video.stage import Context, Stage

_LICENCE = re.compile(r"^license(?:_name)?:\s*[\"']?([^\"'\n]+)", re.MULTILINE)
_INSTEAD = "or use --stills cards"


@dataclass(frozen=True)
class Options:
    model: str = ""  #: a folder with a text-to-image pipeline, or its name on the Hugging Face hub
    width: int = 1024  #: in pixels; a multiple of 8
    height: int = 576  #: in pixels; a multiple of 8
    steps: int = 28  #: more take longer and show more detail
    guidance: float = 6.0  #: how closely the description is followed
    style: str = "cinematic still, natural light"  #: goes behind each description
    avoid: str = "text, watermark, blurry, deformed"  #: what is not to be seen
    download: bool = True  #: whether a model that is not on this machine may be fetched


class DiffusedStills(Stage):
    """What is to be seen, as a picture by a diffusion model."""

    name, kind, version = "diffusers-stills", "stills", "1"
    takes, gives = (".txt",), ".png"
    Options = Options

    def run(self, inputs: Sequence[Path], out: Path, options: Options, context: Context) -> None:
        title, visual = read_still(inputs[0])
        _check(options)
        picture = _picture(prompt_of(title, visual, options.style), options, context)
        with atomic(out) as partial:
            picture.save(partial, format="PNG")
        context.progress(1.0)


def licence_of(model: str) -> str:
    """What the card of a model says of its licence, as far as it is on this machine; "" where it says nothing."""
    card = Path(model) / "README.md"
    if not card.is_file():
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        try:
            cached = try_to_load_from_cache(model, "README.md")
        except HFValidationError:
            return ""
        if not isinstance(cached, str):
            return ""
        card = Path(cached)
    found = _LICENCE.findall(card.read_text(encoding="utf-8", errors="replace"))
    return ", ".join(dict.fromkeys(one.strip() for one in found))


def _check(options: Options) -> None:
    if not options.model:
        raise PluginError(
            "no model is chosen; set the option model to a folder or a name on the Hugging Face hub, as in "
            f"model=stabilityai/stable-diffusion-xl-base-1.0, {_INSTEAD}"
        )
    for name in ("width", "height"):
        if not 64 <= getattr(options, name) <= 4096 or getattr(options, name) % 8:
            raise ConfigError(
                f"{name} {getattr(options, name)} does not suit a diffusion model; choose a multiple of 8 from 64 on"
            )
    if not 1 <= options.steps <= 500 or not 0 <= options.guidance <= 50:
        raise ConfigError("steps go from 1 to 500, and guidance from 0 to 50; choose others")


def _picture(prompt: str, options: Options, context: Context) -> Any:
    from voicekit.voices import choose_device

    device = choose_device(context.device)
    _announce(options, context)
    pipeline = _pipeline(options.model, device, options.download)
    import inspect

    import torch

    known = inspect.signature(pipeline.__call__).parameters
    settings: dict[str, Any] = {
        "prompt": prompt,
        "negative_prompt": options.avoid,
        "width": options.width,
        "height": options.height,
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
        # On the processor: the same seed is to give the same noise on any device.
        "generator": torch.Generator("cpu").manual_seed(context.seed),
        "callback_on_step_end": _teller(options.steps, context),
    }
    try:
        with torch.inference_mode():
            result = pipeline(**{name: value for name, value in settings.items() if name in known})
    except torch.OutOfMemoryError as error:
        raise MediaError(
            f"{options.model} does not fit into the memory; choose a smaller width and height, {_INSTEAD}"
        ) from error
    except (ValueError, TypeError, RuntimeError) as error:
        raise PluginError(f"{options.model} makes no picture from words: {_short(error)}; choose another model") from error
    if not getattr(result, "images", None):
        raise PluginError(f"{options.model} made no picture; choose a text-to-image model")
    if any(getattr(result, "nsfw_content_detected", None) or ()):
        raise MediaError("the model's filter took the picture for unsuitable and blackened it; change the words or the seed")
    return result.images[0].convert("RGB")


def _announce(options: Options, context: Context) -> None:
    licence = licence_of(options.model) if library() else ""
    there = "" if licence else " (its card says which, and is not on this machine yet)"
    context.say(
        f"pictures by {options.model}, under its licence: {licence or 'not known'}{there}; nothing leaves this machine"
    )


def library() -> Any:
    """The module `diffusers`.

    Raises:
        PluginError: it is not installed, or does not load.
    """
    try:
        import diffusers
    except ImportError as error:
        raise PluginError(
            f"the library diffusers is not installed; run: pip install 'voicekit[visuals]', {_INSTEAD}"
        ) from error
    return diffusers


@lru_cache(maxsize=1)  # a storyboard has many clips, and a model takes long to load
def _pipeline(model: str, device: str, download: bool) -> Any:
    import torch

    diffusers = library()
    diffusers.utils.logging.disable_progress_bar()
    half = torch.float16 if device.startswith("cuda") else torch.float32
    try:
        pipeline = diffusers.AutoPipelineForText2Image.from_pretrained(
            model, torch_dtype=half, local_files_only=not download or Path(model).is_dir(), use_safetensors=True
        )
    except Exception as error:  # whatever the hub, the files and the classes named in them raise
        raise PluginError(
            f"the model {model} does not load: {_short(error)}; name a folder or a model of the hub that makes "
            f"pictures from words and has safetensors, {_INSTEAD}"
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def _teller(steps: int, context: Context) -> Any:
    def tell(pipeline: Any, step: int, timestep: Any, kept: dict) -> dict:
        context.progress(min(1.0, (step + 1) / steps))
        return kept

    return tell


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
