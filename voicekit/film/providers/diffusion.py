"""Models of the library diffusers: found, loaded once, asked.

The model is the user's choice, and so is what its licence allows. Its weights are read from safetensors only, which hold no
code; nor is any code of its repository run.
"""

import gc
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicekit.core.documents import parse_yaml
from voicekit.core.errors import ConfigError, PluginError, VoicekitError
from voicekit.film.stage import Context
from voicekit.speech.device import choose_device

#: Shares of a stage's time: loading ends at the first, the steps at the second; a little remains for what comes after.
_LOADED, _STEPPED = 0.1, 0.95
#: The pipeline that was loaded last. Not an lru_cache, because that would hold one while the next is loaded.
_kept: dict[tuple, Any] = {}


@dataclass(frozen=True)
class Models:
    """Those that suit a stage, and how they are loaded.

    Attributes:
        load: called with diffusers, a model, its dtype as a keyword of this diffusers, and more keywords of
            `from_pretrained`; gives a pipeline on the CPU.
        half: the torch dtype on a GPU, by name; elsewhere it is float32.
        example: one of them.
        instead: what to do without one, as in "use --stills cards".
        whole_from: memory (bytes) of a GPU that holds all parts of a model at once; a smaller one holds one at a time.
    """

    load: Callable[..., Any]
    half: str
    example: str
    instead: str
    whole_from: int = 0

    def pipeline(self, model: str, context: Context, download: bool = True) -> Any:
        """A model on the context's device, from the last call if it is the same one. What it costs and allows is said first.

        Args:
            model: a folder, or a name on huggingface.co.
            download: whether it may be fetched.

        Raises:
            PluginError: the library, or what the model needs beside it, is missing or too old.
            ConfigError: no model is named, it is not there, or it is none for the stage.
            VoicekitError: the memory is not enough.
        """
        if not model:
            raise ConfigError(
                "no model is chosen; set the option model to a folder or a name on huggingface.co, such as "
                f"{self.example}, whose licence you agree to by using it, or {self.instead}"
            )
        device = choose_device(context.device)
        key = (self, model, device)
        if key not in _kept:
            diffusers = self._library()
            forget()
            context.note(f"model {model}: it costs nothing, and nothing leaves this machine; {licence(model)}")
            _kept[key] = self._loaded(diffusers, model, device, download)
        context.progress(_LOADED)
        return _kept[key]

    def _library(self) -> Any:
        try:
            import diffusers
            import transformers
        except ImportError as error:
            raise PluginError(
                f"the library diffusers does not load ({_short(error)}); run: pip install 'voicekit[visuals]', "
                f"or {self.instead}"
            ) from error
        for library in (diffusers, transformers):  # our own progress is shown
            library.utils.logging.disable_progress_bar()
        return diffusers

    def _loaded(self, diffusers: Any, model: str, device: str, download: bool) -> Any:
        import torch

        on_gpu = device.startswith("cuda")
        is_new = tuple(int(part) for part in diffusers.__version__.split(".")[:2]) >= (0, 42)
        dtype = {"dtype" if is_new else "torch_dtype": getattr(torch, self.half) if on_gpu else torch.float32}
        is_local = not download or Path(model).is_dir()
        try:
            with _quiet():
                pipeline = self.load(diffusers, model, dtype, use_safetensors=True, local_files_only=is_local)
                pipeline.set_progress_bar_config(disable=True)
                if on_gpu and torch.cuda.get_device_properties(device).total_memory < self.whole_from:
                    pipeline.enable_model_cpu_offload(device=device)
                    return pipeline
                return pipeline.to(device)
        except VoicekitError:
            raise
        except torch.OutOfMemoryError as error:
            raise _too_large(model, f"take a smaller one, or {self.instead}") from error
        except ImportError as error:
            raise PluginError(
                f"the model {model} needs more than is installed ({_short(error)}); install that, or {self.instead}"
            ) from error
        except Exception as error:  # whatever the hub, the files and the classes named in them raise
            raise ConfigError(
                f"the model {model} does not load ({_short(error)}); give a folder with model_index.json and weights as "
                f".safetensors, or a name on huggingface.co, or {self.instead}"
            ) from error


def ask(pipeline: Any, model: str, settings: Mapping[str, Any], context: Context) -> Any:
    """What a pipeline makes. Of the settings it is given those that it takes and that are not None, and the seed.

    Raises:
        ConfigError: it cannot do what is asked.
        VoicekitError: the memory is not enough.
    """
    import torch

    wanted = {
        **settings,
        "generator": torch.Generator("cpu").manual_seed(context.seed),  # on the CPU: the same noise on all devices
        "callback_on_step_end": _teller(context.progress, settings.get("num_inference_steps")),
    }
    known = takes(pipeline)
    try:
        with _quiet(), torch.inference_mode():
            return pipeline(**{name: value for name, value in wanted.items() if name in known and value is not None})
    except torch.OutOfMemoryError as error:
        smaller = "width, height or frames" if "num_frames" in settings else "width and height"
        raise _too_large(model, f"set a smaller {smaller}") from error
    except (ValueError, TypeError, RuntimeError) as error:
        raise ConfigError(
            f"the model {model} cannot do that ({_short(error)}); set other options, or choose another model"
        ) from error


def takes(pipeline: Any) -> set[str]:
    """The names of what a pipeline can be told."""
    return set(inspect.signature(pipeline.__call__).parameters)


def forget() -> None:
    """Lets go of the model that is kept, and of its memory."""
    _kept.clear()
    gc.collect()  # what moves its parts to the GPU and back refers to them in circles


def licence(model: str) -> str:
    """What the model's card says of its licence, in words; it is looked for in the folder, then in the cache of the hub."""
    try:
        text = _card(model).read_text(encoding="utf-8", errors="replace")
        head = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
        said = parse_yaml(head[1]) if head else {}
        name, link = said.get("license_name") or said.get("license"), said.get("license_link")
    except (OSError, ValueError, AttributeError):
        name = link = None
    if not name:
        return "its licence is not known here; look it up before you publish what it makes"
    name = ", ".join(map(str, name)) if isinstance(name, list) else name
    return f"its licence is {name}{f' ({link})' if link else ''}; see that it allows what you make it for"


def _card(model: str) -> Path:
    """Raises OSError or ValueError where there is none."""
    if Path(model).is_dir():
        return Path(model, "README.md")
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError as error:
        raise ValueError("no hub") from error

    found = try_to_load_from_cache(model, "README.md")
    if not isinstance(found, str):
        raise FileNotFoundError(model)
    return Path(found)


def _teller(progress: Callable[[float], None], steps: int | None) -> Callable[..., dict]:
    """What a pipeline calls after each step."""

    def step_ended(pipeline: Any, step: int, timestep: Any, tensors: dict) -> dict:
        total = steps or getattr(pipeline, "num_timesteps", 0) or step + 1
        progress(_LOADED + (_STEPPED - _LOADED) * min((step + 1) / total, 1.0))
        return tensors

    return step_ended


def _too_large(model: str, advice: str) -> VoicekitError:
    return VoicekitError(f"the device has too little memory for the model {model}; {advice}")


def _short(error: Exception) -> str:
    return textwrap.shorten(str(error), 160, placeholder=" …") or type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Of the library's words to programmers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
