"""Checks a sound against the rules of a preset, with a row for each rule."""

from dataclasses import dataclass

from voicekit.audio.loudness import LoudnessStats
from voicekit.audio.presets import FIGURES, Preset, shown


@dataclass(frozen=True)
class Row:
    """A rule and what was measured, for people; `passed` is None for a figure under no rule."""

    rule: str
    wanted: str
    measured: str
    passed: bool | None


def check(measured: LoudnessStats, preset: Preset) -> tuple[Row, ...]:
    """Holds the figures of a sound against the rules of `preset`."""
    rows = [
        Row(FIGURES[rule.figure][0], rule.wanted, shown(rule.figure, measured), rule.is_met(measured))
        for rule in preset.rules(measured)
    ]
    rows += [Row(FIGURES[figure][0], "", shown(figure, measured), None) for figure in preset.shown]
    return tuple(rows)
