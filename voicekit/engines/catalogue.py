"""The engines of others that voicekit knows: what they are, what their licence allows, and what each needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EngineCard:
    """An engine of others, for a person who chooses one.

    Attributes:
        title: the model's own name.
        licence: of its weights, in a few words.
        may_be_sold: whether films that it speaks in may be sold.
        agreement: what its makers want agreed to besides; "" for nothing.
        size_mb: of its weights, about.
        languages: espeak language codes, or a few words where they are many.
        clones: it speaks in the voice of a passage.
        extra: the extra of voicekit that its package comes with; "" where none is needed.
        requirements: what its own environment holds, as pip takes it; empty where it runs in ours.
        passage_s: the fewest and the most seconds of the passage that it clones from.
        published_at: where its makers publish the weights.
    """

    title: str
    licence: str
    may_be_sold: bool
    size_mb: int
    languages: str
    clones: bool
    published_at: str
    agreement: str = ""
    extra: str = ""
    requirements: tuple[str, ...] = ()
    passage_s: tuple[float, float] = (5.0, 15.0)

    @property
    def terms(self) -> str:
        """The licence in a line: what it is, and whether films may be sold."""
        sold = "films with it may be sold" if self.may_be_sold else "films with it may NOT be sold (non-commercial)"
        return f"{self.title}: weights under {self.licence}; {sold}{f'; {self.agreement}' if self.agreement else ''}"


CATALOGUE: dict[str, EngineCard] = {
    "kokoro": EngineCard(
        title="Kokoro-82M",
        licence="Apache-2.0",
        may_be_sold=True,
        size_mb=120,
        languages="en, es, fr, hi, it, pt",
        clones=False,
        published_at="https://huggingface.co/hexgrad/Kokoro-82M",
    ),
    "pocket": EngineCard(
        title="Pocket-TTS 4",
        licence="CC BY 4.0",
        may_be_sold=True,
        size_mb=400,
        languages="en, de, es, fr, it, nl, pt",
        clones=True,
        published_at="https://huggingface.co/kyutai/pocket-tts",
        agreement="the weights that clone ask for an agreement at huggingface.co: no voice without the person's consent",
        extra="pocket",
        passage_s=(8.0, 30.0),
    ),
}
