"""Each as a person would read it aloud."""

import pytest

from voicekit.text.normalise.normalise import normalise
from voicekit.text.phonemes.phonemise import phonemise


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Am 3.4.2025 um 14:30 Uhr", "Am dritten vierten zweitausendfünfundzwanzig um 14 Uhr 30"),
        ("Heute ist der 1.12.99.", "Heute ist der erste zwölfte neunzehnhundertneunundneunzig."),
        ("Am 1. Januar 1984", "Am ersten Januar neunzehnhundertvierundachtzig"),
        ("Der 7. Mai 2001 und der 20. Juni", "Der siebte Mai zweitausendeins und der zwanzigste Juni"),
        ("im 21. Jahrhundert", "im einundzwanzigsten Jahrhundert"),
        ("um 8:05 oder 20:00", "um 8 Uhr 5 oder 20 Uhr"),
        ("Es kostet 3,50 €, nicht 1 €.", "Es kostet 3 Euro 50, nicht ein Euro."),
        ("5 Mio. € und 2,5 Milliarden $", "5 Millionen Euro und 2,5 Milliarden Dollar"),
        ("z. B. heute, d.h. jetzt", "zum Beispiel heute, das heißt jetzt"),
        ("Dr. Müller, Nr. 5, ca. 10 Uhr usw.", "Doktor Müller, Nummer 5, zirka 10 Uhr und so weiter."),
        ("Hauptstr. 5 und Berliner Str. 6", "Hauptstraße 5 und Berliner Straße 6"),
        ("20 km/h bei 5 °C und 50 %", "20 Kilometer pro Stunde bei 5 Grad Celsius und 50 Prozent"),
        ("1.000.000 Menschen, 5–10 kg", "1000000 Menschen, 5 bis 10 Kilogramm"),
        ("in den 1990er Jahren", "in den neunzehnhundertneunzig er Jahren"),
        ("§ 5 & § 6", "Paragraph 5 und Paragraph 6"),
        ("Das kostet  5 € „heute“", 'Das kostet 5 Euro "heute"'),
    ],
)
def test_what_is_written_becomes_what_is_said(written, spoken):
    assert normalise(written, "de") == spoken.replace("g er", "ger")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("1984", "neunzehnhundertvierundachtzig"),
        ("3,5", "drei Komma fünf"),
        ("250", "zweihundertfünfzig"),
        ("1.500", "fünfzehnhundert"),
    ],
)
def test_numbers_sound_like_their_words(written, spoken):
    def phones(text):
        return [symbol for symbol in phonemise(text, "de").symbols if symbol not in " ʔ"]

    assert phones(written) == phones(spoken)
