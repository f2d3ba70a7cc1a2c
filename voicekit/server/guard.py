"""Who may ask, and how much: what every request passes before anything is done for it.

A server on the loopback is reached by every page that a person opens: by a name that is made to mean 127.0.0.1 (DNS
rebinding), or as a request to another site. Names and origins that are not the server's own are refused.
"""

import asyncio
import hmac
import ipaddress
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voicekit.core.documents import shown
from voicekit.core.reporter import Reporter
from voicekit.core.wording import decimal
from voicekit.server.errors import Refusal, response_to
from voicekit.server.options import ServerOptions, is_loopback

#: The longest text has less, however it is escaped; and what is slower to arrive than this holds a place for nothing.
MOST_BYTES, BODY_S = 2 << 20, 30.0
#: Of a body that is refused, no more is taken.
_DISCARDED_BYTES, _DISCARD_S = 20_000_000, 2.0
#: What does not speak, and tells nothing of voices.
_OPEN = ("/", "/docs", "/openapi.json", "/health")
#: What is told of a fault that is ours.
FAULT = Refusal(500, "voicekit failed; what the server printed says where")
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, options: ServerOptions, reporter: Reporter) -> None:
        self.app, self.options, self.reporter = app, options, reporter
        names = {"localhost", options.host, *options.hosts}
        if not options.is_local:
            names |= {socket.gethostname(), f"{socket.gethostname()}.local"}
        self._names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            self._check(scope["method"], scope["path"], Headers(scope=scope))
            body = await _body(Headers(scope=scope), receive)
            if body is not None:
                await self.app(scope, _Replayed(body, receive), answer)
        except Refusal as refusal:
            if not answer.begun:
                if refusal.status_code != 408:
                    await _discard(Headers(scope=scope), receive)
                await response_to(refusal)(scope, receive, answer)
        except Exception:  # ours to mend; the server stays
            self.reporter.note(f"a request failed of a fault in voicekit:\n{traceback.format_exc()}")
            if not answer.begun:
                await response_to(FAULT)(scope, receive, answer)

    def _check(self, method: str, path: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._is_own(_host_name(host)):
            raise Refusal(
                403, f"this server does not go by the name {shown(host)}; where it should, start it with: "
                "voicekit serve --allow-host NAME", code="host_not_allowed",
            )  # fmt: skip
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin, host):
            raise Refusal(
                403, f"pages of {shown(origin)} may not ask this server; where they should, start it with: "
                "voicekit serve --allow-origin ORIGIN", code="origin_not_allowed",
            )  # fmt: skip
        # Where a browser names no origin, as for a picture, it tells the kind of site. A link may lead here from anywhere.
        site, is_followed = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode") == "navigate" and method == "GET"
        if origin is None and site not in (None, "same-origin", "none") and not is_followed:
            raise Refusal(403, "pages of other sites may not ask this server", code="origin_not_allowed")
        is_preflight = method == "OPTIONS" and origin is not None
        if self.options.token and path not in _OPEN and not is_preflight:
            self._check_token(headers.get("authorization", ""))

    def _check_token(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        sent = token.strip().encode("utf-8", "surrogateescape") if scheme.lower() == "bearer" else b""
        if not hmac.compare_digest(sent, self.options.token.encode()):
            what = "this server asks for a token: send it as API key" if not sent else "the token is not that of this server"
            raise Refusal(
                401, f"{what} (header Authorization: Bearer TOKEN)", code="invalid_api_key",
                headers={"www-authenticate": "Bearer"},
            )  # fmt: skip

    def _is_own(self, name: str) -> bool:
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        # An address cannot be made to mean another one.
        return not self.options.is_local or is_loopback(name)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        return origin in self.options.origins or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


class _Answer:
    """Sends, with the headers that every answer has; knows whether one was begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


class _Replayed:
    """A body that was read, and then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self._receive: Callable = receive

    async def __call__(self) -> Message:
        return self._messages.pop() if self._messages else await self._receive()


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The body of a request; None where whoever sent it is gone. Raises Refusal where it is too large or too slow."""
    told = headers.get("content-length", "0")
    if not told.isascii() or not told.isdigit() or len(told) > 18 or int(told) > MOST_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    raise _too_large()
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise Refusal(
            408, f"the request did not arrive within {decimal(BODY_S)} s", headers={"connection": "close"}
        ) from None


async def _discard(headers: Headers, receive: Receive) -> None:
    """Takes what is still to come of a body, within bounds: who is still sending does not read why they are refused."""
    n_bytes, told = 0, headers.get("content-length", "0")
    if len(told) > len(str(_DISCARDED_BYTES)) or headers.get("expect"):
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_S):
            while n_bytes < _DISCARDED_BYTES:
                message = await receive()
                n_bytes += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def _too_large() -> Refusal:
    told = f"the request is larger than {MOST_BYTES >> 20} MB; part the text into several requests"
    return Refusal(413, told, code="too_large", headers={"connection": "close"})


def _host_name(host: str) -> str:
    """The name in a Host header, without its port; "" where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "").rstrip(".") if parts.netloc == host and "@" not in host else ""
    except ValueError:
        return ""
