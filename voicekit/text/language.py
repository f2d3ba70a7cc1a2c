"""Which language a text is in, by the words that every sentence needs and the letters that few languages have.

It takes about a sentence. It is a guess for texts people read out, not a classifier: names, lists and mixed lines give None.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from voicekit.core.patterns import lazy_pattern

#: The commonest words of each language; a word that several share counts for each of them the less.
_WORDS = {
    "en": "a an i the and of to in is that it was for on are as with his they at be this have from or had by but "
    "what some we "
    "can out other were all there when up use your how said an each she which do their if will then them would make "
    "like him into has her two could been now my than who its did get you not he i just so more about over after "
    "before where only our again come comes here down off never every i'm it's don't that's you're we're isn't "
    "let's hello yes no us go i'll i've any may see one saw went between while such nobody begins",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat "
    "dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis "
    "mehr durch man sein wurde wenn ich du wir ihr mich dich uns euch mir dir ihm ihn ihnen doch hier jetzt dann "
    "schon immer wieder kein keine diese dieser dieses alle alles was wer wo warum unter gegen nein ja sehr gut "
    "heute kann muss will habe bin bist",
    "fr": "le la les de des du un une et est à il elle que qui dans en pour pas sur ce cette ces se plus par au aux avec "
    "son sa ses mais ou où nous vous ils elles on ne je tu mon ma mes ton leur leurs comme tout tous être avoir "
    "fait c'est n'est j'ai qu'il qu'elle d'un d'une l'on aussi bien très sans sous même encore puis alors donc ici "
    "là rien jamais quand oui non était sont ont été peut deux après avant",
    "es": "el la los las de del que y en un una es se no por con su sus para como está están al lo más pero le ya o este "
    "esta estos fue ha son sin sobre también me hasta hay donde quien desde todo todos nos durante uno ni contra "
    "ese eso ante ellos esto mi mí antes algunos qué unos yo otro otra él tanto muy cuando entre ser era tú aquí "
    "ahora siempre nunca sí tiene hacer puede cada dos",
    "it": "il lo la i gli le di del della dei delle che e è in un una uno per non con si da dal dalla come sono su sul "
    "sulla nel nella anche più ma al alla ai alle se questo questa quello quella ha hanno era suo sua loro io tu "
    "lui lei noi voi mi ti ci vi ne tutto tutti molto quando dove perché così già ancora sempre mai poi qui solo "
    "ogni c'è dell'acqua fra tra senza dopo prima essere fatto può due sì",
    "pt": "o a os as de do da dos das que e é em um uma não se na no nas nos por com para como mais mas ao aos à foi ele "
    "ela eles seu sua seus isso isto este esta esse essa eu tu você nós também já só são está estão ser tem têm "
    "muito quando onde quem depois antes sem sobre até entre era pelo pela nem mesmo aqui agora sempre nunca sim há "
    "tudo todos cada dois lhe",
    "nl": "de het een en van in is dat op te zijn voor met niet aan er die om maar ook als bij dan nog uit naar door over "
    "ze hij zij wij ik je jij u we haar hem ons hun wat wie waar hoe geen al wel zo heeft hebben had was waren werd "
    "wordt worden kan kunnen moet zal zou deze dit daar hier veel meer mijn jouw onze tot nu toen altijd nooit weer "
    "ja nee heel goed na",
    "sv": "och i att det som en på är av för med den till inte har de om ett han hon var jag men sig så från vi du man "
    "kan när nu under bara efter eller vad där här ut in upp ska skulle mycket hade blev mig dig honom henne oss er "
    "dem alla allt vid mot än även också över finns utan aldrig alltid nej ja min din sin",
    "da": "og i at det er en den til på de med han af for ikke der var mig sig men et har om vi min havde ham hun nu over "
    "da fra du ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være noget jeg "
    "også kun efter meget hvis bliver nej ja aldrig altid uden ved mod hvem",
    "no": "og i det er på en til som å han av for ikke med at var jeg de den har om et men så seg hun hvor hadde da fra "
    "du kan når nå skal vi være etter også bare opp ut ble blir hva eller man mer noe dere oss meg deg alle vil "
    "ville hvis her der over mye aldri alltid nei ja uten ved mot hvem",
    "fi": "ja on ei että se oli hän mutta ovat joka kun niin kuin myös sen ole hänen tai vain jo minä sinä me te he mitä "
    "mikä kuka missä siellä täällä tämä nämä nyt sitten vielä aina koskaan hyvin kanssa jos olen olet ollut voi "
    "pitää mukaan jälkeen ennen kaikki jotka sitä siitä minun sinun",
    "pl": "w i na się nie z do to że jest o jak ale po co tak od za by są czy już tylko jego jej ich dla przez może był "
    "była było ja ty on ona my wy oni mnie mi ci go mu jestem ten ta te tego który która które kiedy gdzie kto tu "
    "tam teraz zawsze nigdy bardzo bez pod nad przed przy więc jeszcze też być ze",
    "cs": "a v se na je že s z do o to i ve jsem si ale za k po jako by tak jsou který která které pro jeho byl byla bylo "
    "ze co jak když už jen nebo od aby při jsme jste být má není ten ta tento této kde kdo tady tam teď vždy nikdy "
    "velmi bez pod nad před já ty on ona my vy mě mu ho",
    "sk": "a v sa na je že s z do o to i vo som si ale za k po ako by tak sú ktorý ktorá ktoré pre jeho bol bola bolo zo "
    "čo keď už len alebo od aby pri sme ste byť má nie ten tá tento kde kto tu tam teraz vždy nikdy veľmi bez pod "
    "nad pred ja ty on ona my vy ma mu ho",
    "hu": "a az és hogy nem is egy ez van volt de csak meg már még ha mint el ki be le azt ezt mert vagy kell lehet "
    "nagyon én te ő mi ti ők itt ott most mindig soha hol mit miért akkor után előtt minden lesz sem majd aki ami "
    "ahol",
    "ro": "și de la în a nu o că pe cu un se din este mai să care pentru sunt ce am au ca fi dar lui ei sau după prin "
    "când unde cine eu tu el ea noi voi mă te îl îi acest această acum aici acolo mereu niciodată foarte fără sub "
    "peste fost avea toate tot doar dacă nici",
    "tr": "bir ve bu da de için ile çok ne o ama gibi daha kadar olarak sonra var mi mı ben sen biz siz onlar değil her "
    "ki şey olan oldu en ya şimdi burada orada hiç hep nasıl neden kim nerede diye önce göre ise yok olduğu beni "
    "seni bana sana",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka lebih "
    "kita sudah atau saat oleh kami dia kamu aku apa siapa mana telah seperti hanya sangat selalu sini sana "
    "sekarang adalah",
    "vi": "và là của có không cho được trong một những các với người này đã khi để tôi anh em ở cũng thì đó ra như từ đến "
    "vào nhiều rất chỉ bạn nó chúng ta sẽ đang gì ai đâu",
    "ca": "el la els les de del i que en un una és no per amb es al als com més però va són aquest aquesta ha si seu seva "
    "molt també on quan qui jo tu ell ella nosaltres aquí ara sempre mai hi ho ens us fins sense sobre entre abans "
    "després l'aigua",
    "ru": "и в не на я что он с как это а по но они мы она так за из то все её его к у же вы бы было был была для о от "
    "мне еще ещё если нет да меня тебя их или когда где кто здесь там уже только очень всегда никогда чтобы под над "
    "без до сейчас",
    "uk": "і в не на я що він з як це а по але вони ми вона так за із то всі її його до у ж ви б було був була для про "
    "від мені ще якщо ні та мене тебе їх або коли де хто тут там вже тільки дуже завжди ніколи щоб під над без "
    "зараз й є",
    "bg": "и в не на аз че той с как това а по но те ние тя така за от то всички я го към у вие би беше са е ми още ако "
    "няма да мен теб или кога къде кой тук там вече само много винаги никога под над без до сега който която се си "
    "ще със",
    "sr": "и у не на ја да он са како то а по али они ми она тако за из све је га к ви би било био била о од још ако нема "
    "мене или кад где ко овде тамо већ само врло увек никад под над без до сада који која се су ће",
}
#: Letters that a language has and those beside it have not.
_LETTERS = {
    "de": "ßäöü", "fr": "œêîûëùçàèéâ", "es": "ñ¿¡áíóú", "it": "ìòàèù", "pt": "ãõçáâêéí", "nl": "ĳë", "sv": "åäö",
    "da": "æøå", "no": "æøå", "pl": "ąęłńśźżćó", "cs": "ěřůčšžýáí", "sk": "ľĺŕôčšžýáí", "hu": "őűöüáé", "ro": "ășțâî",
    "tr": "ğışçöü",
    "vi": "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "ca": "·ŀçàèéíòóú", "fi": "äö", "ru": "ыэё", "uk": "іїєґ",
    "bg": "ъ", "sr": "ђјљњћџ",
}  # fmt: skip
#: What loses its last letter before a vowel.
_ELIDED = {
    "l": "fr it ca", "d": "fr it ca", "s": "fr it ca", "c": "fr it", "j": "fr", "qu": "fr", "n": "fr",
    "un": "it", "dell": "it", "all": "it", "dall": "it", "nell": "it", "sull": "it",
}  # fmt: skip
#: Scripts that one language is written in, or nearly; told by the first word of a letter's name in Unicode.
_SCRIPTS = {
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "THAI": "th", "GREEK": "el", "HEBREW": "he", "DEVANAGARI": "hi",
    "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka", "ARMENIAN": "hy", "CJK": "zh", "ARABIC": "ar",
}  # fmt: skip
#: Of Arabic letters, those of Urdu and of Persian.
_URDU, _PERSIAN = frozenset("ٹڈڑںےھ"), frozenset("پچژگکی")
_WORD = lazy_pattern(r"[^\W\d_]++(?:['’][^\W\d_]++)*+")
#: A text is read up to here: what it is in is plain by then.
_MOST_CHARACTERS = 20_000
#: What a letter of a language's own counts beside one of its words.
_LETTER_WEIGHT = 0.5
#: The best language has at least so much for it, and so many times as much as the next.
_LEAST, _MARGIN = 0.9, 1.4
#: The share of the letters that are of one script.
_MOST_OF = 0.6


def _weights(lists: Mapping[str, Iterable[str]], least: float) -> dict[str, list[tuple[str, float]]]:
    """What speaks for which languages, and how much: a word or letter of several speaks less for each."""
    owners: dict[str, list[str]] = {}
    for language, entries in lists.items():
        for entry in set(entries):
            owners.setdefault(entry, []).append(language)
    return {entry: [(one, max(1 / len(of), least)) for one in of] for entry, of in owners.items()}


_WORD_WEIGHTS = _weights({language: words.split() for language, words in _WORDS.items()}, 0.1)
_LETTER_WEIGHTS = _weights(_LETTERS, 0.1)


def language_of(text: str, least_words: int = 2) -> str | None:
    """The language of a text by its code of two letters (ISO 639-1), None where it is too short or too mixed to say.

    It knows English and the larger languages of Europe, Turkish, Indonesian and Vietnamese by their words, and by their
    script Arabic, Persian, Urdu, Hebrew, Greek, Hindi, Bengali, Tamil, Telugu, Thai, Georgian, Armenian, Chinese, Japanese
    and Korean. Takes time in proportion to the text's length, of which no more than a few pages are read.

    Args:
        least_words: how many different words or letters have to speak for it, where a script does not.
    """
    text = unicodedata.normalize("NFC", text[:_MOST_CHARACTERS])
    letters = [sign for sign in text if sign.isalpha()]
    scripts = Counter(_script(sign) for sign in letters)
    if not scripts:
        return None
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if kana * 10 >= scripts["CJK"] and (kana + scripts["CJK"]) >= _MOST_OF * len(letters) and kana:
        return "ja"
    script, count = scripts.most_common(1)[0]
    if count < _MOST_OF * len(letters):
        return None
    if script == "ARABIC":
        return "ur" if _URDU & set(letters) else "fa" if _PERSIAN & set(letters) else "ar"
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    return _by_words(text.lower().replace("’", "'"), least_words)


def _by_words(text: str, least_words: int) -> str | None:
    scores: defaultdict[str, float] = defaultdict(float)
    evidence: defaultdict[str, set[str]] = defaultdict(set)
    for word in _WORD.findall(text):
        for language, weight in _WORD_WEIGHTS.get(word) or _elided(word):
            scores[language] += weight
            evidence[language].add(word)
        for letter in set(word):
            for language, weight in _LETTER_WEIGHTS.get(letter, ()):
                scores[language] += _LETTER_WEIGHT * weight
                evidence[language].add(letter)
    (best, most), (_, next_most) = (*sorted(scores.items(), key=lambda item: -item[1])[:2], ("", 0.0), ("", 0.0))[:2]
    if len(evidence[best]) < least_words:
        return None
    return best if most >= _LEAST and most >= _MARGIN * next_most else None


def _elided(word: str) -> list[tuple[str, float]]:
    """Of “l'eau” and “dell'acqua”, the part before the apostrophe."""
    before, apostrophe, _ = word.partition("'")
    if not apostrophe:
        return []
    languages = _ELIDED.get(before, "").split()
    return [(one, 1 / len(languages)) for one in languages]


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").split(" ")[0].split("-")[0]
