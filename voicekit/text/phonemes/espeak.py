"""espeak-ng, which speaks the phones of more than a hundred languages, straight from the library inside its wheel.

It is bound here rather than through phonemizer, whose import alone takes longer than speaking a sentence.
"""

import ctypes
from functools import cache

from voicekit.core.errors import ConfigError
from voicekit.core.patterns import lazy_pattern

#: From speak_lib.h: sound is returned instead of played, and a library that fails does not end our process.
_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_UTF8, _IPA, _SEPARATOR = 1, 2, ord("_") << 8
#: Marks at which espeak-ng would begin a clause of its own, except those inside 3,5 or 14:30; and the flags by which it
#: reports a change of language.
_MARKS = lazy_pattern(r"(?:[;!?¡¿—…\"\s]|[:,](?!(?<=\d.)\d))+")
_FLAG = lazy_pattern(r"\(.+?\)")


def espeak_words(text: str, language: str) -> list[tuple[str, ...]]:
    """The words of a clause as espeak-ng speaks them: IPA phones, with "ˈ" or "ˌ" in front of stressed ones.

    Raises:
        ConfigError: espeak-ng does not know the language.
    """
    library = _library()
    _set_language(language)
    # The library moves the pointer on behind what it has read, and to nothing at the end.
    rest = ctypes.pointer(ctypes.c_char_p(_MARKS.sub(" ", text).strip().encode()))
    spoken = []
    while rest.contents.value is not None:
        spoken.append((library.espeak_TextToPhonemes(rest, _UTF8, _IPA | _SEPARATOR) or b"").decode())
    words = _FLAG.sub("", " ".join(spoken)).split()
    phones = [tuple(phone for phone in word.split("_") if phone.strip("ˈˌ-")) for word in words]
    return [word for word in phones if word]


def check_language(language: str) -> None:
    """Makes sure that espeak-ng knows the language.

    Raises:
        ConfigError: it does not.
    """
    _set_language(language)


_current: list[str] = []


def _set_language(language: str) -> None:
    if _current == [language]:  # one library, one state: each caller sets what it needs
        return
    identifier = _voices().get(language)
    if identifier is None or _library().espeak_SetVoiceByName(identifier) != 0:
        raise ConfigError(f"espeak-ng does not know the language '{language}'; try en-us, en-gb, de, fr-fr, es, …")
    _current[:] = [language]


class _Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h, as far as it is read."""

    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p))


@cache
def _voices() -> dict[str, bytes]:
    """Each language to the identifier of its first voice."""
    list_voices = _library().espeak_ListVoices
    list_voices.argtypes, list_voices.restype = [ctypes.c_void_p], ctypes.POINTER(ctypes.POINTER(_Voice))
    identifiers: dict[str, bytes] = {}
    for voice in list_voices(None):
        if not voice:
            break
        # The first byte of a voice's languages is their priority.
        identifiers.setdefault(voice.contents.languages[1:].decode(), voice.contents.identifier)
    return identifiers


@cache
def _library() -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT) <= 0:
        raise ConfigError("espeak-ng does not start; install it again: pip install --force-reinstall espeakng-loader")
    return library
