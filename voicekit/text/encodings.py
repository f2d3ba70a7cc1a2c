"""Guesses the encoding of bytes that do not declare it: the one whose letters make words of a language.

charset-normalizer counts oddities in a text, which takes paragraphs; people bring subtitles of two lines. Here every letter
beyond ASCII costs by how rare it is in a language and by its neighbours, and the cheapest encoding wins.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
#: The letters of a language beyond ASCII, the most frequent first.
_LETTERS = {
    "en": "éèïêñöç",
    "de": "üäöß",
    "fr": "éèàêçôùîûâœëï",
    "es": "óáíéñú",
    "pt": "ãçáéóêíõâúàô",
    "it": "èàùìòé",
    "sv": "äåö",
    "da": "æøåé",
    "fi": "äöå",
    "is": "íáóúðéöþæý",
    "et": "äõüöšž",
    "pl": "ąęłóśżćńź",
    "cs": "íáéěřščžýůúňťďóľäôĺŕ",
    "hu": "éáőöóüíúű",
    "ro": "ăîâşţșț",
    "hr": "čšžćđ",
    "tr": "ıüşçğöiâî",
    "lt": "ėšųąžčūįę",
    "lv": "āīēšūņļžģčķ",
    "vi": "đươăâêôàáéíóèìòùú",
    "ru": _CYRILLIC,
    "uk": "оаинітесрвлкмдпуяьзгбчйхжїшюцщєфґ",
    "bg": "аоиетнрсвлкдпмзяъубгчщжцшйхюфь",
    "sr": "аоиенсртјвкдмупљгзбчњцшжћхђфџ",
    "el": "αοιετσνηυρκπμλςόίάέγήδώύχθφβξζψϊ",
    "he": "יוהלאתרבשמנדםחעקפגסטצכןךףזץ",
    "ar": "الينمرتوبعدسفهةكقحجىشطصخزثذغأءئإضظآؤ،؟",
    "th": "านรอกเงมยลวดทสตะปบคหแจพชขใไผโซณำิีึืุู็่้์ัๆ",
    "zh": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道"
    "行所然家种事成方多经么"
    "去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无它与长把十民第公此已工使情明性知全三又关点"
    "正业外将两高间由问很最重并物手应向头文体见被什二等新己身果加月话回老给位次度门先海通教名真走各入口条气更打女四安少再感做接"
    "请谢吗呢吧啊爸妈朋友爱吃喝买书车站园叫今早晚昨字谁快乐听兴您",
    "zh-tw": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道"
    "行所然家種事成方多經麼"
    "去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無它與長把十民第公此已工使情明性知全三又關點"
    "正業外將兩高間由問很最重並物手應向頭文體見被什二等新己身果加月話回老給位次度門先海通教名真走各入口條氣更打女四安少再感做接"
    "請謝嗎呢吧啊爸媽朋友愛吃喝買書車站園叫今早晚昨字誰快樂聽興您認識",
    "ja": "のいはたてにしとるをがなんかもますでうこれあっりきそおらくさよつだえめせみけねわどちろまぁばやじゃょゅほ"
    "ひへふすずべげごぎざぜ"
    "ンスルトイーリアクラシドタッレロカマジコメフテニサプバセキオムナチャパウデブミェグモダエハソツョボペケワネィ、。「」？！・"
    "日人一大年中本今私見行何来時上言出分前後気天東京",
    "ko": "이다는을가에고지의하은요한사도니어로나아기그를안해있리자인만대라게시세으정스들서여내거주보부일수오전구우"
    "제습면우상소동마녕",
}  # fmt: skip
#: Words in ASCII that reveal the language of a text.
_WORDS = {
    "en": "the and of to is it he she you that was in",
    "de": "der die das und ist nicht ich sie es ein mit auf",
    "fr": "le la les de et est je il elle que un une dans pas vous",
    "es": "el la los de y es que en un una no me por con se",
    "pt": "o os de e que um uma do da em por com se eu",
    "it": "il la che di e un una non per con sono mi ho gli",
    "sv": "och att det som en jag inte han hon med till heter",
    "da": "og det er en jeg ikke han hun med til af hedder",
    "fi": "ja on ei se olen minun mutta hyvin nyt oli",
    "is": "og er ekki hann hún sem til er heiti",
    "et": "ja on ei see olen mis oli aga kui",
    "pl": "i w nie na jest do to z co jak tak mam dobry",
    "cs": "a v na je to co jak tak ale jsem ne jsi za dobr jmenuji dnes",
    "sk": "a v na je to som ako tak ale nie si za volam dnes",
    "hu": "a az nem hogy van egy ez meg volt igen nap vagyok",
    "ro": "de la nu este un o cu pe ce sunt din ziua",
    "hr": "je se i na da u nije ne to sam dan ali zovem dobar",
    "tr": "bir bu ve ne da var mi evet hava benim",
    "lt": "ir tai ne yra kad kaip su mano diena",
    "lv": "un ir ne tas ka par es mani diena",
    "vi": "xin anh em toi khong la va cho",
}
#: Python's name, the common name, and how much less usual the encoding is.
_ENCODINGS = {
    "cp1252": ("Windows-1252 (Western European)", 0.0),
    "cp1251": ("Windows-1251 (Cyrillic)", 0.0),
    "cp1250": ("Windows-1250 (Central European)", 0.0),
    "gb18030": ("GB18030 (Chinese)", 0.0),
    "big5hkscs": ("Big5 (Chinese)", 0.0),
    "cp932": ("Shift-JIS (Japanese)", 0.0),
    "cp949": ("EUC-KR (Korean)", 0.0),
    "cp1253": ("Windows-1253 (Greek)", 0.0),
    "cp1254": ("Windows-1254 (Turkish)", 0.0),
    "cp1255": ("Windows-1255 (Hebrew)", 0.05),
    "cp1256": ("Windows-1256 (Arabic)", 0.05),
    "cp1257": ("Windows-1257 (Baltic)", 0.1),
    "cp1258": ("Windows-1258 (Vietnamese)", 0.1),
    "cp874": ("Windows-874 (Thai)", 0.35),
    "euc_jp": ("EUC-JP (Japanese)", 0.05),
    "koi8_r": ("KOI8-R (Cyrillic)", 0.1),
    "koi8_u": ("KOI8-U (Cyrillic)", 0.15),
    "iso8859_2": ("ISO-8859-2 (Central European)", 0.04),
    "iso8859_5": ("ISO-8859-5 (Cyrillic)", 0.2),
    "iso8859_6": ("ISO-8859-6 (Arabic)", 0.2),
    "iso8859_7": ("ISO-8859-7 (Greek)", 0.1),
    "iso8859_9": ("ISO-8859-9 (Turkish)", 0.1),
    "iso8859_15": ("ISO-8859-15 (Western European)", 0.3),
    "mac_roman": ("Mac Roman (Western European)", 0.3),
    "mac_cyrillic": ("Mac Cyrillic", 0.3),
    "cp866": ("DOS 866 (Cyrillic)", 0.3),
    "cp850": ("DOS 850 (Western European)", 0.4),
    "cp852": ("DOS 852 (Central European)", 0.45),
}
_OPENING, _CLOSING = "“„«‘‚‹¿¡", "”»›…"
_TYPOGRAPHY = _OPENING + _CLOSING + "’–—•·\u00a0\u00ad‑、。，．？！：；（）「」『』《》・～〜　…—"
_BESIDE_NUMBERS = "€£¥°§№½¼¾²³©®™×÷±"
_ODD, _OTHER, _BROKEN = 5.0, 4.0, 12.0
#: Above this score the letters belong to no language known here.
_STRANGE = 3.0
_SAMPLE_BYTES = 8000
_WIDE = ("zh", "zh-tw", "ja", "ko")


@dataclass(frozen=True)
class Guess:
    """An encoding, by Python's name, and what people call it."""

    encoding: str
    name: str


def guess_encoding(data: bytes, language: str | None = None) -> Guess:
    """The encoding of a text that is not in Unicode.

    Args:
        language: that it is probably in, by its code; decides where two are as likely.
    """
    sample = _sample(data)
    costs = {name: _cost(sample, name, language) + rarity for name, (_, rarity) in _ENCODINGS.items()}
    best = min(costs, key=costs.__getitem__)
    if costs[best] > _STRANGE and (found := _counted(data)) and found.encoding not in ("ascii", "utf_8"):
        return Guess(found.encoding, _ENCODINGS.get(found.encoding, (found.encoding.replace("_", "-"),))[0])
    return Guess(best, _ENCODINGS[best][0])


def _counted(data: bytes) -> "CharsetMatch | None":
    from charset_normalizer import from_bytes  # here: an exported voice reads no foreign files, and does without it

    return from_bytes(data).best()


def _sample(data: bytes) -> bytes:
    """The lines that are not in ASCII, as far as they are needed."""
    lines, size = [], 0
    for line in data.splitlines():
        if not line.isascii():
            lines.append(line[:_SAMPLE_BYTES])
            size += len(line)
        if size > _SAMPLE_BYTES:
            break
    return b"\n".join(lines)


def _cost(data: bytes, encoding: str, language: str | None) -> float:
    """How unlikely the text is, a byte beyond ASCII."""
    text = data.decode(encoding, "replace")
    wide = 2 if encoding in ("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp") else 1
    fixed, letters, n_bytes = 0.0, [], 0
    for index, sign in enumerate(text):
        if sign.isascii():
            continue
        n_bytes += wide
        before, after = text[index - 1] if index else "\n", text[index + 1 : index + 2] or " "
        if sign.isalpha() or unicodedata.combining(sign) or unicodedata.category(sign) == "Mn":
            letters.append(sign)
            fixed += wide * _beside(sign, before, after)
        else:
            fixed += wide * _sign_cost(sign, before, after)
    if not n_bytes:
        return 0.0
    words = set(re.findall(r"(?<![^\W\d_])[a-z]+(?![^\W\d_])", text.lower()))
    costs = []
    for code in _LETTERS if wide == 1 else _WIDE:
        known = 1.0 * (code.split("-")[0] == language) + 0.15 * min(3, len(words & _words(code)))
        costs.append(sum(map(_ranks(code).get, letters, repeat(_OTHER))) - known * len(letters))
    return (fixed + wide * min(costs)) / n_bytes + (0 if re.search(r"[^\W\d_]", text) else 0.5)


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(_WORDS.get(language, "").split())


@cache
def _ranks(language: str) -> dict[str, float]:
    """What each letter of a language costs."""
    letters = _LETTERS[language]
    costs: dict[str, float] = {}
    if language in _WIDE:
        costs |= _wide_costs(language)
    for rank, letter in enumerate(letters):
        costs[letter] = 0.2 + 1.0 * rank / len(letters)
    for letter, cost in list(costs.items()):
        costs.setdefault(letter.upper(), cost + 0.1)
    return costs | {chr(n): 0.5 for n in range(0x300, 0x325) if language == "vi"}


def _wide_costs(language: str) -> dict[str, float]:
    """Of the signs that the first of the national standards has, which are ordered by how usual they are."""
    encoding, leads = {
        "zh": ("gb2312", range(0xB0, 0xD8)),
        "zh-tw": ("big5", range(0xA4, 0xC7)),
        "ja": ("euc_jp", range(0xB0, 0xD0)),
        "ko": ("euc_kr", range(0xB0, 0xC9)),
    }[language]
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)] if language == "zh-tw" else range(0xA1, 0xFF)
    signs = (bytes((lead, trail)).decode(encoding, "ignore") for lead in leads for trail in trails)
    return {sign: 1.6 for sign in signs if len(sign) == 1}


def _beside(letter: str, before: str, after: str) -> float:
    """What a letter's neighbours cost."""
    cost = 0.0
    script = _script(letter)
    for other in (before, after):
        if other.isalpha() and _script(other) != script:
            cost += 1.5 if script == "wide" and other.isascii() else 3.0
        elif other.isdigit() and script != "wide":
            cost += 2.0
    if (letter.isupper() and before.islower()) or (letter.islower() and before.isupper() and after.isupper()):
        cost += 4.0
    elif letter.islower() and before in "\n.":  # a line begins with a capital, more often than not
        cost += 1.0
    if letter == "σ" and not after.isalpha():
        cost += 3.0
    return cost


def _sign_cost(sign: str, before: str, after: str) -> float:
    if sign == "\ufffd" or unicodedata.category(sign) in ("Cc", "Cn", "Co", "Cs"):
        return _BROKEN
    inside = before.isalpha() and after.isalpha()
    if sign in _TYPOGRAPHY:
        if sign in "’‑\u00ad":
            return 0.3 if before.isalnum() or after.isspace() or inside else 2.0
        if (sign in _OPENING and before.isalnum() and sign not in "“‘") or (sign in _CLOSING and after.isalpha()):
            return 2.5
        return 2.5 if inside and sign in "•·“‘" else 0.4
    if sign in _BESIDE_NUMBERS:
        return 0.8 if not (before.isalpha() or after.isalpha()) else _ODD
    return _ODD + 2.0 * (before.isalpha() or after.isalpha())


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "LATIN").split(" ")[0]
    return "wide" if name in ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL") else name
