import pytest

from voicekit.core.errors import ScriptError
from voicekit.text.read import decode, read_text

#: Short texts, as subtitles are, and the encodings that they come in.
TEXTS = {
    ("“It’s late”, she said – the café was closed.", "Naïve, isn’t it?"): "cp1252 mac_roman",
    ("It’s raining again.", "We don’t know why."): "cp1252 mac_roman",
    ("It costs £20 today.", "Nobody pays that."): "cp1252 latin-1",
    ("Guten Tag, ich heiße Jürgen.", "Für mich schon."): "cp1252 mac_roman cp850",
    ("Où est-elle allée ?", "À la forêt, près de la rivière."): "cp1252 mac_roman iso8859-15",
    ("¿Cómo estás? Me llamo Ana.", "Mañana será otro día."): "cp1252 mac_roman",
    ("Hvad hedder du?", "Jeg bor på en ø nær Århus."): "cp1252",
    ("Dzień dobry, nazywam się Łukasz.", "Dziś świeci słońce."): "cp1250 iso8859-2",
    ("Dobrý den, jmenuji se Jiří.", "Dnes je krásné počasí, že?"): "cp1250 iso8859-2",
    ("Jó napot, a nevem Győző.", "Ma szép idő van, süt a nap."): "cp1250 iso8859-2",
    ("Добрый день, меня зовут Анна.", "Сегодня хорошая погода."): "cp1251 koi8-r iso8859-5 cp866 mac_cyrillic",
    ("Привет.", "Как дела?"): "cp1251 koi8-r iso8859-5 cp866",
    ("НОВОСТИ", "СЕГОДНЯ ВЕЧЕРОМ"): "cp1251 koi8-r",
    ("Добрий день, мене звати Оксана.", "Їдьмо до лісу."): "cp1251 koi8-u",
    ("Καλημέρα, με λένε Άννα.", "Σήμερα ο καιρός είναι ωραίος."): "cp1253 iso8859-7",
    ("Nasılsın?", "İyiyim, teşekkür ederim."): "cp1254 iso8859-9",
    ("今天天气很好。", "我们一起去公园。"): "gbk gb18030",
    ("你好", "联通公司"): "gbk",
    ("今天天氣很好。", "我們一起去公園。"): "big5 gbk",
    ("おはよう。", "そうですか。"): "shift_jis euc_jp iso2022_jp",
    ("今日は天気がいいですね。", "コンピューター"): "shift_jis euc_jp iso2022_jp",
    ("안녕하세요.", "제 이름은 김민수입니다."): "euc_kr",
    ("בוקר טוב, קוראים לי אנה.", "היום מזג האוויר יפה."): "cp1255 iso8859-8",
    ("صباح الخير، اسمي أنا.", "الطقس جميل اليوم."): "cp1256",
    ("สวัสดีครับ ผมชื่อสมชาย", "วันนี้อากาศดีมาก"): "cp874",
    ("Laba diena, mano vardas Žydrūnė.", "Šiandien gražus oras."): "cp1257",
}
CASES = [(lines, encoding) for lines, encodings in TEXTS.items() for encoding in encodings.split()]
SRT = "1\r\n00:00:01,000 --> 00:00:04,000\r\n{}\r\n\r\n2\r\n00:00:05,000 --> 00:00:08,000\r\n{}\r\n"


def read(data: bytes, name: str = "s.txt") -> tuple[str, list[str]]:
    notes: list[str] = []
    return decode(data, name, notes.append), notes


@pytest.mark.parametrize("form", [SRT, "{}\n\n{}"])
@pytest.mark.parametrize(("lines", "encoding"), CASES)
def test_the_encoding_of_two_lines_is_guessed_and_told(lines, encoding, form):
    text = form.format(*lines)
    found, notes = read(text.encode(encoding))
    assert found == text
    assert [note.startswith("s.txt is not UTF-8: read as ") for note in notes] == [True]
    assert notes[0].endswith("; save it as UTF-8 if words are wrong")


def test_people_are_told_the_name_that_their_editor_has_for_it():
    assert read("Привет, как дела?".encode("cp1251"))[1] == [
        "s.txt is not UTF-8: read as Windows-1251 (Cyrillic); save it as UTF-8 if words are wrong"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_that_says_what_it_is_needs_no_note(encoding):
    assert read("Grüße – “so”. 😀 Привет".encode(encoding)) == ("Grüße – “so”. 😀 Привет", [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["Grüße – “so”.\n", "Привет, как дела?\nХорошо.", "今天天气很好。\n我们\n"])
def test_unicode_without_its_mark(text, encoding):
    found, notes = read(text.encode(encoding))
    assert found == text and encoding[:6].upper() in notes[0]


def test_the_name_of_a_file_decides_between_two():
    data = "謝謝".encode("big5")
    assert read(data, "film.zh.srt")[0] == read(data, "film_zh-TW.txt")[0] == "謝謝"
    assert decode(data, "film.srt", lambda line: None, language="zh") == "謝謝"


UTF_8 = "“It’s late”, she said – the café was closed.\nNaïve, isn’t it?\n".encode()


@pytest.mark.parametrize("bad", [b"\xf0\x9f\x98", b"\xff", b"\xe2\x80", b"\xc3", b"\x80"])
@pytest.mark.parametrize("begin", [UTF_8, b"\xef\xbb\xbf" + UTF_8])
def test_a_bad_byte_does_not_turn_the_whole_file(begin, bad):
    text, notes = read(begin + b"The end " + bad + b" came.\n")
    assert text == UTF_8.decode() + "The end  came.\n"
    assert notes == ["s.txt has bytes that are not UTF-8 in line 3; they are left out"]


def test_lines_of_another_encoding_are_read_in_theirs():
    text, notes = read(UTF_8 + "Добрый день\n".encode("cp1251") + b"So.")
    assert text == UTF_8.decode() + "Добрый день\nSo."
    assert notes == ["s.txt is not UTF-8 in line 3: read as Windows-1251 (Cyrillic); save it as UTF-8 if words are wrong"]
    assert read(UTF_8 + b"A caf\xe9.")[0] == UTF_8.decode() + "A café."


def test_a_broken_letter_in_plain_english_is_left_out():
    assert read(b"The end \xf0\x9f\x98 came.")[0] == "The end  came."
    assert read(b"The caf\xe9 is closed.")[0] == "The café is closed."


def test_what_was_saved_in_a_wrong_encoding_once_is_read_as_it_was_meant():
    for text in ("Le café à Zürich", "It’s “late”", "Привет"):
        twice = b"".join(byte if byte.isascii() else _as_1252(byte) for byte in (bytes((n,)) for n in text.encode()))
        found, notes = read(twice)
        assert found == text and "was saved in a wrong encoding once" in notes[0]
    assert read("Ça va, ÃO Paulo".encode()) == ("Ça va, ÃO Paulo", [])


def _as_1252(byte: bytes) -> bytes:
    try:
        return byte.decode("cp1252").encode()
    except UnicodeDecodeError:
        return byte.decode("latin-1").encode()


def test_what_a_power_cut_leaves_is_told():
    text, notes = read(b"One line.\n" * 50 + bytes(400))
    assert text == "One line.\n" * 50 and "NUL" in notes[0]


def test_marks_of_order_between_joined_files_are_gone():
    assert read("\ufeffOne.\n\ufeffTwo.".encode("utf-8-sig"))[0] == "One.\nTwo."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n...", "is a PDF; copy its text into a plain text file"),
        (b"{\\rtf1\\ansi Hello}", "is a rich text file; save it as plain text"),
        (
            b"PK\x03\x04\x14\x00",
            "is an archive or a document of Word, Pages or another program; save it as .docx, .epub or plain text",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is a Word file; save it as plain text"),
        (bytes(range(256)), "is not a text file; save it as plain text"),
        (b"RIFF\x24\x08\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00", "is not a text file"),
        (b"ID3\x04\x00\x00\x00\x00\x00#TSSE\x00\x00\x00\x0f\x00\x00\x03Lavf\xff\xfb\x90d", "is not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x08\x02", "is not a text file"),
        (b"\x00\x00", "is not a text file"),
    ],
)
def test_what_is_no_text_is_told_in_one_line(data, message):
    with pytest.raises(ScriptError, match=message) as caught:
        read(data, "in/s.txt")
    assert str(caught.value).startswith("in/s.txt ") and "\n" not in str(caught.value)


def test_a_long_text_is_guessed_quickly_and_a_late_letter_is_seen(tmp_path):
    path = tmp_path / "s.txt"
    path.write_bytes(b"Nothing but English here.\n" * 40000 + "И немного по-русски.\n".encode("cp1251") * 2000)
    notes: list[str] = []
    assert read_text(path, notes.append).endswith("по-русски.\n") and "Windows-1251" in notes[0]


def test_a_text_that_is_too_long_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "s.txt"
    with path.open("wb") as file:
        file.truncate(10**12)  # takes no room on the disk
    with pytest.raises(ScriptError, match=r"s\.txt has more than the 5 MB that are read of a text; part it into several"):
        read_text(path, print)
