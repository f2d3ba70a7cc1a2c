import pytest
from made import SHARED

from voicekit.core.errors import ConfigError, DatasetError
from voicekit.dataset import corpora
from voicekit.dataset.corpora import find_items, load, names, read


def tree(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


#: corpus → (its layout in small, what is read of it: name → (text, speaker)).
LAYOUTS = {
    "kathleen": (
        {"wavs/arctic_a0001.flac": "", "metadata.csv": "arctic_a0001|Author of the danger trail.\n"},
        {"wavs/arctic_a0001.flac": ("Author of the danger trail.", "")},
    ),
    "kerstin": (
        {"wavs/de-1.flac": "", "metadata.csv": "de-1|Er wohnte in München.\n"},
        {"wavs/de-1.flac": ("Er wohnte in München.", "")},
    ),
    "ljspeech": (
        {"wavs/LJ001-0001.flac": "", "metadata.csv": "LJ001-0001|Printing, in 1455\n"},
        {"wavs/LJ001-0001.flac": ("Printing, in 1455", "")},
    ),
    "ljspeech-1.1": (
        {"wavs/LJ001-0001.wav": "", "metadata.csv": "LJ001-0001|in 1455|in fourteen fifty-five\n"},
        {"wavs/LJ001-0001.wav": ("in 1455", "")},
    ),
    "librispeech": (
        {"test-other/2033/2033-1-0000.flac": "", "test-other/metadata.csv": "2033/2033-1-0000|2033|M|replied he\n"},
        {"test-other/2033/2033-1-0000.flac": ("replied he", "2033")},
    ),
    "librispeech-clean": (
        {
            "test-other/2033/2033-1-0000.flac": "",
            "train-clean-100/103-1240-0000.flac": "",
            "train-clean-100/metadata.csv": "103-1240-0000|103|F|chapter one\n",
            "train-clean-100-multi/19/19-198-0012.flac": "",
            "train-clean-100-multi/metadata.csv": "19/19-198-0012|19|F|her abilities\n",
        },
        {
            "train-clean-100/103-1240-0000.flac": ("chapter one", "103"),
            "train-clean-100-multi/19/19-198-0012.flac": ("her abilities", "19"),
        },
    ),
    "librispeech-slr12": (
        {"test-other/2033/1/2033-1-0000.flac": "", "test-other/2033/1/2033-1.trans.txt": "2033-1-0000 REPLIED HE\n"},
        {"test-other/2033/1/2033-1-0000.flac": ("replied he", "2033")},
    ),
    "vctk": (
        {"p225/p225_003.wav": "", "transcripts.tsv": "p225_003\tSix spoons of fresh snow peas.\n"},
        {"p225/p225_003.wav": ("Six spoons of fresh snow peas.", "p225")},
    ),
    "vctk-0.92": (
        {
            "wav48_silence_trimmed/p225/p225_001_mic1.flac": "",
            "wav48_silence_trimmed/p225/p225_001_mic2.flac": "",
            "wav48_silence_trimmed/p315/p315_001_mic1.flac": "",
            "txt/p225/p225_001.txt": "Please call Stella.\n",
        },
        {
            "wav48_silence_trimmed/p225/p225_001_mic1.flac": ("Please call Stella.", "p225"),
            "wav48_silence_trimmed/p315/p315_001_mic1.flac": (None, "p315"),
        },
    ),
    "libritts": (
        {
            "dev-clean/84/121123/84_121123_000007_000001.wav": "",
            "dev-clean/84/121123/84_121123_000007_000001.normalized.txt": "Maximilian.",
            "dev-clean/84/121123/84_121123_000007_000001.original.txt": "MAXIMILIAN.",
        },
        {"dev-clean/84/121123/84_121123_000007_000001.wav": ("Maximilian.", "84")},
    ),
    "libritts-excerpt": (
        {"1025/1025_92814_000017_000001.flac": "", "metadata.csv": "1025/1025_92814_000017_000001|1025|M|I guess already\n"},
        {"1025/1025_92814_000017_000001.flac": ("I guess already", "1025")},
    ),
    "vctk-excerpt": (
        {
            "p231/p231_001.flac": "",
            "p232/p232_001.flac": "",
            "metadata.csv": "p231/p231_001|p231|F|Please call Stella.\np232/p232_001|p232|M|Please call her.\n",
        },
        {"p231/p231_001.flac": ("Please call Stella.", "p231"), "p232/p232_001.flac": ("Please call her.", "p232")},
    ),
    "arctic-excerpt": (  # what two speakers say is called the same
        {
            "COPYING": "",
            "bdl/arctic_a0004.flac": "",
            "slt/arctic_a0004.flac": "",
            "metadata.csv": "bdl/arctic_a0004|bdl|M|Lord, but I'm glad\nslt/arctic_a0004|slt|F|Lord, I'm glad\n",
        },
        {"bdl/arctic_a0004.flac": ("Lord, but I'm glad", "bdl"), "slt/arctic_a0004.flac": ("Lord, I'm glad", "slt")},
    ),
    "picovoice-coffee": (  # the sex is not always known
        {"s01/08fece20.flac": "", "metadata.csv": "s01/08fece20|s01||Can I have a double shot?\n"},
        {"s01/08fece20.flac": ("Can I have a double shot?", "s01")},
    ),
    "teacher": (
        {"af_heart/00c1.flac": "", "bm_lewis/00c1.flac": "", "metadata.csv": "af_heart/00c1|af_heart|F|Who is it?\n"},
        {"af_heart/00c1.flac": ("Who is it?", "af_heart")},
    ),
    "teacher-gb": (
        {"bm_lewis/00c1.flac": "", "af_heart/00c1.flac": "", "metadata.csv": "bm_lewis/00c1|bm_lewis|M|Who is it?\n"},
        {"bm_lewis/00c1.flac": ("Who is it?", "bm_lewis")},
    ),
    "cmu-arctic": (
        {"wav/arctic_a0001.wav": "", "etc/txt.done.data": '( arctic_a0001 "Author of \\"it\\", etc." )\n'},
        {"wav/arctic_a0001.wav": ('Author of "it", etc.', "")},
    ),
}


@pytest.mark.parametrize("name", names())
def test_every_descriptor_reads_its_corpus(tmp_path, name):
    files, expected = LAYOUTS[name]  # a new descriptor wants a new line in LAYOUTS
    corpus = load(name)
    assert corpus.url.startswith("http") and corpus.licence and corpus.language and corpus.description
    found = {item.name: (item.text, item.speaker) for item in find_items(tree(tmp_path, files), corpus)}
    assert found == expected


@pytest.mark.parametrize(("folder", "name", "count", "speakers"), [
    ("kathleen", "kathleen", 1092, 1), ("kerstin", "kerstin", 150, 1), ("ljspeech", "ljspeech", 18, 1),
    ("librispeech", "librispeech", 50, 5), ("librispeech", "librispeech-clean", 240, 210),
    ("libritts", "libritts-excerpt", 48, 31), ("arctic", "arctic-excerpt", 148, 3), ("vctk", "vctk", 20, 2),
    ("vctk_wide", "vctk-excerpt", 166, 53), ("vctk_narrow", "vctk-excerpt", 45, 13),
    ("picovoice_coffee", "picovoice-coffee", 230, 40),
])  # fmt: skip
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared recordings")
def test_the_real_corpora(folder, name, count, speakers):
    """There were as many when this was written; the folder grows."""
    items = find_items(SHARED / folder, load(name))
    assert len(items) >= count
    assert len({item.speaker for item in items}) >= speakers
    assert all(item.text and item.problem is None for item in items)


def test_recordings_that_the_texts_leave_out_are_told(tmp_path):
    items = find_items(tree(tmp_path, LAYOUTS["vctk-0.92"][0]), load("vctk-0.92"))
    assert [item.problem for item in items] == [None, "the corpus has no text for it"]


def test_an_unknown_corpus_names_the_nearest_and_all():
    with pytest.raises(ConfigError, match=r"did you mean 'kathleen'.*known: .*vctk"):
        load("katleen")


def test_the_wrong_folder_is_told_with_where_to_get_the_right_one(tmp_path):
    tree(tmp_path, {"music.mp3": ""})
    with pytest.raises(DatasetError, match=r"is not the corpus kathleen.*https://"):
        find_items(tmp_path, load("kathleen"))
    with pytest.raises(DatasetError, match="does not exist"):
        find_items(tmp_path / "nowhere", load("kathleen"))


def test_a_corpus_without_its_texts_is_told(tmp_path):
    tree(tmp_path, {"wavs/a.flac": ""})
    with pytest.raises(DatasetError, match=r"metadata\.csv"):
        find_items(tmp_path, load("kathleen"))


GOOD = 'description = "d"\nurl = "http://x"\nlicence = "CC0"\nlanguage = "en-us"\naudio = "*.wav"\n'


@pytest.mark.parametrize(("toml", "said"), [
    ("this is no TOML", "not valid TOML"),
    (GOOD + 'langauge = "de"', "did you mean 'language'"),
    (GOOD.replace('audio = "*.wav"\n', ""), "audio"),
    (GOOD + "speaker = 7", "'speaker' is text, not 7"),
    (GOOD + "speaker = '(p'", "not a regular expression"),
    (GOOD + "speaker = 'p'", r"\(\?P<speaker>"),
    (GOOD + '[texts]\nlayout = "tabel"', "unknown layout"),
    (GOOD + '[texts]\nlayout = "table"\ntext_column = "2"', "'text_column' is a number"),
    (GOOD.replace('"*.wav"', "5"), "'audio' is text, not 5"),
    (GOOD.replace("*.wav", "/etc/*"), "Non-relative"),
    (GOOD.replace("*.wav", "../**/*"), "leads out of the corpus"),
    (GOOD.replace("*.wav", "a**/*"), "can only be an entire path component"),
    (GOOD + '[texts]\nlayout = "table"\nfile = "../x"', "leads out of the corpus"),
    (GOOD + '[texts]\nlayout = "table"\ntext_column = 1_000_000_000', "'text_column' must be from 0 to 1000"),
    (GOOD + '[texts]\nlayout = "table"\ndelimiter = ", "', "the length of 'delimiter' must be 1, not 2"),
    (GOOD + '[texts]\nlayout = "sibling"\nfile = "{name}.txt"', r"\{name\} in '\{name\}.txt' is none of folder, stem"),
    (GOOD + '[texts]\nlayout = "sibling"\nfile = "{stem.__class__}.txt"', "is none of folder, stem"),
    (GOOD + '[texts]\nlayout = "sibling"\nfile = "{stem:>999999999}.txt"', "is none of folder, stem"),
    (GOOD + '[texts]\nlayout = "sibling"\nfile = "{stem.txt"', "expected '}'"),
    (GOOD + "speaker = " + "[" * 100_000, "lie more than 20 deep"),
])  # fmt: skip
def test_a_wrong_descriptor_is_told(tmp_path, toml, said):
    path = tmp_path / "mine.toml"
    path.write_text(toml)
    with pytest.raises(ConfigError, match=said) as error:
        read(path)
    assert "mine.toml" in str(error.value)


def test_adding_a_corpus_is_adding_a_file(tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(GOOD)
    monkeypatch.setattr(corpora, "folder", lambda: tmp_path)
    assert names() == ["mine"] and load("mine").language == "en-us"


def test_one_bad_text_or_name_among_others_is_told_and_the_others_are_kept(tmp_path):
    audio = "wav48_silence_trimmed/p225"
    tree(tmp_path, {f"{audio}/p225_001_mic1.flac": "", f"{audio}/p225_002_mic1.flac": "", f"{audio}/copy_mic1.flac": ""})
    tree(tmp_path, {"txt/p225/p225_001.txt": "Please call Stella.\n"})
    (tmp_path / "txt/p225/p225_002.txt").write_bytes(b"caf\xe9")
    copy, good, bad = find_items(tmp_path, load("vctk-0.92"))
    assert good.text == "Please call Stella."
    assert "p225_002.txt is not UTF-8" in bad.problem
    assert copy.problem == "the corpus has no text for it"
