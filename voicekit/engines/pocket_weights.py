"""The weights of Pocket-TTS: found in a folder or fetched from their makers, and held against what they are to be.

A folder holds a model for each language, as on its makers' hub:

FOLDER/languages/english/     or FOLDER/english/, or FOLDER itself with a configuration of its own
  model.safetensors
  tokenizer.json              or tokenizer.model
  config.yaml                 where it is none of the package's
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicekit.core.documents import parse_yaml, read_document
from voicekit.core.errors import PluginError
from voicekit.core.files import explain_os_error, is_of_the_disk
from voicekit.core.reporter import Reporter

if TYPE_CHECKING:
    from pocket_tts.utils.config import Config

#: The makers' name of a language → how espeak begins the codes of it.
LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl",
}  # fmt: skip
HUB = "https://huggingface.co/kyutai/pocket-tts"
_MODEL, _TOKENIZERS = "model.safetensors", ("tokenizer.json", "tokenizer.model")
_PICKLES = (".pt", ".pth", ".bin", ".ckpt")
_OTHERWISE = "or take weights that you have: voicekit engines add pocket --weights FOLDER"
_AGREE = f"accept the terms at {HUB}, log in with: hf auth login, and run the same command again"
#: Of what a configuration may ask for; the largest that are published have 24 layers and 4,000 tokens of 1,024.
_MOST_LAYERS, _MOST_NUMBER, _MOST_HEADER_BYTES = 200, 10_000_000, 100 << 20
_NEGATIVE = ("default_eos_threshold",)
#: A file of weights is told from others by its beginning and so many pieces of it.
_PIECES, _PIECE_BYTES = 64, 1 << 16


@dataclass(frozen=True)
class Weights:
    """A model on disk.

    Attributes:
        name: the makers' name of its language; "own" of one that is none of theirs.
        config: as the package reads it, but for the paths.
    """

    name: str
    model: Path
    tokenizer: Path
    config: dict[str, Any]

    @property
    def digest(self) -> str:
        """Names the file of weights; another version of it has another."""
        size = self.model.stat().st_size
        told = hashlib.sha1(f"{size} {json.dumps(self.config, sort_keys=True)}".encode())
        with self.model.open("rb") as file:
            for n in range(_PIECES):
                file.seek(max(size - _PIECE_BYTES, 0) * n // (_PIECES - 1))
                told.update(file.read(_PIECE_BYTES))
        return told.hexdigest()[:16]


def model_name(language: str) -> str | None:
    """The makers' name of the model that speaks an espeak language code; None where they have none."""
    return next((name for name, code in LANGUAGES.items() if language.split("-")[0] == code), None)


def find_weights(place: Path, language: str) -> Weights:
    """The model for a language below `place`.

    Raises:
        PluginError: there is none, it is half or of another version, or a pickle.
    """
    name = model_name(language)
    for folder in _folders(place, name):
        if (folder / _MODEL).is_file():
            return _weights(folder, name)
    pickles = [path for path in sorted(place.glob("*")) if path.suffix in _PICKLES] if place.is_dir() else [place]
    if pickles and pickles[0].suffix in _PICKLES:
        raise PluginError(
            f"{pickles[0]} is a pickle, which can run anything on this machine when it is read: take {_MODEL} instead"
        )
    if name is None:
        raise PluginError(
            f"Pocket-TTS has no model for '{language}'; it has {', '.join(LANGUAGES)}. One that others trained is "
            f"taken from a folder with {_MODEL}, tokenizer.json, config.yaml: voicekit engines add pocket --weights FOLDER"
        )
    raise PluginError(
        f"there is no {name} model at {place}: no {Path('languages', name, _MODEL)}. Get it there with: hf download "
        f"kyutai/pocket-tts languages/{name}/{_MODEL} --local-dir FOLDER, its {_TOKENIZERS[0]} too"
    )


def languages_in(place: Path) -> list[str]:
    """Which languages have a model below `place`, by the makers' names; "own" where it has a configuration of its own."""
    named = [name for name in LANGUAGES if any((folder / _MODEL).is_file() for folder in _named(place, name))]
    return named or (["own"] if (place / _MODEL).is_file() and _own_config(place) else [])


def _folders(place: Path, name: str | None) -> list[Path]:
    named = _named(place, name) if name else []
    return named + ([place] if place.is_dir() and _own_config(place) else [])


def _named(place: Path, name: str) -> list[Path]:
    return [place / "languages" / name, place / name, *([place] if place.name == name else [])]


def _own_config(folder: Path) -> Path | None:
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return found[0] if found else None


def _weights(folder: Path, name: str | None) -> Weights:
    tokenizer = next((folder / one for one in _TOKENIZERS if (folder / one).is_file()), None)
    if tokenizer is None:
        raise PluginError(
            f"{folder} has no {' or '.join(_TOKENIZERS)} beside {_MODEL}; copy it there: it is part of the model"
        )
    path = _own_config(folder)
    if path is None and name is None:
        raise PluginError(f"{folder} has no config.yaml beside {_MODEL}; copy it there: it is part of the model")
    config = read_config(path or packaged_config(name or ""))
    kept = {key: value for key, value in config.items() if not key.startswith("weights_path")}
    return Weights(name or "own", folder / _MODEL, tokenizer, kept)


def packaged_config(name: str) -> Path:
    """Where the package says what the model of a language is."""
    from pocket_tts.utils.config import CONFIGS_DIR

    return Path(CONFIGS_DIR) / f"{name}.yaml"


def read_config(path: Path) -> dict[str, Any]:
    """A configuration that anybody may have written.

    Raises:
        PluginError: it is damaged, or for another version of the package.
    """
    from pocket_tts.utils.config import Config

    try:
        document = read_document(path, parse_yaml)
        Config(**document)
        _check_sizes(document)
    except (OSError, ValueError, TypeError) as error:  # pydantic's is a ValueError
        first = " ".join(str(error).split())[:300]
        raise PluginError(
            f"{path} is no configuration that this version of pocket-tts reads ({first}); take that of its model"
        ) from error
    return document


def _check_sizes(document: Any) -> None:
    """Raises ValueError where a network would take forever to be made, whatever its weights are."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(str(name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(key, inner) for inner in value]
        elif isinstance(value, int | float) and not (-_MOST_NUMBER if key in _NEGATIVE else 0) <= value <= _MOST_NUMBER:
            raise ValueError(f"{key} is {value}")
        elif key in ("num_layers", "depth", "n_residual_layers") and value > _MOST_LAYERS:
            raise ValueError(f"{key} is {value}, of at most {_MOST_LAYERS}")


def check_whole(weights: Weights) -> None:
    """Holds the shapes in a file of weights against those of its configuration, before any of it is loaded.

    Raises:
        PluginError: it is half, damaged, or of another version.
    """
    wanted = _shapes(weights)
    try:
        found = _shapes_in(weights.model)
    except (OSError, ValueError) as error:
        raise PluginError(f"{weights.model} is half or damaged ({error}); fetch it again") from error
    wrong = [name for name, shape in wanted.items() if found.get(name) != shape]
    wrong += [name for name in found if name not in wanted]
    if wrong:
        first = wrong[0]
        raise PluginError(
            f"{weights.model} is of another version than its configuration: {len(wrong)} of {len(wanted)} tensors differ, "
            f"first {first} (there {found.get(first, 'none')}, wanted {wanted.get(first, 'none')}). Take the files that "
            f"belong together, or another version of the package: pip install --upgrade pocket-tts"
        )


def _shapes(weights: Weights) -> dict[str, list[int]]:
    """The tensors of the model of a configuration; nothing of it takes memory."""
    import torch
    from pocket_tts.models.flow_lm import FlowLMModel
    from pocket_tts.models.mimi import build_mimi

    from voicekit.model.checkpoint import without_memory

    config = parsed(weights)
    try:
        with without_memory(), torch.no_grad():
            flow_lm = FlowLMModel.from_pydantic_config(
                config.flow_lm, config.mimi.quantizer.dimension, config.flow_lm.insert_bos_before_voice
            )
            mimi = build_mimi(config.mimi)
    except Exception as error:  # of torch, tokenizers, sentencepiece and pydantic, each with errors of their own
        raise PluginError(
            f"{weights.model.parent} holds no model that this pocket-tts can make ({_line(error)}); fetch it again"
        ) from error
    shapes = {f"flow_lm.{name}": list(tensor.shape) for name, tensor in flow_lm.state_dict().items()}
    shapes |= {f"mimi.{name}": list(tensor.shape) for name, tensor in mimi.state_dict().items()}
    inner = config.mimi.inner_dim or config.mimi.seanet.dimension
    shapes["flow_lm.speaker_proj_weight"] = [config.flow_lm.transformer.d_model, inner]
    return shapes


def _shapes_in(path: Path) -> dict[str, list[int]]:
    """What the header of a safetensors file says, held against its size. Raises ValueError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, _MOST_HEADER_BYTES):
            raise ValueError("it does not begin as a file of safetensors does")
        header = json.loads(file.read(length))
    try:
        tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
        ends = max((entry["data_offsets"][1] for entry in tensors.values()), default=0)
        shapes = {name: list(entry["shape"]) for name, entry in tensors.items()}
    except (AttributeError, LookupError, TypeError) as error:
        raise ValueError("its header is damaged") from error
    if 8 + length + ends != size:
        raise ValueError(f"it has {size} bytes of {8 + length + ends}")
    return shapes


def parsed(weights: Weights) -> "Config":
    """The configuration with the paths of what lies on this disk, and no others."""
    from pocket_tts.utils.config import Config

    return Config(**resolved(weights))


def resolved(weights: Weights) -> dict[str, Any]:
    """The same as plain data."""
    flow_lm, mimi = (dict(weights.config[part], weights_path=None) for part in ("flow_lm", "mimi"))
    table = dict(flow_lm["lookup_table"], tokenizer_path=str(weights.tokenizer))
    table["tokenizer"] = "tokenizers" if weights.tokenizer.suffix == ".json" else "sentencepiece"
    return {
        **weights.config,
        "flow_lm": {**flow_lm, "lookup_table": table},
        "mimi": mimi,
        "weights_path": str(weights.model),
    }


def check_agreed() -> None:
    """Asks the makers' hub whether this person may fetch the weights that clone.

    Raises:
        PluginError: the agreement is missing, or the hub cannot be reached; the message says what to do.
    """
    from huggingface_hub import auth_check

    try:
        auth_check("kyutai/pocket-tts")
    except Exception as error:  # of the hub's library and of the one below it
        raise _explained(error, "asked for") from error


def fetch_weights(language: str, place: Path, reporter: Reporter) -> Weights:
    """The model for a language, fetched into `place` from where its makers publish it, unless it is there.

    Raises:
        PluginError: there is none for it, the agreement is missing, there is no network, or what came is not whole.
        VoicekitError: the disk is full.
    """
    name = model_name(language)
    if name is None or (place / "languages" / name / _MODEL).is_file():
        return find_weights(place, language)
    config = read_config(packaged_config(name))
    for told in (config["flow_lm"]["lookup_table"]["tokenizer_path"], config["weights_path"]):
        _fetch(told, place, reporter)
    return find_weights(place, language)


def _fetch(published: str, place: Path, reporter: Reporter) -> None:
    """`published` as the package writes it: hf://OWNER/REPOSITORY/FILE@REVISION, so that it is always the same file."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    file, _, revision = published.removeprefix("hf://").partition("@")
    owner, repository, name = file.split("/", 2)
    silent = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        with reporter.during(f"fetching {name} of Pocket-TTS"):
            hf_hub_download(f"{owner}/{repository}", name, revision=revision or None, local_dir=place)
    except Exception as error:
        if isinstance(error, OSError) and is_of_the_disk(error.errno):
            raise explain_os_error(error, place) from error
        raise _explained(error, f"{name} could not be fetched") from error
    finally:
        if not silent:
            enable_progress_bars()


def _explained(error: Exception, what: str) -> PluginError:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if isinstance(error, GatedRepoError | RepositoryNotFoundError):  # without a login the hub says there is no such thing
        return PluginError(f"the weights of Pocket-TTS that clone ask for an agreement: {_AGREE}; {_OTHERWISE}")
    offline = " (HF_HUB_OFFLINE is set)" if os.environ.get("HF_HUB_OFFLINE") else ""
    return PluginError(
        f"{HUB} could not be reached{offline}, {what}: {_line(error)}. Run the same command again with a network, "
        f"{_OTHERWISE}"
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
