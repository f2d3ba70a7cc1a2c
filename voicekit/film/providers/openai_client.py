"""Calls of endpoints that speak the OpenAI API, on this machine or elsewhere: what to tell before, what to try again.

Keys stand in no message, log or file: they come from the environment, go into the request, and are cut out of answers.
"""

import math
import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from voicekit.core.endpoint import is_local, retry_after_s, without_key
from voicekit.core.errors import ConfigError, MediaError, PluginError
from voicekit.core.wording import decimal
from voicekit.film.stage import Context

#: The options model and base_url choose the model and its host; the environment comes next, then OpenAI itself.
URL_VARIABLE, OPENAI = "OPENAI_BASE_URL", "https://api.openai.com/v1"
#: A host that asks for a longer wait is given up.
LONGEST_WAIT_S = 60.0
_FIRST_WAIT_S = 1.0
_KEY = re.compile(
    r"(?i:bearer)\s+\S+|(?i:basic)\s+(?=\S*(?:[\d=+/]|[a-z][A-Z]))\S{8,}|\b(?:sk|key|pk|hf|gsk)[-_][\w*.-]{6,}"
)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Remote:
    """An endpoint and a model there.

    Attributes:
        otherwise: what works without it, as "use --storyboard split".
        timeout_s: for each try, without a sign of the server.
        retries: tries after the first.
    """

    base_url: str
    model: str
    otherwise: str
    timeout_s: float = 120.0
    retries: int = 3
    key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        parts = urlsplit(self.base_url)
        name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{name}:{parts.port}" if parts.port else str(name)

    @property
    def address(self) -> str:
        """The base URL without what it may hold of secrets."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{self.host}{parts.path}"

    @property
    def is_local(self) -> bool:
        return is_local(urlsplit(self.base_url).hostname or "")

    def announce(self, context: Context) -> None:
        """Tells who is asked, and what that may cost."""
        if self.is_local:
            terms = f"the licence of {self.model} holds for what it makes"
        else:
            terms = "this may cost money, and sends your text there; the terms of that service hold for what it makes"
            if self.key and self.base_url.startswith("http://"):
                terms += "; your key goes there unencrypted"
        context.note(self.scrub(f"asks {self.host} for the model {self.model}: {terms}"))

    def call(self, send: Callable[[Any], Result], context: Context) -> Result:
        """What `send` returns, given a client of `openai`; tried again where that may help.

        Raises:
            PluginError: the endpoint refuses, or is not there.
            MediaError: its answer is none.
        """
        openai = library()
        # Without its own retries, which nobody is told of and which wait for an hour where a server asks for that.
        client = openai.OpenAI(
            base_url=self.base_url, api_key=self.key or "none", timeout=self.timeout_s, max_retries=0, organization=None,
            http_client=openai.DefaultHttpxClient(event_hooks={"request": [self._stay]}),
        )  # fmt: skip
        rng = random.Random()  # jitter: servers are asked by many at once
        with client:
            for tried in range(self.retries + 1):
                context.progress(0.0)
                try:
                    return send(client)
                except (openai.APIConnectionError, openai.APIStatusError) as error:
                    if isinstance(error.__cause__, PluginError):
                        raise error.__cause__ from None
                    wait_s = _wait_s(error, tried, rng) if tried < self.retries else None
                    if wait_s is None:
                        raise self._explained(error, tried + 1) from None
                except (openai.OpenAIError, ValueError) as error:
                    raise self.no_answer(f"no valid JSON ({type(error).__name__})") from None
                time.sleep(wait_s)
        raise AssertionError("each last try returns or raises")

    def _stay(self, request: Any) -> None:
        """The person's text goes to the host that they chose, and nowhere else, whatever an answer says."""
        there = f"{request.url.scheme}://{request.url.netloc.decode()}"
        parts = urlsplit(self.base_url)
        if (request.url.host, request.url.port) != (parts.hostname, parts.port):
            raise PluginError(
                self.scrub(
                    f"{self.host} redirects to {there}, where your text is not sent; use that address if you trust it"
                )
                + f", or {self.otherwise}"
            )

    def no_answer(self, what: str) -> MediaError:
        """The error for an answer that is not what was asked for."""
        text = self.scrub(f"{self.host} answered with {what}; check that {self.address} speaks the OpenAI API")
        return MediaError(f"{text}, or {self.otherwise}")

    def scrub(self, text: str) -> str:
        """`text` without keys, whole or in part."""
        return _KEY.sub("…", without_key(text, self.key))

    def _explained(self, error: Any, tries: int) -> PluginError:
        status = getattr(error, "status_code", None)
        after = f" (tried {tries} times)" if tries > 1 else ""
        said = self._said(error)
        if status == 401:
            what = f"the key in OPENAI_API_KEY is refused by {self.host}; check it, or {self.otherwise}"
        elif status == 403:
            what = (
                f"{self.host} does not allow this key to use {self.model}{said}; choose another model, or {self.otherwise}"
            )
        elif status == 404:
            what = f"{self.address} does not know the model {self.model}, or is no such endpoint{said}; check both"
        elif status == 429:
            what = f"{self.host} has too much to do, or your quota is used up{after}{said}; wait, or {self.otherwise}"
        elif status and status >= 500:
            what = f"{self.host} fails with error {status}{after}{said}; try again later, or {self.otherwise}"
        elif status:
            what = f"{self.host} refuses the request (error {status}){said}; change the options, or {self.otherwise}"
        elif type(error).__name__ == "APITimeoutError":
            waited = f"did not answer within {decimal(self.timeout_s)} s{after}"
            what = f"{self.host} {waited}; set a longer timeout_s, or {self.otherwise}"
        elif isinstance(error.__cause__, ConnectionError) or "connect" in type(error.__cause__).__name__.lower():
            what = f"nothing answers at {self.address}{after}; start it, or {self.otherwise}"
        else:
            what = f"the connection to {self.host} was cut{after}; try again, or {self.otherwise}"
        return PluginError(self.scrub(what))

    def _said(self, error: Any) -> str:
        """The server's own words, short, where it has some."""
        body = getattr(error, "body", None)
        inner = body.get("error", body) if isinstance(body, dict) else None
        text = inner.get("message") if isinstance(inner, dict) else inner
        # Scrubbed before it is cut: half a key would not be known for one.
        text = " ".join(self.scrub(text).split())[:160] if isinstance(text, str) else ""
        return f": “{text}”" if text else ""


def from_environment(variable: str, otherwise: str = "") -> Any:
    """The default of an option of text: what the variable says when the options are made, so that what is stored by its
    options is not taken for what another model made."""
    return field(default_factory=lambda: os.environ.get(variable, "").strip() or otherwise)


def check_patience(timeout_s: float, retries: int) -> None:
    """Raises ConfigError where nobody would wait so long, or ask so often."""
    if not (math.isfinite(timeout_s) and 0 < timeout_s <= 800) or not 0 <= retries <= 20:
        raise ConfigError("timeout_s goes from 0 to 800 seconds, and retries from 0 to 20; choose others")


def remote(options: Any, model_variable: str, example: str, otherwise: str) -> Remote:
    """The endpoint that options name.

    Args:
        options: with model, base_url, timeout_s and retries.
        model_variable, example: of a model, for the message.

    Raises:
        ConfigError: the base URL is none.
        PluginError: no key, model or library is there.
    """
    base_url = options.base_url.strip().rstrip("/")
    try:
        parts = urlsplit(base_url)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ConfigError("the base URL is not valid; write it like http://localhost:11434/v1 (OPENAI_BASE_URL or base_url)")
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not key and not is_local(parts.hostname):
        raise PluginError(
            f"there is no key for {parts.hostname}: set OPENAI_API_KEY (or OPENAI_BASE_URL=http://localhost:11434/v1 "
            f"for a model on this machine), or {otherwise}"
        )
    if any(not 32 < ord(sign) < 127 for sign in key):
        raise PluginError("the key in OPENAI_API_KEY holds spaces or characters that no key has; copy it again")
    if not options.model:
        raise PluginError(f"no model is chosen; set {model_variable}, or the option model, as in model={example}")
    library()
    return Remote(base_url, options.model, otherwise, options.timeout_s, options.retries, key)


def library() -> Any:
    """The module `openai`.

    Raises:
        PluginError: it is not installed.
    """
    try:
        import openai
    except ImportError as error:
        raise PluginError("the library openai is not installed; run: pip install 'voicekit[visuals]'") from error
    return openai


def _wait_s(error: Any, tried: int, rng: random.Random) -> float | None:
    """How long to wait before the next try; None where none helps."""
    status = getattr(error, "status_code", None)
    if status is not None and status not in (408, 429) and status < 500:
        return None
    asked_s = retry_after_s(error.response.headers.get("retry-after")) if status is not None else None
    if asked_s is not None:
        return asked_s if asked_s <= LONGEST_WAIT_S else None
    return min(LONGEST_WAIT_S, _FIRST_WAIT_S * 2**tried) * rng.uniform(0.5, 1.0)
