"""The engines of others that voicekit knows: what they are, what their licence allows, and what each needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EngineCard:
    """An engine of others, for a person who chooses one.

    Attributes:
        title: the model's own name.
        licence: of its weights, in a few words.
        may_be_sold: whether films that it speaks in may be sold; None where only the person can know.
        agreement: what its makers want agreed to besides; "" for nothing.
        size_mb: of its weights, about.
        languages: espeak language codes, or a few words where they are many.
        clones: it speaks in the voice of a passage.
        extra: the extra of voicekit that its package comes with; "" where none is needed.
        requirements: what its own environment holds, as pip takes it; empty where it runs in ours.
        devices: what it runs on.
        passage_s: the shortest and the longest passage that it clones from well, in seconds.
        used_by: the command that makes a voice of it, where nothing of it is to be added.
        published_at: where its makers publish the weights.
    """

    title: str
    licence: str
    may_be_sold: bool | None
    size_mb: int
    languages: str
    clones: bool
    published_at: str
    agreement: str = ""
    extra: str = ""
    requirements: tuple[str, ...] = ()
    devices: str = "cpu, cuda"
    passage_s: tuple[float, float] = (5.0, 30.0)
    used_by: str = ""

    @property
    def terms(self) -> str:
        """The licence in a line: what it is, and whether films may be sold."""
        sold = {
            True: "films with it may be sold",
            False: "films with it may NOT be sold (non-commercial)",
            None: "only you can know whether films with it may be sold",
        }[self.may_be_sold]
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
    "piper": EngineCard(
        title="Piper",
        licence="MIT, and each voice's own (its MODEL_CARD)",
        may_be_sold=True,
        size_mb=63,
        languages="about 40",
        clones=False,
        published_at="https://huggingface.co/rhasspy/piper-voices",
        agreement="what runs them, in an environment of its own, is under GPL-3.0",
        requirements=("piper-tts[alignment]==1.8.0",),
        devices="cpu",
    ),
    "chatterbox": EngineCard(
        title="Chatterbox",
        licence="MIT",
        may_be_sold=True,
        size_mb=3200,
        languages="ar, da, de, el, en, es, fi, fr, he, hi, it, ja, ko, ms, nl, no, pl, pt, ru, sv, sw, tr, zh",
        clones=True,
        published_at="https://huggingface.co/ResembleAI/chatterbox",
        agreement="it puts its maker's watermark into what it says",
        requirements=("chatterbox-tts==0.1.7", "setuptools<81"),  # its watermark imports pkg_resources
    ),
    "qwen3": EngineCard(
        title="Qwen3-TTS 1.7B",
        licence="Apache-2.0",
        may_be_sold=True,
        size_mb=4500,
        languages="de, en, es, fr, it, ja, ko, pt, ru, zh",
        clones=True,
        published_at="https://huggingface.co/Qwen/Qwen3-TTS-12Hz-1.7B-Base",
        requirements=("qwen-tts==0.1.1",),
        passage_s=(3.0, 20.0),
    ),
    "voxcpm2": EngineCard(
        title="VoxCPM2",
        licence="Apache-2.0",
        may_be_sold=True,
        size_mb=4900,
        languages="ar, da, de, el, en, es, fi, fr, he, hi, id, it, ja, km, ko, lo, ms, my, nl, no, pl, pt, ru, sv, sw, th, "
        "tl, tr, vi, zh",
        clones=True,
        published_at="https://huggingface.co/openbmb/VoxCPM2",
        requirements=("voxcpm==2.0.3",),
    ),
    "omnivoice": EngineCard(
        title="OmniVoice",
        licence="CC-BY-NC-4.0",  # so its makers say (k2-fsa/OmniVoice#235); the package is under Apache-2.0
        may_be_sold=False,
        size_mb=3300,
        languages="more than 600",
        clones=True,
        published_at="https://huggingface.co/k2-fsa/OmniVoice",
        agreement="its codec is under the Higgs Audio 2 community licence",
        requirements=("omnivoice==0.2.1",),
        passage_s=(3.0, 15.0),
    ),
    "f5": EngineCard(
        title="F5-TTS v1",
        licence="CC-BY-NC-4.0",
        may_be_sold=False,
        size_mb=1400,
        languages="en, zh",
        clones=True,
        published_at="https://huggingface.co/SWivid/F5-TTS",
        requirements=("f5-tts==1.1.22",),
        passage_s=(3.0, 12.0),
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
    "openai": EngineCard(
        title="A server with OpenAI's speech API",
        licence="the server's own",
        may_be_sold=None,
        size_mb=0,
        languages="the server's",
        clones=False,
        published_at="https://platform.openai.com/docs/api-reference/audio/createSpeech",
        devices="its server",
        used_by="voicekit voices add NAME --engine openai --url URL --server-voice VOICE",
    ),
}
