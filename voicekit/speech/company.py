"""The voices of a cast at work: each loaded when it is first to speak, and once, whatever their engines."""

from collections.abc import Iterable, Iterator

from voicekit.core.reporter import Reporter
from voicekit.speech.cast import Cast, Role
from voicekit.speech.engine import Engine, Speech, Word, tell_left
from voicekit.speech.language import tell_language
from voicekit.speech.voices import Credit, Voice, check_may_be_sold, find_voice, load_engine
from voicekit.text.phonemes.lexicon import Lexicon
from voicekit.text.script.marks import NEUTRAL, NO_MARKS, Marks
from voicekit.text.script.markup import TONES

_SLOWEST, _FASTEST = 0.5, 2.0


class Company:
    """Who speaks for whom.

    Args:
        narrator: the voice of all that no other one speaks.
        cast: says on which device, and with which lexicon, others are loaded.
        narrator_voice: what the narrator's voice is called; a role that names it is spoken by the same engine.
    """

    def __init__(self, narrator: Engine, cast: Cast, narrator_voice: Voice | None = None) -> None:
        self._narrator, self._cast = narrator, cast
        self._narrator_voice = narrator_voice
        self._loaded = {_key(narrator_voice): narrator} if narrator_voice else {}
        self._played: dict[Role, Engine] = {}

    def engine(self, role: Role) -> Engine:
        """Whoever speaks a role.

        Raises:
            VoicekitError: its voice is not there, is damaged, its engine is not installed, or what it says may not be sold.
        """
        if role not in self._played:
            engine = self._voice(role) if role.voice else self._narrator
            self._played[role] = engine if role.is_plain else Played(engine, role)
        return self._played[role]

    def tell(self, spoken: Iterable[tuple[str, Marks, Role]], reporter: Reporter) -> None:
        """Notes what each voice cannot do of what it is to speak: another language, or marks.

        Args:
            spoken: texts, the marks of their words, and how they are spoken.
        """
        by_role: dict[Role, list[tuple[str, Marks]]] = {}
        for text, marks, role in spoken:
            by_role.setdefault(role, []).append((text, marks))
        for role, texts in by_role.items():
            name = (
                f"the voice '{role.voice}'" if role.voice else "the narrator's voice" if len(by_role) > 1 else "this voice"
            )
            tell_language((text for text, _ in texts), self.engine(role), reporter)
            tell_left((marks for _, marks in texts), self.engine(role), reporter, name)

    def credits(self, roles: Iterable[Role]) -> tuple[Credit, ...]:
        """Whose voices speak these, each once, as far as that is known."""
        voices = (find_voice(role.voice) if role.voice else self._narrator_voice for role in dict.fromkeys(roles))
        return tuple(dict.fromkeys(voice.credit for voice in voices if voice))

    def _voice(self, role: Role) -> Engine:
        voice = find_voice(role.voice)
        if self._cast.commercial:
            check_may_be_sold(voice)
        if _key(voice) not in self._loaded:
            engine, lexicon = load_engine(voice, self._cast.device), self._cast.lexicon
            self._loaded[_key(voice)] = engine.with_lexicon(lexicon) if lexicon and lexicon.entries else engine
        return self._loaded[_key(voice)]


def _key(voice: Voice) -> tuple[str, str, str]:
    """What tells voices apart: those of one engine may lie in one folder."""
    return voice.engine, voice.name, str(voice.folder.resolve())


class Played(Engine):
    """A voice at the pace and in the tone of a role; the tones of a script come on top."""

    def __init__(self, voice: Engine, role: Role) -> None:
        self.voice, self.role = voice, role
        self.sample_rate, self.language = voice.sample_rate, voice.language
        self.fingerprint = f"{voice.fingerprint} {role.pace:.3f} {role.tone}"

    @property
    def lexicon(self) -> Lexicon | None:
        return getattr(self.voice, "lexicon", None)

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        return self.voice.stream(text, pace=self._pace(pace), marks=self._marks(text, marks), seed=seed)

    def timing(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS) -> tuple[Word, ...]:
        return self.voice.timing(text, pace=self._pace(pace), marks=self._marks(text, marks))

    def leaves(self, marks: Marks = NO_MARKS) -> tuple[str, ...]:
        tone = (TONES[self.role.tone],) if self.role.tone else ()
        return self.voice.leaves(Marks((*tone, *marks.styles), marks.pauses_s, marks.pronunciations))

    def with_lexicon(self, lexicon: Lexicon) -> Engine:
        return Played(self.voice.with_lexicon(lexicon), self.role)

    def _pace(self, pace: float) -> float:
        return min(max(pace * self.role.pace, _SLOWEST), _FASTEST)

    def _marks(self, text: str, marks: Marks) -> Marks:
        if not self.role.tone:
            return marks
        styles = marks.styles or (NEUTRAL,) * len(text.split())
        return Marks(tuple(TONES[self.role.tone] & style for style in styles), marks.pauses_s, marks.pronunciations)


def own_pace(engine: Engine) -> float:
    """How much faster a role is spoken than its voice speaks by itself."""
    return engine.role.pace if isinstance(engine, Played) else 1.0


def can_tell_times(engine: Engine) -> bool:
    """Whether a voice knows how long a text will last without speaking it."""
    voice = engine.voice if isinstance(engine, Played) else engine
    return type(voice).timing is not Engine.timing
