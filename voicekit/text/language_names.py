"""Spoken languages by name and by code, and a sentence in each to hear a voice with."""

#: ISO 639-1 → the English name, and what a voice says to be heard in it.
_LANGUAGES = {
    "en": ("English", "Hello, this is my voice."),
    "de": ("German", "Hallo, das ist meine Stimme."),
    "fr": ("French", "Bonjour, voici ma voix."),
    "es": ("Spanish", "Hola, esta es mi voz."),
    "it": ("Italian", "Ciao, questa è la mia voce."),
    "pt": ("Portuguese", "Olá, esta é a minha voz."),
    "nl": ("Dutch", "Hallo, dit is mijn stem."),
    "sv": ("Swedish", "Hej, det här är min röst."),
    "da": ("Danish", "Hej, det her er min stemme."),
    "no": ("Norwegian", "Hei, dette er stemmen min."),
    "fi": ("Finnish", "Hei, tämä on minun ääneni."),
    "pl": ("Polish", "Cześć, to jest mój głos."),
    "cs": ("Czech", "Dobrý den, toto je můj hlas."),
    "sk": ("Slovak", "Dobrý deň, toto je môj hlas."),
    "hu": ("Hungarian", "Jó napot, ez az én hangom."),
    "ro": ("Romanian", "Bună, aceasta este vocea mea."),
    "tr": ("Turkish", "Merhaba, bu benim sesim."),
    "ca": ("Catalan", "Hola, aquesta és la meva veu."),
    "ru": ("Russian", "Привет, это мой голос."),
    "uk": ("Ukrainian", "Привіт, це мій голос."),
    "bg": ("Bulgarian", "Здравейте, това е моят глас."),
    "el": ("Greek", "Γεια σας, αυτή είναι η φωνή μου."),
    "id": ("Indonesian", "Halo, ini suara saya."),
    "vi": ("Vietnamese", "Xin chào, đây là giọng nói của tôi."),
    "zh": ("Chinese", "你好，这是我的声音。"),
    "ja": ("Japanese", "こんにちは、これは私の声です。"),
    "ko": ("Korean", "안녕하세요, 제 목소리입니다."),
    "hi": ("Hindi", "नमस्ते, यह मेरी आवाज़ है।"),
    "ar": ("Arabic", "مرحبا، هذا صوتي."),
    "sr": ("Serbian", ""), "fa": ("Persian", ""), "ur": ("Urdu", ""), "he": ("Hebrew", ""), "bn": ("Bengali", ""),
    "ta": ("Tamil", ""), "te": ("Telugu", ""), "th": ("Thai", ""), "ka": ("Georgian", ""), "hy": ("Armenian", ""),
}  # fmt: skip
#: What espeak-ng calls otherwise.
_CODES = {"nb": "no", "nn": "no", "cmn": "zh", "yue": "zh", "hak": "zh"}
_ESPEAK = {"no": "nb", "zh": "cmn", "en": "en-us", "fr": "fr-fr"}
#: Written so alike that a text of one is now and then taken for another.
_ALIKE = (frozenset(("no", "da", "sv")), frozenset(("cs", "sk")), frozenset(("es", "ca", "pt")), frozenset(("ru", "bg")))


def short_code(language: str) -> str:
    """ISO 639-1 of a code such as "en-us", "de_DE" or "nb"; what is not known as it is."""
    code = language.lower().replace("_", "-").split("-")[0]
    return _CODES.get(code, code)


def espeak_code(language: str) -> str:
    """What espeak-ng calls a language of two letters."""
    return _ESPEAK.get(language, language)


def language_name(language: str) -> str:
    """ "German" for "de" and "de-at"; the code itself where the name is not known."""
    return _LANGUAGES.get(short_code(language), (language, ""))[0]


def code_named(name: str) -> str:
    """The code of a language that is given by its English name, or by its code; as it is where it is not known."""
    known = {english.lower(): code for code, (english, _) in _LANGUAGES.items()}
    return known.get(name.strip().lower(), name.strip())


def is_other(found: str | None, language: str) -> bool:
    """Whether a text that seems to be in `found` (see `language_of`) is surely in another language than `language`.

    A text in a language that nobody can tell may be taken for one that is written like it, but hardly for English.
    """
    spoken = short_code(language)
    if not found or not spoken or found == spoken or (spoken not in _LANGUAGES and found != "en"):
        return False
    return not any(found in group and spoken in group for group in _ALIKE)


def sample_sentence(language: str) -> str | None:
    """What a voice of the language says to be heard; None where there is no sentence in it."""
    return _LANGUAGES.get(short_code(language), ("", ""))[1] or None
