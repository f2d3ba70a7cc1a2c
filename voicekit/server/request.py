"""What a client asks for: the body of POST /v1/audio/speech, as OpenAI has it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
#: What clients are told that they get. Opus comes in Ogg.
MEDIA_TYPES: dict[str, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


class _VoiceId(BaseModel):
    """OpenAI's form of a voice that a person made."""

    id: str


#: Its schema stands where it is used, so that the whole request's needs no other.
VoiceId = Annotated[
    _VoiceId, WithJsonSchema({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]})
]


class SpeechRequest(BaseModel):
    """What is to be spoken, and how."""

    model_config = ConfigDict(extra="allow")

    input: str = Field(
        description="The text. A blank line ends a paragraph; marks such as [pause 0.8s] are read as by `voicekit say`."
    )
    voice: str | VoiceId | None = Field(
        None, description="The name of a voice, see /v1/voices. Without it, or for one of OpenAI's, the server's default."
    )
    model: str = Field("voicekit", max_length=1000, description="Any: the voice knows by which engine it is spoken.")
    response_format: Format = Field(
        "mp3", description="wav and pcm have 16 bits, pcm 24,000 samples a second; opus comes in Ogg, aac as ADTS."
    )
    speed: float = Field(1.0, ge=0.25, le=4.0, allow_inf_nan=False, description="1.2 is 20 % faster; pitch is kept.")
    stream: bool = Field(
        True, description="Send each sentence as soon as it is spoken; else the whole file, which knows its length."
    )
    stream_format: Literal["audio", "sse"] = Field("audio", description="sse: events that hold the sound in base64.")
    instructions: str | None = Field(None, max_length=100_000, description="Is left out: voices take no instructions.")

    @property
    def voice_name(self) -> str | None:
        return self.voice.id if isinstance(self.voice, _VoiceId) else self.voice

    @property
    def left_out(self) -> list[str]:
        """What is asked for and not done."""
        instructions = ["instructions"] if self.instructions else []
        return [*instructions, *(self.model_extra or {})]
