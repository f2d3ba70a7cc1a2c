"""Cues in which several people speak, as several cues: each in one voice, one after another."""

from dataclasses import replace

from voicekit.speech.cast import Cast, Role, casting
from voicekit.text.script.cue import Cue, Script


def in_turns(script: Script, cast: Cast, name: str) -> tuple[Script, dict[Cue, Role]]:
    """A script whose cues are spoken in one voice each, and how each is; its notes tell what `casting` does.

    The first turn of a cue has its time; the others follow it at once.

    Args:
        name: of the script, in messages.

    Raises:
        ScriptError, ConfigError: see `casting`.
    """
    found = casting([voice for cue in script.cues for _, _, voice in cue.marks.voices], cast, name)
    cues: list[Cue] = []
    roles: dict[Cue, Role] = {}
    for cue in script.cues:
        for turn, (text, marks, part) in enumerate(found.spoken(cue.text, cue.marks)):
            own = replace(cue, text=text.strip(), marks=marks, speaker=part.name, turn=turn)
            cues.append(replace(own, start_s=None, end_s=None) if turn else own)
            roles[cues[-1]] = part.role
    return replace(script, cues=tuple(cues), notes=(*script.notes, *found.notes)), roles
