"""Tables of texts in the ways that people and other programs write them."""

import pytest
from reporters import Told

from voicekit.core.errors import DatasetError
from voicekit.dataset.transcripts import find_items

HELLO = "Hello there, said Tom, and went away."
BYE = "Good bye."
YES = "Yes."
SIX = [f"This is sentence {word}." for word in ("one", "two", "three", "four", "five", "six")]


@pytest.fixture
def read(tmp_path):
    """Writes a table, under the name that is given, beside recordings of these names; name → text, and what was told."""

    def write(table: str | bytes, recordings: str = "wav/a.wav wav/b.wav", called: str = "metadata.csv"):
        for name in recordings.split():
            path = tmp_path / "recordings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"sound")
        path = tmp_path / "recordings" / called
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(table if isinstance(table, bytes) else table.encode())
        told = Told()
        items = find_items(tmp_path / "recordings", reporter=told)
        write.speakers = [item.speaker for item in items]
        write.problems = {item.name: item.problem for item in items if item.problem}
        return {item.name: item.text for item in items}, "\n".join(told.lines)

    return write


@pytest.mark.parametrize("table", [
    f"wav/a.wav|jane|{HELLO}\nwav/b.wav|jane|{BYE}\n",  # Piper
    f"a|jane|{HELLO}\nb|joe|{BYE}\n",
    f"audio_file|text|speaker_name\nwav/a.wav|{HELLO}|jane\nwav/b.wav|{BYE}|jane\n",  # Coqui, XTTS
    f"audio_file|text\nwav/a.wav|{HELLO}\nwav/b.wav|{BYE}\n",  # F5-TTS
    f"AUDIO FILE|Text\na|{HELLO}\nb|{BYE}\n",
    f"C:\\voice\\wav\\a.wav|jane|en|{HELLO}\nC:\\voice\\wav\\b.wav|jane|en|{BYE}\n",  # GPT-SoVITS
    f"D:/out/slicer_opt/a.wav|slicer_opt|EN|{HELLO}\nD:/out/slicer_opt/b.wav|slicer_opt|EN|{BYE}\n",
    f"DUMMY1/a.wav|0|{HELLO}\nDUMMY1/b.wav|0|{BYE}\n",  # VITS
    f"/home/other/data/wav/a.wav|0|{HELLO}|_\n/home/other/data/wav/b.wav|0|{BYE}|_\n",  # vosk-tts
    f"{HELLO}|0|wav/a.wav\n{BYE}|1|wav/b.wav\n",  # Matcha
    f"a||{HELLO}\nb||{BYE}\n",
    f"a|{HELLO}|\nb|{BYE}|\n",
    f"a|{HELLO}|hello there said tom and went away\nb|{BYE}|good bye\n",  # LJSpeech
    f"a|{HELLO}|3.25\nb|{BYE}|1.5\n",  # Thorsten
    f"wav/a.wav|{HELLO}|həlˈoʊ ðˈɛɹ sˈɛd tˈɑːm\nwav/b.wav|{BYE}|ɡˈʊd bˈaɪ\n",  # StyleTTS
    f"client_id\tpath\tsentence_id\tsentence\tage\nf3\ta.mp3\t77\t{HELLO}\t2\nf3\tb.mp3\t78\t{BYE}\t0\n",  # Common Voice
    f'a,"{HELLO}"\nb,{BYE}\n',
    f'ID;Text;Dauer\r\na;"{HELLO}";3,2\r\nb;{BYE};1,1\r\n'.replace("ID", "\ufeffDatei"),  # a European spreadsheet
    f"sep=;\r\na;{HELLO}\r\nb;{BYE}\r\n",
    f'sep=,\r\n"file","text"\r\n"a.wav","{HELLO}"\r\n"b.wav","{BYE}"\r\n',
    f"a,{HELLO}\nb,{BYE}\n",
    f"file,text\na,{HELLO}\nb,{BYE}\n",
    f"a,jane,{HELLO}\nb,jane,{BYE}\n",
    f"a, {HELLO}\nb, {BYE}\n",
    f"# made by hand\n\na|{HELLO}\n\n#b|{HELLO}\nb|{BYE}\n\n",
    f"a\t{HELLO}\nb\t{BYE}\n",
    f"a {HELLO}\nb {BYE}\n",  # Kaldi
    f"a.wav: {HELLO}\nb.wav: {BYE}\n",
    f"Wav/A.WAV|{HELLO}\nWav/B.WAV|{BYE}\n",
    f'"a"|"{HELLO}"\n"b"|"{BYE}"\n',
    f"./wav/a.wav|{HELLO}\n./wav/b.wav|{BYE}\n",
])  # fmt: skip
@pytest.mark.parametrize("called", ["metadata.csv", "transcripts.txt", "esd.list"])
def test_the_text_is_found_whole_in_the_tables_of_others(read, table, called):
    texts, told = read(table, called=called)
    assert texts == {"wav/a.wav": HELLO, "wav/b.wav": BYE}
    assert called in told and "texts of 2 of 2 recordings" in told


@pytest.mark.parametrize("lines", [
    ['{"audio_filepath": "/data/wav/a.wav", "duration": 3.1, "text": "%s"}'],  # NeMo
    ['{"file_name": "wav/a.wav", "transcription": "%s"}'],  # Hugging Face
    ['{"audio": {"path": "x"}, "id": "a", "sentence": "%s", "offset": 0}'],
])  # fmt: skip
def test_lines_of_json(read, lines):
    texts, _ = read("\n".join(line % HELLO for line in lines), "wav/a.wav", "metadata.jsonl")
    assert texts == {"wav/a.wav": HELLO}


@pytest.mark.parametrize("json", ['{"a": "%s"}', '[{"file": "wav/a.wav", "text": "%s"}]', '{"a.wav": {"text": "%s"}}'])
def test_a_json_file(read, json):
    assert read(json % HELLO, "wav/a.wav", "metadata.json")[0] == {"wav/a.wav": HELLO}


def test_damaged_lines_of_json_are_told_and_the_others_are_read(read):
    texts, told = read('{"id": "a", "text": "Hello."}\n{"id": "b", "te\n' + "[" * 100_000, called="manifest.jsonl")
    assert texts == {"wav/a.wav": "Hello.", "wav/b.wav": None}
    assert "line 2 is not JSON" in told and "line 3 is not JSON" in told


def test_the_column_that_was_taken_is_told(read):
    table = f"path|speaker|text\nwav/a.wav|jane|{HELLO}\nwav/b.wav|jane|{BYE}\n"
    assert "metadata.csv: texts of 2 of 2 recordings from column 3 of path | speaker | text" in read(table)[1]


def test_commas_that_cut_a_text_are_told(read):
    _, told = read(f"a,{HELLO}\nb,{BYE}\n")
    assert "from all columns from 2 on: texts have ',' in them without quotes" in told


@pytest.mark.parametrize("texts", [
    ["Hello there, Tom.", "Good bye, Tim.", "So long, Jim."],  # as many commas in each
    ["Yes, I do.", "No, I do not.", "Well, who does?"],
    ["Many, many days.", "Nobody knows where the wind comes from.", "Then it stops, too."],
    ["In 1455, he wrote.", "10,000 people came.", "Nobody knows."],
    ["It is 5 o'clock, \"he said\".", '"Who," he said.', "Nobody, ever."],
])  # fmt: skip
def test_an_unquoted_comma_never_cuts_a_text(read, texts):
    table = "".join(f"0{n},{text}\n" for n, text in enumerate(texts, start=1))
    assert list(read(table, "01.wav 02.wav 03.wav")[0].values()) == texts


def test_an_unquoted_comma_in_front_of_a_speaker(read):
    table = "".join(f"{n},{text.replace(' is ', ' is, well, ')},jane\n" for n, text in enumerate(SIX))
    texts, _ = read(table, "0.wav 1.wav 2.wav 3.wav 4.wav 5.wav")
    assert texts["0.wav"] == "This is, well, sentence one."


def test_a_pipe_within_a_text_does_not_cut_it(read):
    texts, told = read(f"a|jane|{HELLO}\nb|jane|one | two\nc|jane|{BYE}\n", "a.wav b.wav c.wav")
    assert texts == {"a.wav": HELLO, "b.wav": "one two", "c.wav": BYE} and "texts have '|' in them" in told


def test_a_quoted_text_of_several_lines(read):
    assert read(f'a,"Hello\nthere, Tom."\nb,{BYE}\n')[0] == {"wav/a.wav": "Hello there, Tom.", "wav/b.wav": BYE}


def test_a_quote_that_nobody_closed_does_not_swallow_other_rows(read):
    texts, _ = read('a,"Hello, he said\nb,and went."\n')
    assert texts["wav/b.wav"] == 'and went."' and "and went" not in texts["wav/a.wav"]


def test_the_text_as_written_is_taken_and_the_one_in_words_where_it_is_empty(read):
    texts, _ = read("a|In 1455 it was.|In fourteen fifty-five it was.\nb||Good bye.\nc|Hello.|Hello.\n", "a.wav b.wav c.wav")
    assert texts == {"a.wav": "In 1455 it was.", "b.wav": "Good bye.", "c.wav": "Hello."}


def test_texts_of_one_word_beside_a_speaker(read):
    texts, _ = read("a|jane|Left\nb|jane|Right\nc|jane|Stop\nd|jane|Go\n", "a.wav b.wav c.wav d.wav")
    assert list(texts.values()) == ["Left", "Right", "Stop", "Go"] and set(read.speakers) == {"jane"}


def test_texts_without_blanks(read):
    table = "a|花火|ZH|今天天气很好我们去公园散步吧\nb|花火|ZH|好的\n"
    assert read(table)[0] == {"wav/a.wav": "今天天气很好我们去公园散步吧", "wav/b.wav": "好的"}


def test_a_separator_of_lines_within_a_text_does_not_cut_it(read):
    assert read("a|One\u2028two\x0cthree.\nb|x y\n")[0]["wav/a.wav"] == "One two three."


def test_phones_are_not_taken_for_a_text(read):
    with pytest.raises(DatasetError, match=r"metadata\.csv"):
        read("a|0|həlˈoʊ ðˈɛɹ sˈɛd tˈɑːm\nb|0|ɡˈʊd bˈaɪ\n")


def test_several_speakers_are_kept_and_told(read):
    _, told = read(
        "".join(f"{n}|{'jane' if n % 2 else 'joe'}|{text}\n" for n, text in enumerate(SIX)),
        "0.wav 1.wav 2.wav 3.wav 4.wav 5.wav",
    )
    assert read.speakers == ["joe", "jane"] * 3
    assert "2 speakers: joe (3), jane (3)" in told and "--speaker" in told


@pytest.mark.parametrize(
    "column", ["M F M M F F", "happy sad happy sad neutral sad", "en en en en en en", "1.5 2.5 1 3 2 1.5"]
)
def test_other_labels_are_no_speakers(read, column):
    rows = "".join(f"{n}|{label}|{text}\n" for n, (label, text) in enumerate(zip(column.split(), SIX, strict=True)))
    texts, _ = read(rows, "0.wav 1.wav 2.wav 3.wav 4.wav 5.wav")
    assert list(texts.values()) == SIX and set(read.speakers) == {""}


def test_a_path_never_lends_its_text_to_another_folder(read):
    texts, told = read(f"monday/001|{HELLO}\n", "monday/001.wav tuesday/001.wav")
    assert texts == {"monday/001.wav": HELLO, "tuesday/001.wav": None}
    assert "no row for 1 of 2 recordings: tuesday/001.wav" in told


def test_a_path_of_a_folder_that_is_not_there_is_told(read):
    texts, told = read(f"monday/001|{HELLO}\ntuesday/002|{BYE}\n", "tuesday/001.wav tuesday/002.wav")
    assert texts == {"tuesday/001.wav": None, "tuesday/002.wav": BYE}
    assert "1 of 2 rows name no recording: monday/001 (line 1)" in told


def test_a_bare_name_of_several_recordings_is_given_to_none(read):
    texts, told = read(f"001|{HELLO}\n002|{BYE}\n", "monday/001.wav tuesday/001.wav tuesday/002.wav")
    assert texts == {"monday/001.wav": None, "tuesday/001.wav": None, "tuesday/002.wav": BYE}
    assert "001 (line 1) can mean monday/001.wav or tuesday/001.wav" in told


def test_a_bare_name_is_the_recording_beside_the_table_first(read):
    assert read(f"001|{HELLO}\n", "001.wav tuesday/001.wav")[0] == {"001.wav": HELLO, "tuesday/001.wav": None}
    assert read(f"001|{BYE}\n", "tuesday/001.wav", "tuesday/metadata.csv")[0]["tuesday/001.wav"] == BYE


def test_of_the_same_name_in_two_kinds_one_is_taken(read):
    texts, _ = read(f"001|{HELLO}\n", "001.mp3 001.wav")
    assert texts == {"001.mp3": HELLO, "001.wav": HELLO}
    assert list(read.problems) == ["001.mp3"] and "001.wav, which is taken" in read.problems["001.mp3"]


def test_of_two_kinds_the_one_that_the_table_names_is_taken(read):
    assert read(f"001.mp3|{HELLO}\n", "001.mp3 001.wav")[0] == {"001.mp3": HELLO, "001.wav": None}
    assert list(read.problems) == ["001.wav"]


def test_two_kinds_with_a_text_each_are_two_recordings(read):
    assert read(f"001.mp3|{HELLO}\n001.wav|{BYE}\n", "001.mp3 001.wav")[0] == {"001.mp3": HELLO, "001.wav": BYE}
    assert read.problems == {}


def test_a_table_names_wav_where_the_recording_is_flac(read):
    assert read(f"wavs/a.wav|{HELLO}\n", "flac/a.flac")[0] == {"flac/a.flac": HELLO}


def test_different_texts_for_one_recording_are_told_and_none_is_taken(read):
    read(f"a|{HELLO}\nb|{BYE}\na|Something else.\n")
    assert read.problems == {"wav/a.wav": "metadata.csv has different texts for it, in lines 1 and 3; leave one"}


def test_the_same_text_twice_is_no_problem(read):
    assert read(f"a|{HELLO}\na|{HELLO.lower()}\nb|{BYE}\n")[0]["wav/a.wav"] == HELLO and read.problems == {}


def test_rows_and_recordings_without_each_other_are_counted(read):
    _, told = read(f"a|{HELLO}\nx1|{BYE}\nx2|{BYE}\nx3|{BYE}\nx4|{BYE}\n")
    assert "4 of 5 rows name no recording: x1 (line 2), x2 (line 3), x3 (line 4) and 1 more" in told
    assert "no row for 1 of 2 recordings: wav/b.wav" in told


def test_rows_without_a_text_are_told(read):
    _, told = read(f"a|{HELLO}\nb|\n")
    assert "no text in line 2" in told


def test_several_tables_fill_each_other(read):
    read(f"wav/a.wav|0|{HELLO}\n", called="filelists/train.txt")
    texts, told = read(f"wav/b.wav|0|{BYE}\n", called="filelists/val.txt")
    assert texts == {"wav/a.wav": HELLO, "wav/b.wav": BYE} and "no row" not in told


def test_of_tables_that_differ_the_likeliest_is_used_and_it_is_told(read):
    read(f"a|{HELLO}\nb|{BYE}\n", called="train.txt")
    texts, told = read(f"a|{HELLO}\nb|Something else.\n", called="metadata.csv")
    assert texts["wav/b.wav"] == "Something else." and "train.txt: 1 of its texts differ" in told


def test_a_table_of_any_name_is_used_where_there_is_no_other(read):
    assert read(f"a;{HELLO}\nb;{BYE}\n", called="Meine Sätze.csv")[0]["wav/a.wav"] == HELLO


def test_a_list_of_speakers_beside_the_texts_is_not_taken_for_texts(read):
    read("a\tF\tKaren Savage\t14.09\nb\tM\tKevin Kline\t7.88\n", called="speakers.tsv")
    assert read(f"a|{HELLO}\n")[0] == {"wav/a.wav": HELLO, "wav/b.wav": None}


RUSSIAN = "Лес ещё спит, и никто не видел реку уже много дней."


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-8-sig", "koi8-r"])
def test_other_encodings_are_read_and_a_guess_is_told(read, encoding):
    texts, told = read(f"a|{RUSSIAN}\nb|Потом кто-то зевает, и день начинается.\n".encode(encoding))
    assert texts["wav/a.wav"] == RUSSIAN
    assert ("metadata.csv is not UTF-8" in told) == (encoding in ("cp1251", "koi8-r"))


def test_encodings_of_many_texts_beside_their_recordings_are_told_once_and_counted(read, tmp_path):
    for n in range(6):
        read(RUSSIAN.encode("cp1251"), f"{n}.wav", f"{n}.txt")
    texts, told = read(b"", "0.wav", "other.dat")
    assert set(texts.values()) == {RUSSIAN}
    assert told.count("is not UTF-8") == 3 and "3 more texts" in told


def test_a_spreadsheet_is_told(read):
    assert "save it as CSV" in read(b"PK", called="texts.xlsx")[1]


def test_a_recording_called_test_has_the_text_beside_it(read):
    assert read("Any words, here.", "test.wav b.wav", "test.txt")[0] == {"b.wav": None, "test.wav": "Any words, here."}


def test_a_text_whose_first_word_is_a_name_is_no_table(read):
    texts, _ = read("He went away.\nA man came.\nNobody saw him.\n", "a.wav", "transcript.txt")
    assert texts == {"a.wav": "He went away. A man came. Nobody saw him."}


def test_a_table_of_more_keys_than_any_has_is_read_by_its_first_ones(read):
    named = f'{{"audio": "a.wav", "text": "{HELLO}"}}\n{{"audio": "b.wav", "text": "{BYE}"}}\n'
    texts, told = read(named + "".join(f'{{"k{n}": 1}}\n' for n in range(5000)), called="metadata.jsonl")
    assert texts == {"wav/a.wav": HELLO, "wav/b.wav": BYE}
    assert "there are 5002 different keys; the first 100 are read" in told
