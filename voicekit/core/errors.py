"""What can go wrong for the person at the keyboard.

A message says what failed, on which file, and what to do about it. The command line turns these into one line and exit
code 1; anything else is a bug and keeps its traceback.
"""

from voicekit.core.patterns import lazy_pattern

#: The most characters of a line, and what is kept of a longer one: what a message quotes stands early in it and may be
#: endless, and what to do stands behind that.
_MOST, _HEAD, _TAIL = 1200, 340, 840
#: A message with more lines than this quotes a file.
_MOST_LINES = 30
#: A message may quote endless text from a damaged file; a file's name has 255 characters at most.
_ENDLESS = lazy_pattern(r"([^\s/\\]{60})[^\s/\\]{196,}")


class VoicekitError(Exception):
    """Base of all errors that a person can mend."""

    def __str__(self) -> str:
        """What a message quotes may be a whole damaged file; its beginning says where, its end what to do."""
        text = _ENDLESS.sub(r"\1…", super().__str__())
        lines = text.split("\n")
        return "\n".join(map(_shortened, lines)) if len(lines) <= _MOST_LINES else _shortened(text)


def _shortened(line: str) -> str:
    return line if len(line) <= _MOST else f"{line[:_HEAD]} … {line[-_TAIL:]}"


class ConfigError(VoicekitError):
    """A setting, recipe or argument is wrong."""


class MediaError(VoicekitError):
    """A sound or film file cannot be read or written."""


class DatasetError(VoicekitError):
    """Recordings, transcripts or a prepared dataset are not usable."""


class ScriptError(VoicekitError):
    """A script cannot be read or placed on the film."""


class CheckpointError(VoicekitError):
    """A voice or training state is missing, damaged or of another version."""


class PluginError(VoicekitError):
    """An engine, stage or transcriber is unknown or does not load."""
