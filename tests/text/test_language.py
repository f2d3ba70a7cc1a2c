"""Which language a text is in."""

import pytest

from voicekit.text.language import language_of

TEXTS = {
    "en": "The lights come on, and nobody saw the door open. What are you doing here?",
    "de": "Die Lichter gehen an, und niemand sah, wie die Tür aufging. Was machst du hier?",
    "fr": "Les lumières s'allument et personne n'a vu la porte s'ouvrir. Je ne sais pas.",
    "es": "Las luces se encienden y nadie vio abrirse la puerta. ¿Qué haces aquí?",
    "it": "Le luci si accendono e nessuno ha visto aprirsi la porta. Non lo so.",
    "pt": "As luzes acendem-se e ninguém viu a porta abrir. Não sei o que é.",
    "nl": "De lichten gaan aan en niemand zag de deur opengaan. Ik weet het niet.",
    "sv": "Ljusen tänds och ingen såg dörren öppnas. Jag vet inte vad det är.",
    "da": "Lysene tændes, og ingen så døren åbne sig. Hvad laver du her?",
    "no": "Lysene slås på, og ingen så døren åpne seg. Jeg vet ikke hva det er.",
    "fi": "Valot syttyvät, eikä kukaan nähnyt oven avautuvan. Minä en tiedä, mitä se on.",
    "pl": "Zapalają się światła i nikt nie widział, jak otwierają się drzwi.",
    "cs": "Rozsvítí se světla a nikdo neviděl, jak se dveře otevřely. Já nevím, co to je.",
    "hu": "Felgyulladnak a fények, és senki sem látta, hogy kinyílik az ajtó.",
    "ro": "Se aprind luminile și nimeni nu a văzut ușa deschizându-se.",
    "tr": "Işıklar yanıyor ve kimse kapının açıldığını görmedi. Burada ne yapıyorsun?",
    "id": "Lampu menyala dan mereka tidak ada di sini. Saya tidak tahu.",
    "vi": "Đèn bật sáng và không ai thấy cánh cửa mở ra.",
    "ru": "Загорается свет, и никто не видел, как открылась дверь. Что ты здесь делаешь?",
    "uk": "Спалахує світло, і ніхто не бачив, як відчинилися двері. Що ти тут робиш?",
    "bg": "Светлините светват и никой не видя как се отвори вратата. Аз не знам какво е това.",
    "el": "Τα φώτα ανάβουν.", "he": "האורות נדלקים.", "ar": "الأضواء تضيء.", "fa": "چراغ‌ها روشن می‌شوند.",
    "ur": "روشنیاں جل اٹھتی ہیں۔", "hi": "रोशनी जल उठती है।", "th": "ไฟสว่างขึ้น",
    "zh": "灯亮了。", "ja": "灯りがつく。", "ko": "불이 켜진다.",
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_says_its_language(language):
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "12:30", "OK", "Anna Smith", "Taxi Hotel Radio", "Berlin, London, Paris", "…", "😀"])
def test_what_is_in_no_language_says_none(text):
    assert language_of(text) is None


def test_two_languages_in_equal_parts_are_none_of_them():
    assert language_of("The door was open. Das Haus ist offen.") is None
    assert language_of("Привет всем! Hello to you.") is None


def test_some_foreign_words_do_not_change_the_language():
    assert language_of("She said “la vie est belle” and walked into the rain with her dog.") == "en"


def test_accents_in_two_parts_are_the_same_letters():
    assert language_of("Ségolène était là.") == language_of("Se\u0301gole\u0300ne e\u0301tait la\u0300.") == "fr"
