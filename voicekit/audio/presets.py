"""What publishers and platforms ask of a sound, as rules about the figures of `LoudnessStats`."""

import math
from dataclasses import dataclass

from voicekit.audio.loudness import LoudnessStats
from voicekit.core.errors import ConfigError
from voicekit.core.wording import decimal

#: figure of `LoudnessStats` → what people call it, its unit, and the decimals worth showing.
FIGURES = {
    "integrated_lufs": ("loudness", "LUFS", 1),
    "dialogue_lufs": ("dialogue loudness", "LUFS", 1),
    "loudness_range_lu": ("loudness range", "LU", 1),
    "short_term_max_lufs": ("loudest 3 s", "LUFS", 1),
    "true_peak_db": ("true peak", "dBTP", 1),
    "sample_peak_db": ("peak", "dB", 1),
    "rms_db": ("RMS", "dB", 1),
    "noise_floor_db": ("noise floor", "dB RMS", 1),
    "lead_s": ("room tone at the start", "s", 1),
    "tail_s": ("room tone at the end", "s", 1),
    "sample_rate": ("sample rate", "Hz", 0),
    "channels": ("channels", "", 0),
}


#: Where speech is a smaller share of a sound, dialogue is no measure of its loudness (Netflix).
LITTLE_DIALOGUE = 0.15


@dataclass(frozen=True)
class Rule:
    """What a figure of `LoudnessStats` has to be: `low` to `high`, both included."""

    figure: str
    low: float = -math.inf
    high: float = math.inf

    @property
    def middle(self) -> float:
        """What to aim at."""
        return (self.low + self.high) / 2

    def is_met(self, measured: LoudnessStats) -> bool:
        return self.low <= getattr(measured, self.figure) <= self.high

    @property
    def wanted(self) -> str:
        """As in "-17 to -15 LUFS"."""
        unit = FIGURES[self.figure][1]
        if self.low == self.high:
            text = f"{decimal(self.low)}"
        elif math.isinf(self.low):
            text = f"at most {decimal(self.high)}"
        else:
            text = f"{decimal(self.low)} to {decimal(self.high)}"
        return f"{text} {unit}".strip()


@dataclass(frozen=True)
class Preset:
    """The rules of one who takes sounds.

    Attributes:
        source: where the rules stand.
        level: how loud; the middle is aimed at.
        peak: how high the peaks may be.
        noise: how loud the noise between the words may be.
        others: of its form: sample rate, channels, room tone; see audio.delivery.
        shown: figures that are good to know, under no rule.
        without_dialogue: the rule for the level where under `LITTLE_DIALOGUE` of a sound is speech.
        mp3_bit_rate: of an MP3, constant, in bits a second; 0 where any will do.
    """

    name: str
    source: str
    level: Rule
    peak: Rule
    noise: Rule | None = None
    others: tuple[Rule, ...] = ()
    shown: tuple[str, ...] = ()
    without_dialogue: Rule | None = None
    mp3_bit_rate: int = 0

    @property
    def form_rules(self) -> dict[str, Rule]:
        """The rules for a sound's form by their figures."""
        return {rule.figure: rule for rule in self.others}

    def level_of(self, measured: LoudnessStats) -> Rule:
        """The rule for the level of a sound."""
        if self.without_dialogue and measured.dialogue_share < LITTLE_DIALOGUE:
            return self.without_dialogue
        return self.level

    def rules(self, measured: LoudnessStats) -> tuple[Rule, ...]:
        """All the rules for a sound."""
        return (*self.mended(measured), *self.others)

    def mended(self, measured: LoudnessStats) -> tuple[Rule, ...]:
        """Those that mastering is there for."""
        return (self.level_of(measured), self.peak, *([self.noise] if self.noise else []))


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            name="podcast",
            source="Apple Podcasts",
            level=Rule("integrated_lufs", -17, -15),
            peak=Rule("true_peak_db", high=-1),
        ),
        Preset(
            name="ebu",
            source="EBU R 128",
            level=Rule("integrated_lufs", -23.5, -22.5),
            peak=Rule("true_peak_db", high=-1),
            shown=("loudness_range_lu", "short_term_max_lufs"),
        ),
        Preset(
            name="youtube",
            source="YouTube, which turns down what is louder than -14 LUFS and leaves what is softer",
            level=Rule("integrated_lufs", -15, -13),
            peak=Rule("true_peak_db", high=-1),
        ),
        Preset(
            name="acx",
            source="ACX audio submission requirements",
            level=Rule("rms_db", -23, -18),
            peak=Rule("sample_peak_db", high=-3),
            noise=Rule("noise_floor_db", high=-60),
            others=(
                Rule("lead_s", 0.5, 5),
                Rule("tail_s", 0.5, 5),
                Rule("sample_rate", 44_100, 44_100),
                Rule("channels", 1, 2),
            ),
            mp3_bit_rate=192_000,
        ),
        Preset(
            name="film",
            source="Netflix Sound Mix Specifications v1.4",
            level=Rule("dialogue_lufs", -29, -25),
            peak=Rule("true_peak_db", high=-2),
            shown=("loudness_range_lu",),
            without_dialogue=Rule("integrated_lufs", -26, -22),
        ),
    )
}


#: Those for films; the others ask for what only a recording of speech alone can have.
FOR_FILMS = tuple(name for name, preset in PRESETS.items() if not preset.noise)


def find_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in PRESETS:
        raise ConfigError(f"unknown preset {name!r}; choose one of {', '.join(PRESETS)}")
    return PRESETS[name]


def shown(figure: str, measured: LoudnessStats) -> str:
    """A figure of a sound with its unit, as in "-16.0 LUFS"."""
    _, unit, digits = FIGURES[figure]
    return f"{getattr(measured, figure):.{digits}f} {unit}".strip()
