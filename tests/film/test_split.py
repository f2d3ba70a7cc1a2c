import random
import time

import pytest
from listener import Listener

from voicekit.core.errors import ConfigError, ScriptError
from voicekit.film.stage import Context
from voicekit.film.storyboard import split as split_module
from voicekit.film.storyboard.brief import read_brief
from voicekit.film.storyboard.lengths import Lengths, clip_s
from voicekit.film.storyboard.split import Split, SplitOptions
from voicekit.film.storyboard.storyboard_writer import SceneDraft, is_marked, literal, storyboard_of, tidy
from voicekit.film.storyboard.words import likeness, stem, stems
from voicekit.text.script.markup import marked
from voicekit.text.script.script import parse

BRIEF = """# The harbour at Vig

The harbour was quiet before the sun came up. Fishermen mended their nets by lamplight, and gulls waited on the wall.
Nobody spoke. Then the first engine coughed, and a blue trawler slid out past the lighthouse.

By noon the market was full. Buyers shouted prices over crates of silver herring. A boy sold 45 crabs in an hour!
"""
#: Out of what people write, and what could be taken for something else.
PIECES = (
    *(
        "None.",
        "n/a",
        "—",
        "(silence)",
        "[0:12]",
        '"',
        "“",
        "”",
        "'",
        "*",
        "**",
        "_",
        "# ",
        "## Clip 3: x (6 seconds)",
        "\n",
    ),
    *(
        "\n\n",
        "- ",
        "> ",
        "1. ",
        "**Narration:** ",
        "Visual: ",
        "(6 seconds)",
        "(0:00)",
        "[calm]",
        " [pause] ",
        "[sic]",
        "<b>",
    ),
    *(
        "&amp;",
        "<break time='1s'/>",
        "--> ",
        "00:00:01,000 --> 00:00:02,000",
        "\\",
        "\x00",
        "\u2028",
        "\ue000",
        "hello",
        "…",
    ),
    *(
        "The harbour",
        "漁師",
        ".",
        ":",
        "(live)",
        "https://a_b.c/d?e=f*g",
        "|",
        "---",
        "\t",
        "\ud800",
        ", and 3.5 kg ",
        "Shot 2 -",
    ),
)


@pytest.fixture(scope="module")
def context():
    return Context(device="cpu")


def split(*arguments):
    """The storyboard as a person and the rest of voicekit read it."""
    return split_module.split(*arguments).to_markdown()


def storyboard_text(drafts):
    return storyboard_of(drafts, "story.md").to_markdown()


def narrations(story):
    return [cue.text for cue in parse(story).cues]


def test_what_is_written_is_read_again():
    rng = random.Random(3)

    def made():
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 7)))

    for _ in range(400):
        shots = [
            SceneDraft(made(), rng.choice([6.0, 0.5, 1, 6.25, 3600]), made(), made(), literal(made()))
            for _ in range(rng.randint(0, 2))
        ]
        shots.append(SceneDraft(made(), 4, made(), made(), "[calm] word " + literal(made())))
        text = storyboard_text(shots)
        kept = [tidy(shot) for shot in shots]
        assert storyboard_text(kept) == text and text.encode()
        script = parse(text)
        assert [(c.duration_s, c.visual, c.audio) for c in script.clips] == [(s.seconds, s.visual, s.audio) for s in kept]
        assert all(
            c.title in (s.title, s.title or f"Clip {n}") for n, (c, s) in enumerate(zip(script.clips, kept, strict=True), 1)
        )
        said = {cue.clip: cue.text for cue in script.cues}
        wanted = {n: " ".join(marked(s.narration)[0].split()) for n, s in enumerate(kept) if s.narration}
        assert said == wanted


def test_plain_words_are_kept_as_they_are():
    shot = SceneDraft("Kick-off", 6.0, "wide shot, slow zoom in", "crowd", "[calm] It costs $5. *Really*!")
    assert tidy(shot) == shot
    assert storyboard_text([shot]) == (
        "## Clip 1: Kick-off (6 seconds)\n- **Visual:** wide shot, slow zoom in\n- **Audio:** crowd\n"
        "- **Narration:** [calm] It costs $5. *Really*!\n"
    )


def test_a_text_becomes_clips(context):
    story = split(BRIEF, SplitOptions(), context)
    script = parse(story)
    assert " ".join(narrations(story)) == " ".join(BRIEF.split("\n", 2)[2].split())
    assert 3 <= len(script.clips) <= 5 and len(script.cues) == len(script.clips)
    assert script.clips[0].title == "The harbour at Vig"
    assert "lighthouse" in script.clips[1].visual and "; " in script.clips[1].visual
    cameras = [clip.visual.rpartition("; ")[2] for clip in script.clips]
    assert len(set(cameras)) == len(cameras)
    titles = [clip.title for clip in script.clips]
    assert len(set(titles)) == len(titles) and all(2 <= len(title.split()) <= 9 for title in titles[1:])


def test_clips_are_as_long_as_the_voice_needs(context):
    from voicekit.speech.voices import find_voice, load_engine

    engine = load_engine(find_voice("base"), "cpu")
    script = parse(split(BRIEF, SplitOptions(voice="base"), context))
    for clip, cue in zip(script.clips, script.cues, strict=True):
        words = engine.timing(cue.text, marks=cue.marks)
        needed_s = words[-1].end_s - words[0].start_s
        assert clip.duration_s * 2 == round(clip.duration_s * 2) and 0 <= clip.duration_s - needed_s - 1 < 0.5


@pytest.mark.parametrize("seconds", [3, 6, 12, 30])
def test_clips_are_near_the_wanted_length(seconds, context):
    text = "The old town has a clock. It strikes at noon. People stop and listen. Then they walk on. " * 12
    clips = parse(split(text, SplitOptions(seconds=seconds), context)).clips
    lengths = [clip.duration_s for clip in clips]
    assert all(length <= 2 * seconds + 0.5 for length in lengths)
    assert 0.6 * seconds <= sum(lengths) / len(lengths) <= 1.4 * seconds


def test_clips_end_where_the_subject_changes(context):
    text = (
        "Sharks swim fast. Sharks never sleep at night. "
        "Bread needs flour. Bread needs warm yeast. Bread rises in an hour. Bread is baked."
    )
    clips = parse(split(text, SplitOptions(), context))
    assert any(cue.text.startswith("Bread needs flour") for cue in clips.cues)  # three and three were of more even length


def test_paragraphs_end_clips(context):
    assert narrations(split("One.\n\nTwo.\n\nThree.", SplitOptions(seconds=60), context)) == ["One.", "Two.", "Three."]


def test_three_words(context):
    script = parse(split("A quiet harbour", SplitOptions(), context))
    assert [clip.title for clip in script.clips] == ["A quiet harbour"] and script.cues[0].text == "A quiet harbour"


def test_twenty_thousand_words(context):
    rng = random.Random(1)
    sentences = BRIEF.split("\n", 2)[2].replace("\n", " ").strip(" !").split(". ")
    text = "\n\n".join(". ".join(rng.choice(sentences) for _ in range(9)) + "." for _ in range(280))
    assert len(text.split()) > 20_000
    said = []
    begin = time.process_time()
    story = split(text, SplitOptions(), Context(device="cpu", reporter=Listener(said)))
    assert time.process_time() - begin < 10
    assert " ".join(narrations(story)).split() == text.split() and "estimated" in said[0]


def test_one_sentence_without_end(context):
    story = split("and then the wind blew over the hills " * 80, SplitOptions(), context)
    script = parse(story)
    assert len(script.clips) > 3 and max(clip.duration_s for clip in script.clips) < 40
    assert " ".join(narrations(story)).count("wind") == 80


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "港は静かだった。漁師たちは網を直し、カモメが壁の上で待っていた。\n\n昼には市場がいっぱいになった。",
            "昼には市場がいっぱいになった",
        ),
        ("清晨的港口很安静。渔民们修补渔网，海鸥在等待。\n\n然后发动机响了。", "然后发动机响了"),
    ],
)
def test_writings_without_spaces(text, title, context):
    script = parse(split(text, SplitOptions(), context))
    assert script.clips[-1].title == title and all(2 <= clip.duration_s <= 12.5 for clip in script.clips)
    assert "".join(cue.text for cue in script.cues) == "".join(text.split())
    assert script.clips[0].visual.rpartition("; ")[0] in text


@pytest.mark.parametrize(
    "text", ["مرحبا بالعالم. هذا اختبار.", "Привет, мир. Это проверка.", "สวัสดีชาวโลก นี่คือการทดสอบ", "שלום עולם."]
)
def test_what_the_voice_cannot_speak_has_a_storyboard(text, context):
    script = parse(split(text, SplitOptions(), context))
    assert all(1 <= clip.duration_s < 20 for clip in script.clips) and script.cues


@pytest.mark.parametrize("text", ["", " \n\t", "…", "---\n\n***\n", "<!-- nothing -->", "![a picture](a.png)"])
def test_nothing_to_speak(text, context):
    with pytest.raises(ScriptError, match=r"is empty|nothing to speak"):
        split(text, SplitOptions(), context)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("A [link](https://x.org/a_b) and `code_here`.", "A link and code_here."),
        ("- one thing\n- two things\n- [x] three things", "one thing two things three things"),
        ("> Quoted by *somebody*.", "Quoted by somebody."),
        ("It is [sic] 5 < 6 and a*b*c [1].", "It is [sic] 5 < 6 and a*b*c [1]."),
        (
            "See https://example.org/vig_pier?a=1 for 1,500 pictures.",
            "See https://example.org/vig_pier?a=1 for 1,500 pictures.",
        ),
        ("---\ntitle: x\n---\nHello there.", "Hello there."),
        ("Hello.\n```python\nprint('no')\n```\nBye.", "Hello. Bye."),
        ("| Name | Age |\n|------|-----|\n| Ann | 5 |", "Name, Age. Ann, 5."),
        ("[00:12] A door opens.\n[00:15-00:18.5] She turns.", "A door opens. She turns."),
        ("1\n00:00:01,000 --> 00:00:03,000\nA door opens.\n", "A door opens."),
        ("<speak>Hello <break time='1s'/> there.</speak>", "Hello there."),
        ("Hello<br>there, <b>you</b>.", "Hellothere, you."),
        ('"No," she said. "Never."', '"No," she said. "Never."'),
        ("None.", "None."),
        ("## Only\n\n## Headings", "Only Headings"),
        ("Line one\r\nwraps here, and goes on\r\n\r\nNext.", "Line one wraps here, and goes on Next."),
    ],
)
def test_what_people_write(text, spoken, context):
    assert " ".join(narrations(split(text, SplitOptions(), context))) == spoken


def test_markup_is_kept(context):
    text = (
        "[calm] The harbour was quiet before the sun came up. Nobody on the long wall spoke. [pause 0.8s] "
        "[excited] Then the first engine coughed out loud! [slow] It coughed. It coughed again. [/slow] And it ran."
    )
    script = parse(split(text, SplitOptions(seconds=2), context))
    tones = {cue.text: cue.marks.styles[0] for cue in script.cues}
    whole = parse(text)
    assert tones["Nobody on the long wall spoke."] == whole.cues[0].marks.styles[0]
    assert any("It coughed. It coughed again." in cue.text for cue in script.cues)
    assert " ".join(cue.text for cue in script.cues) == whole.cues[0].text


@pytest.mark.parametrize("text", ["[pace 9] Hello.", "[slow] Hello."])
def test_wrong_markup_is_told(text, context):
    with pytest.raises(ScriptError, match=r"pace|slow"):
        split(text, SplitOptions(), context)


def test_headings_are_titles():
    found = read_brief("# Film\n\n## One\nA.\n\nThe end\n=======\nBirds. Cats.\n\n**Bold**\nD.", "en-us")
    assert [(paragraph.title, [unit.plain for unit in paragraph.units]) for paragraph in found] == [
        ("One", ["A."]),
        ("The end", ["Birds.", "Cats."]),
        ("Bold", ["D."]),
    ]


def test_a_storyboard_comes_out_as_it_is(context):
    story = (
        "# Film\n\n## Clip 1: Dawn (6 seconds)\n* Visual: sea\n* Voice-over: The sea.\n\n## Clip 2 — Noon\n* Visual: sky\n"
    )
    assert split(story.replace("Noon", "Noon (3 s)"), SplitOptions(), context) == story.replace("Noon", "Noon (3 s)")
    assert split(story, SplitOptions(seconds=5), context) == story.replace("Noon", "Noon (5 seconds)")
    bare = split(story.replace(" (6 seconds)", " ##"), SplitOptions(), context)
    assert bare.startswith("# Film\n\n## Clip 1: Dawn (") and "seconds) ##\n* Visual: sea" in bare
    assert [clip.title for clip in parse(bare).clips] == ["Dawn", "Noon"] and all(c.duration_s for c in parse(bare).clips)


def test_the_stage(tmp_path):
    (tmp_path / "brief.txt").write_bytes("\ufeffDer Hafen lag still. Über allem Möwen.".encode())
    told, said = [], []
    context = Context(device="cpu", reporter=Listener(said, told))
    Split().run([tmp_path / "brief.txt"], tmp_path / "out.md", SplitOptions(language="de"), context)
    assert narrations((tmp_path / "out.md").read_text(encoding="utf-8")) == ["Der Hafen lag still. Über allem Möwen."]
    assert told[-1] == 1 and "not de" in said[0]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 601])
def test_lengths_that_make_no_sense(seconds, context):
    with pytest.raises(ConfigError, match="choose seconds"):
        split(BRIEF, SplitOptions(seconds=seconds), context)


def test_voices_that_are_not_there(context, monkeypatch):
    with pytest.raises(ConfigError, match="no voice 'nobody'"):
        split(BRIEF, SplitOptions(voice="nobody"), context)
    from voicekit.speech import voices

    def none(*args, **_):
        raise ConfigError("there is no voice")

    said = []
    exact = parse(split(BRIEF, SplitOptions(), context))
    monkeypatch.setattr(voices, "find_voice", none)
    estimate = parse(split(BRIEF, SplitOptions(), Context(reporter=Listener(said))))
    assert "no voice loads" in said[0]
    total, wanted = (sum(clip.duration_s for clip in script.clips) for script in (estimate, exact))
    assert 0.7 * wanted < total < 1.3 * wanted


def test_estimates_grow_with_the_text():
    lengths = Lengths("en-us")
    assert lengths.seconds("Hello.") < lengths.seconds("Hello there, my old friend.") < lengths.seconds(BRIEF)
    assert lengths.seconds("港は静かだった。") > 1


def test_half_seconds():
    assert [clip_s(spoken_s) for spoken_s in (0, 0.5, 3.01, 3.5, 3.51)] == [1, 1.5, 4.5, 4.5, 5]


def test_words():
    assert stem("harbours") == stem("harbour") and stem("Painted") == stem("painting")
    assert (
        likeness(stems("sharks hunt fish"), stems("a shark hunted")) > 0.7 > 0.1 > likeness(stems("sharks"), stems("bread"))
    )
    assert not is_marked("[sic]") and is_marked("[calm] hello") and is_marked(literal("[sic] *a* <b>x</b>"))


def test_who_speaks_goes_on_in_the_next_clip():
    [paragraph] = read_brief(
        "[voice: anna] One is here. Two is there. [/voice] Three. [voice: ben] [sad] Four. Five.", "en-us"
    )
    assert [unit.tone + unit.text for unit in paragraph.units] == [
        "[voice: anna] One is here.",
        "[voice: anna] Two is there.",
        "[voice: narrator] Three.",
        "[voice: ben] [sad] Four.",
        "[voice: ben] [sad] Five.",
    ]
