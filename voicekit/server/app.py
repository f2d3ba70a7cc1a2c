"""The routes of the server."""

import os
import time
from typing import Any, cast

from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, Response

from voicekit import __version__
from voicekit.core.documents import parse_json
from voicekit.core.reporter import Reporter
from voicekit.core.templates import templates
from voicekit.server.errors import Refusal, refusal_of_fields, response_to
from voicekit.server.guard import FAULT, Guard
from voicekit.server.options import ServerOptions
from voicekit.server.outlet import Lately
from voicekit.server.request import MEDIA_TYPES, SpeechRequest
from voicekit.server.response import SpokenResponse
from voicekit.server.turns import Turns
from voicekit.server.voices import Voices

#: Programs look whether the model that they are set to is there; any is served.
_MODELS = ("voicekit", "tts-1", "tts-1-hd", "gpt-4o-mini-tts")
_ABOUT = "Speaks in the voices of this machine, in the form of OpenAI's speech API."
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": SpeechRequest.model_json_schema()}}}}
_SOUND: dict[str, Any] = {
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
    "description": "The sound. What was left out or guessed is told in the header x-voicekit-notes, a list in JSON.",
}


def create_app(options: ServerOptions, voices: Voices, turns: Turns, reporter: Reporter) -> Guard:
    """The server as an ASGI application.

    Args:
        reporter: told a line for each request, without its text.
    """
    reporter = Lately(reporter)
    app = FastAPI(title="voicekit", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None)
    app.add_exception_handler(HTTPException, lambda _, error: response_to(cast(HTTPException, error)))
    app.add_exception_handler(Exception, lambda *_: response_to(FAULT))
    if options.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=options.origins, allow_methods=("GET", "POST"), allow_headers=("*",),
            expose_headers=("x-voicekit-voice", "x-voicekit-notes", "retry-after"),
        )  # fmt: skip

    @app.post("/v1/audio/speech", response_class=Response, responses={200: _SOUND}, openapi_extra=_BODY)
    async def speech(request: Request) -> Response:
        """Speaks a text."""
        wanted = _wanted(await request.body())
        if len(wanted.input) > options.most_characters:
            told = f"the input has {len(wanted.input)} characters, and at most {options.most_characters} are taken; part it"
            raise Refusal(400, told, param="input", code="string_above_max_length")
        return SpokenResponse(wanted, voices, turns, reporter)

    @app.get("/v1/voices")
    @app.get("/v1/audio/voices", include_in_schema=False)
    def list_voices() -> dict[str, Any]:
        """The voices, the default one first."""
        told = [
            {"id": voice.name, "name": voice.name, "object": "voice", "language": voice.language, "engine": voice.engine}
            for voice in voices.all()
        ]
        return {"object": "list", "data": told, "voices": told, "default": voices.default.name}

    @app.get("/v1/models")
    def list_models() -> dict[str, Any]:
        """The models that programs know; any is served, the voice decides."""
        return {"object": "list", "data": [_model(name) for name in _MODELS]}

    @app.get("/v1/models/{name}")
    def model(name: str) -> dict[str, Any]:
        """One of them."""
        if name not in _MODELS:
            raise Refusal(404, f"there is no model of that name; there are {', '.join(_MODELS)}", code="model_not_found")
        return _model(name)

    @app.get("/health")
    def health() -> dict[str, Any]:
        """Whether the server is there, and how many requests it works on."""
        return {"status": "ok", "version": __version__, "waiting": turns.waiting, "most_waiting": turns.most_waiting}

    @app.get("/", include_in_schema=False)
    @app.get("/docs", include_in_schema=False)
    def page(request: Request) -> HTMLResponse:
        nonce = os.urandom(16).hex()
        fields = SpeechRequest.model_json_schema()["properties"]
        html = templates("voicekit.server").get_template("page.html").render(
            base=str(request.base_url).rstrip("/"), fields=fields, formats=MEDIA_TYPES, nonce=nonce,
            default=voices.default.name, has_token=bool(options.token), routes=app.openapi()["paths"],
        )  # fmt: skip
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; media-src blob:"
        )
        return HTMLResponse(
            html, headers={"content-security-policy": f"{policy}; form-action 'none'; frame-ancestors 'none'"}
        )

    return Guard(app, options, reporter)


def _wanted(body: bytes) -> SpeechRequest:
    """Raises Refusal where the body is not what is asked for."""
    try:
        return SpeechRequest.model_validate(parse_json(body))
    except ValidationError as error:
        raise refusal_of_fields(error.errors(include_url=False)) from None
    except ValueError as error:
        raise Refusal(400, f"the body is not valid JSON: {error}", code="json_invalid") from None


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "voicekit"}


#: Clients want a date of a model; no file tells one for all voices.
_CREATED = int(time.time())
