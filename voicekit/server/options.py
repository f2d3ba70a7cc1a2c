"""How a server is set up."""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from voicekit.core.errors import ConfigError
from voicekit.core.settings import Bounded, Range

#: The environment variable that holds the token, which on a command line everybody on the machine could read.
TOKEN_VARIABLE = "VOICEKIT_TOKEN"
#: A token of fewer signs can be guessed by asking often enough.
_LEAST_TOKEN = 16
_MAKE_TOKEN = 'python -c "import secrets; print(secrets.token_urlsafe())"'


@dataclass(frozen=True)
class ServerOptions(Bounded):
    """How a server is set up.

    Attributes:
        host, port: where it listens; port 0 is any that is free.
        voice: speaks where a request names none, or one of OpenAI's own; None for the newest.
        token: what a request has to bring; "" for none.
        hosts: more names that the server goes by, such as a proxy's.
        origins: pages of others that may ask in a browser, such as http://localhost:3000.
        device, lexicon: as of `load_voice`.
        most_waiting: requests that are worked on or wait at once.
        most_characters: of a request's text.
        most_voices: that stay loaded; those used last.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Range(0, 65535)] = 8484
    voice: str | None = None
    token: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    device: str = "auto"
    lexicon: Path | None = None
    most_waiting: Annotated[int, Range(1, 10_000)] = 64
    most_characters: Annotated[int, Range(1, 1_000_000)] = 100_000
    most_voices: Annotated[int, Range(1, 1000)] = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(not 32 < ord(sign) < 127 for sign in self.token):
            raise ConfigError("the token holds spaces or other signs that no header can; use letters, digits, '-' and '_'")
        if not self.is_local and len(self.token) < _LEAST_TOKEN:
            what = f"has fewer than {_LEAST_TOKEN} signs, and can be guessed" if self.token else "is missing"
            raise ConfigError(
                f"on {self.host} anybody in the network could ask, and the token {what}; run: "
                f"export {TOKEN_VARIABLE}=$({_MAKE_TOKEN}); clients send it as their API key"
            )
        for name in self.hosts:
            if not re.fullmatch(r"[\w.:-]{1,253}", name):
                raise ConfigError(
                    f"{name!r} is not the name of a host; write it without http:// and port, as tts.example.org"
                )
        for origin in self.origins:
            if not _is_origin(origin):
                raise ConfigError(
                    f"{origin!r} is not an origin; write the page's address up to its port: http://localhost:3000"
                )

    @property
    def is_local(self) -> bool:
        """Whether none but this machine reaches it."""
        return self.host == "localhost" or is_loopback(self.host)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text == f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
