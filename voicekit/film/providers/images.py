"""Pictures by any endpoint that speaks the image part of the OpenAI API (OpenAI, LocalAI, stable-diffusion.cpp, …)."""

import base64
import binascii
import http.client
import io
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import atomic
from voicekit.film.pictures.description import read_description
from voicekit.film.pictures.pictures import FORMATS
from voicekit.film.providers.openai_client import OPENAI, URL_VARIABLE, Remote, check_patience, from_environment, remote
from voicekit.film.stage import Context, Stage

MODEL_VARIABLE = "VOICEKIT_IMAGE_MODEL"
_LARGEST_BYTES = 64 << 20


@dataclass(frozen=True)
class ImagesOptions:
    model: str = from_environment(MODEL_VARIABLE)  #: without it, that in VOICEKIT_IMAGE_MODEL
    base_url: str = from_environment(URL_VARIABLE, OPENAI)  #: without it, that in OPENAI_BASE_URL, or OpenAI
    size: str = "1536x1024"  #: of the picture, one that the model knows
    style: str = "cinematic still, natural light, no text"  #: goes behind each description
    timeout_s: float = 300.0  #: to wait for a picture, each time
    retries: int = 3  #: after the first try, where the endpoint is busy or the connection is cut

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{2,4}x\d{2,4}|auto", self.size):
            raise ConfigError(f"'{self.size}' is not a picture's size; write it like 1536x1024")
        check_patience(self.timeout_s, self.retries)


class Images(Stage):
    """What is to be seen, as a picture from any endpoint that speaks the image part of the OpenAI API."""

    name, kind, version = "images", "stills", "1"
    takes, gives = (".txt",), ".png"
    Options = ImagesOptions

    def run(self, inputs: Sequence[Path], out: Path, options: ImagesOptions, context: Context) -> None:
        title, visual, _ = read_description(inputs[0], context.note)
        asked = remote(options, MODEL_VARIABLE, "gpt-image-1", "use --stills cards")
        asked.announce(context)
        settings = _settings(asked, prompt_of(title, visual, options.style), options, context)
        answer = asked.call(lambda client: client.images.generate(**settings), context)
        data = _data(asked, answer)
        _save(asked, data, out)
        context.progress(1.0)


def prompt_of(title: str, visual: str, style: str = "") -> str:
    """What a model of pictures is asked for."""
    return ". ".join(part.strip().rstrip(".;,") for part in (visual or title, style) if part.strip())


def _settings(asked: Remote, prompt: str, options: ImagesOptions, context: Context) -> dict[str, Any]:
    settings: dict[str, Any] = {"model": asked.model, "prompt": prompt, "n": 1, "size": options.size}
    if "gpt-image" not in asked.model:  # those send the picture itself at any rate, and refuse to be asked
        settings["response_format"] = "b64_json"
    if context.seed and not asked.host.endswith("openai.com"):  # which knows no seed, and refuses it
        settings["extra_body"] = {"seed": context.seed}
    return settings


def _data(asked: Remote, answer: Any) -> bytes:
    try:
        first = answer.data[0]
        encoded, url = first.b64_json, first.url
    except (AttributeError, IndexError, TypeError):
        raise asked.no_answer("something that holds no picture") from None
    if isinstance(encoded, str) and encoded:
        try:
            return base64.b64decode(encoded.rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise asked.no_answer("a picture that is not whole") from None
    if isinstance(url, str) and url:
        return _fetched(asked, url)
    raise asked.no_answer("something that holds no picture")


def _fetched(asked: Remote, url: str) -> bytes:
    """What lies at an address of the endpoint itself; no other is asked for anything."""
    here = urlsplit(asked.base_url)
    try:
        url = urljoin(asked.base_url + "/", url)
        there = urlsplit(url)
    except ValueError:
        raise asked.no_answer("an invalid address of a picture") from None
    if (there.scheme, there.netloc.rpartition("@")[2]) != (here.scheme, here.netloc.rpartition("@")[2]):
        raise MediaError(
            asked.scrub(
                f"the picture lies on another host ({there.hostname}), which is not contacted; choose a model that sends "
            )
            + "it itself (b64_json), or use --stills cards"
        )
    try:
        with urllib.request.build_opener(_NoDetour).open(url, timeout=asked.timeout_s) as file:
            data = file.read(_LARGEST_BYTES + 1)
            whole = file.headers.get("content-length") in (None, str(len(data)))
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise asked.no_answer(f"the address of a picture that is not there ({type(error).__name__})") from None
    if len(data) > _LARGEST_BYTES or not whole:
        raise asked.no_answer("a picture that is not whole, or far too large")
    return data


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """Follows no redirection, which could lead anywhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _save(asked: Remote, data: bytes, out: Path) -> None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            picture.load()
            flat = picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise asked.no_answer("a picture that cannot be read") from None
    with atomic(out) as partial:
        flat.save(partial, format="PNG")
