import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.phonemes.lexicon import Lexicon, entry_of, find_lexicon, lexicon_beside, parse_lexicon, read_lexicon
from voicekit.text.phonemes.phonemise import phonemise

NEUTRAL = parse_lexicon(
    '# ours\n\nNguyen = "win"\nHermione = "her-MY-oh-nee"\n"New York" = "old amster"\nSQL = "sequel"', "lexicon.toml"
)


def sounds(text: str, lexicon: Lexicon | None = None, language: str = "en-us") -> str:
    """Phones with stresses: 1 for primary."""
    phonemes = phonemise(text, language, lexicon)
    return "".join(symbol + "1" * (stress == 1) for symbol, stress in zip(phonemes.symbols, phonemes.stresses, strict=True))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I met Nguyen today.", "I met win today."),
        ("We live in New  York.", "We live in old amster."),
        ("The SQL is good.", "The sequel is good."),
    ],
)
def test_words_are_said_as_the_lexicon_says(written, said):
    assert sounds(written, NEUTRAL) == sounds(said) != sounds(written)


def test_the_words_around_are_said_as_beside_any_word():
    lexicon = parse_lexicon('Qzt = "/ˈbɑːnə/"\nApl = "/ˈæpəl/"')
    assert sounds("I saw a Qzt.", lexicon).startswith("^aɪ sɔː1 ɐ bɑː1nə")
    assert sounds("the Qzt, the Apl", lexicon) == "^ðə bɑː1nə,ðɪ æ1pəl."


def test_hyphens_join_syllables_to_one_word_and_capitals_stress_one():
    phonemes = phonemise("Hermione left.", lexicon=NEUTRAL)
    assert len(phonemes.words) == 2
    start, end = phonemes.words[0][1:]
    assert phonemes.stresses[start:end].count(1) == 1
    assert phonemes.symbols[start + phonemes.stresses[start:end].index(1)] == "aɪ"


@pytest.mark.parametrize(
    ("word", "ipa", "said"),
    [
        ("gif", "/dʒɪf/", "^dʒɪ1f."),
        ("hello", "/həˈloʊ/", "^həloʊ1."),
        ("qabl", "/ˈkeɪ.bəl/", "^keɪ1bəl."),
        ("alive", "/əˈlaɪv/", "^əlaɪ1v."),
        ("cats", "/kæts/", "^kæ1ts."),
        ("zeit", "/t͡saɪt/", "^tsaɪ1t."),
        ("two words", "/ˈtuː wɜːdz/", "^tuː1 wɜː1dz."),
    ],
)
def test_ipa_is_taken_as_it_is(word, ipa, said):
    assert sounds(word, parse_lexicon(f'"{word}" = "{ipa}"')) == said


def test_ties_join_what_else_are_two_phones():
    assert phonemise("a", lexicon=parse_lexicon('a = "/t͡sts/"')).symbols[1:-1] == ("ts", "t", "s")


@pytest.mark.parametrize(
    ("written", "ending"),
    [
        ("cats", "s"),
        ("cat's", "s"),
        ("cats'", "s"),
        ("dogs", "z"),
        ("dog's", "z"),
        ("fishes", "ᵻz"),
        ("fish's", "ᵻz"),
        ("cat'", ""),
    ],
)
def test_plurals_and_possessives(written, ending):
    lexicon = parse_lexicon('cat = "/kæt/"\ndog = "/dɒɡ/"\nfish = "/fɪʃ/"')
    stem = {"c": "kæ1t", "d": "dɒ1ɡ", "f": "fɪ1ʃ"}[written[0]]
    assert sounds(f"{written} here", lexicon).split(" ")[0] == "^" + stem + ending


def test_case():
    lexicon = parse_lexicon('Polish = "/ˈpoʊlɪʃ/"\nUS = "you ess"\ncat = "/dɒɡ/"')
    assert "poʊ" in sounds("a Polish girl", lexicon) and "poʊ" not in sounds("shoe polish", lexicon)
    assert "poʊ" in sounds("THE POLISH GIRL", lexicon)
    assert sounds("tell us", lexicon) == sounds("tell us")
    assert sounds("Cat CAT cat", lexicon) == "^dɒ1ɡ dɒ1ɡ dɒ1ɡ."


def test_parts_of_words_are_left_alone():
    lexicon = parse_lexicon('cat = "dog"\n"C++" = "see plus plus"')
    assert sounds("concatenate catalogue", lexicon) == sounds("concatenate catalogue")
    assert sounds("C++ code", lexicon) == sounds("see plus plus code")


def test_the_lexicon_goes_before_numbers_and_abbreviations():
    lexicon = parse_lexicon('1984 = "the book"\nkm = "klicks"\n"Dr." = "doc"')
    assert sounds("1984, 5 km, Dr. Who", lexicon) == sounds("the book, five klicks, doc Who")


def test_words_keep_the_names_they_are_written_with():
    words = [text for text, _, _ in phonemise("Hermione's in New York.", lexicon=NEUTRAL).words]
    assert words == ["Hermione's", "in", "New", "York"]


def test_the_words_may_stand_in_a_table_of_their_own():
    assert parse_lexicon('[words]\ncat = "dog"') == parse_lexicon("cat = 'dog'")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Nguyen win", 'line 2.*: there is no “=” in “Nguyen win”; write: Nguyen = "win"'),
        ("= win", "line 2, column 1: there is no word before “=”"),
        ('"..." = "win"', "line 2: there is no word in “...”"),
        ("Nguyen =", 'line 2: quotes are missing; write: "Nguyen" = "…"'),
        ("Nguyen = win", 'line 2, column 10: quotes are missing; write: "Nguyen" = "win"'),
        ('New York = "noo york"', 'line 2, column 5: quotes are missing; write: "New York" = "noo york"'),
        ('Köln = "cologne"', 'line 2, column 2: quotes are missing; write: "Köln" = "cologne"'),
        ('Nguyen = "win', "line 2: this is not TOML"),
        ('Nguyen = "win" "now"', "line 2, column 16: this is not TOML"),
        ('Nguyen = "..."', "line 2: “Nguyen” is not said"),
        ("Nguyen = 5", "line 2: what “Nguyen” is said like is not text; put it in quotes"),
        ('Dr.Who = "doctor"', "line 2: “Dr” is a table"),
        ('Nguyen = "/wɪn"', "line 2: /wɪn has no slash at its end"),
        ('Nguyen = "/w8n/"', "line 2: “Nguyen” cannot be said: “8” in /w8n/ is not a sound; write sounds of"),
        ('ok = "fine"\n"New York" = "/ˈ/"', "line 3: “New York” cannot be said: there is no sound in /ˈ/"),
        ('one = "two"\none = "three"', "line 3: “one” is there twice; remove one of them"),
        ('one = "two"\none = "three"\n', "line 3.*: “one” is there twice; remove one of them"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(line, message):
    with pytest.raises(ScriptError, match=message.replace("...", r"\.\.\.")) as caught:
        parse_lexicon("# first\n" + line, "lexicon.toml")
    assert str(caught.value).startswith("lexicon.toml, line")


def test_lexicons_are_files_beside_a_script_or_voice(tmp_path):
    assert lexicon_beside(tmp_path) == Lexicon()
    (tmp_path / "lexicon.toml").write_text('"Köln" = "cologne"\n', encoding="utf-16")
    assert lexicon_beside(tmp_path) == read_lexicon(tmp_path / "lexicon.toml")
    assert sounds("in Köln", lexicon_beside(tmp_path)) == sounds("in cologne")
    with pytest.raises(ScriptError, match=r"none\.toml does not exist"):
        read_lexicon(tmp_path / "none.toml")


def test_the_old_form_is_not_left_out_silently(tmp_path):
    (tmp_path / "lexicon.txt").write_text("Nguyen = win")
    with pytest.raises(ScriptError, match=r"lexicon\.txt is the old form; rename it to lexicon\.toml and put quotes"):
        find_lexicon(None, tmp_path / "script.txt")


def test_a_word_and_how_it_is_said():
    assert entry_of(" GIF ", "/dʒɪf/", "here").ipa == (("dʒ", "ˈɪ", "f"),)
    assert entry_of("rock’n’roll", "rocken roll", "here").word == "rock'n'roll"


def test_of_two_lexicons_the_later_holds_and_the_fingerprint_tells_them_apart():
    one, other = parse_lexicon('cat = "/kæt/"'), parse_lexicon('cat = "/dɒɡ/"')
    assert sounds("cat", one + other) == "^dɒ1ɡ."
    assert (one + other).fingerprint == other.fingerprint != one.fingerprint
    assert Lexicon().fingerprint == ""


def test_a_thousand_words_do_not_slow_a_long_text():
    lexicon = parse_lexicon("\n".join(f'word{n} = "cat"' for n in range(1000)))
    marked, said = lexicon.mark("word999 and nothing. " * 500)
    assert len(said) == 500 and "word" not in marked


def test_a_lexicon_of_many_words_is_looked_up_and_not_tried_word_by_word():
    lexicon = parse_lexicon("".join(f'"New York {number}" = "win"\n' for number in range(20_000)))
    assert [said.entry.word for said in lexicon.mark("From New  York 7 to NEW YORK 19999's port.")[1]] == [
        "New York 7",
        "New York 19999",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'a = "b"\n"{"a" * 101}" = "b"', r"line 2: “a{40}…” is too long; a word has at most 100 signs"),
        (f'a = "b"\nb = "{"a " * 300}"', r"line 2: “b…” is too long; .* how it is said 500"),
        ("a." * 3000 + 'a = "b"', r"line 1: it has more than 1000 signs; write a word a line"),
        ("a = " + "9" * 5000, r"line 1: it has more than 1000 signs"),
    ],
)
def test_what_is_too_long_for_a_lexicon_is_told(text, message):
    with pytest.raises(ScriptError, match=message):
        parse_lexicon(text)
