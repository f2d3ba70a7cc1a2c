"""Errors in the form in which OpenAI's clients read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from voicekit.core.documents import shown
from voicekit.core.errors import ScriptError, VoicekitError
from voicekit.core.wording import decimal


class Refusal(HTTPException):
    """A request that is not served.

    Attributes:
        param: the field that is wrong.
        code: a word for programs.
    """

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(status, message, headers)
        self.param, self.code = param, code


def body_of(status: int, message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """An error as OpenAI's API has it."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def response_to(error: HTTPException) -> JSONResponse:
    """What a client is answered: our own refusals, and those of Starlette."""
    param, code = getattr(error, "param", None), getattr(error, "code", None)
    return JSONResponse(body_of(error.status_code, str(error.detail), param, code), error.status_code, error.headers)


def refusal_of(error: VoicekitError) -> Refusal:
    """What a person can mend, as the one who asks is told: their text is theirs to mend, the rest is the server's."""
    if isinstance(error, ScriptError):
        return Refusal(400, str(error), param="input")
    return Refusal(500, str(error))


def refusal_of_fields(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The first of what pydantic found wrong with a request, in plain words."""
    error = errors[0]
    place = [str(part) for part in error["loc"] if part != "body"]
    field = place[0] if place else None
    kind, limits = error["type"], error.get("ctx", {})
    if field is None:
        return Refusal(400, 'the body must be a JSON object, such as {"input": "The lights come on."}')
    if kind == "missing":
        return Refusal(400, f"'{field}' is missing; send a JSON object that has it", param=field)
    words = {
        "literal_error": f"must be one of {limits.get('expected')}",
        "string_too_long": f"must have at most {limits.get('max_length')} characters",
        "finite_number": "must be a number",
    }
    wants = {"string": "text", "float": "a number", "bool": "true or false", "int": "a whole number"}
    told = words.get(kind) or next((f"must be {what}" for name, what in wants.items() if kind.startswith(name)), "")
    if kind in ("greater_than_equal", "less_than_equal"):
        told = f"must be {'at least' if 'ge' in limits else 'at most'} {decimal(limits.get('ge', limits.get('le')))}"
    value = "" if field == "input" or isinstance(error["input"], dict | list) else f", not {shown(error['input'])}"
    return Refusal(400, f"'{field}' {told or 'is not what is asked for'}{value}", param=field)
