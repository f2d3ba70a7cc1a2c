"""Whatever a stranger writes, the time to read it grows as its length does, and what is wrong is said in one line.

Each pattern is read at a length and at ten times that length. Times are the processor's, the least of several, and are
measured again before anything is called slow; what would never end is interrupted.
"""

import gc
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from voicekit.core.errors import ScriptError, VoicekitError
from voicekit.dataset.tables import first_name, recognise
from voicekit.film.motion.camera_words import read_move
from voicekit.film.scenery.subjects import scene_of
from voicekit.film.soundtrack.audio_words import read_audio
from voicekit.film.storyboard.brief import read_brief
from voicekit.film.storyboard.llm_output import storyboard_in
from voicekit.film.storyboard.scene_words import light_of, seen, setting_of
from voicekit.film.storyboard.storyboard_writer import SceneDraft, tidy
from voicekit.film.storyboard.titles import titles_of
from voicekit.film.storyboard.words import stems
from voicekit.text.book.book import Block
from voicekit.text.book.manuscript import is_list_of_chapters, of_paragraphs, of_text
from voicekit.text.book.matter import is_imprint, matter_called
from voicekit.text.documents.epub import nav_entries
from voicekit.text.documents.pages import page_text
from voicekit.text.encodings import guess_encoding
from voicekit.text.language import language_of
from voicekit.text.normalise.normalise import normalise
from voicekit.text.phonemes.lexicon import Entry, Lexicon, parse_lexicon
from voicekit.text.phonemes.phonemise import check_scripts, phonemise
from voicekit.text.phonemes.questions import question_ending
from voicekit.text.read import decode
from voicekit.text.script.durations import cut_duration
from voicekit.text.script.fields import kind_of
from voicekit.text.script.overall import overall
from voicekit.text.script.script import aloud, parse
from voicekit.text.sentences import sentences

#: What is repeated, with what stands before and behind it all.
PATTERNS: dict[str, tuple[str, str, str]] = {
    "emoji": ("", "😀", ""),
    "emoji and blanks": ("", "😀 ", ""),
    "skin tones": ("", "👍🏽\u200d", ""),
    "flags": ("", "🇩🇪", ""),
    "box drawing": ("", "─", ""),
    "box drawing and blanks": ("", "─ ", "x"),
    "arrows": ("", "→", ""),
    "arrows and words": ("", "a → ", ""),
    "geometric": ("", "◆ ", ""),
    "bold emoji": ("**", "🎬 ", ""),
    "heading of emoji": ("# ", "🎬", ""),
    "open brackets": ("", "[", ""),
    "open brackets and words": ("", "[a ", ""),
    "open brackets and bars": ("", "[a|", ""),
    "nested brackets": ("[" * 50, "a [b] ", "]" * 50),
    "brackets in brackets": ("", "[a [b", "]"),
    "closed brackets": ("", "]", ""),
    "brackets": ("", "[]", ""),
    "round brackets": ("", "(", ""),
    "round brackets and digits": ("", "(1 ", ""),
    "links without end": ("", "[a](b.", ""),
    "links": ("", "[a](b.c) ", ""),
    "link with brackets": ("[a](", "(b.)", ""),
    "link with long address": ("[a](", "b.c/", ""),
    "link with title": ("[a](b.c ", '"x ', ""),
    "pictures": ("", "![", ""),
    "wiki links": ("", "[[a|", ""),
    "definitions": ("", "[a]: b.c\n", ""),
    "definition of blanks": ("[a]: b.c", " ", "x"),
    "references": ("", "[a][b]", ""),
    "notes": ("", "[^1]", ""),
    "notes without end": ("", "[^", ""),
    "citations": ("a", "[1,", ""),
    "citation of many": ("a[1", ", 2", "x"),
    "raised": ("ab", "¹", "x"),
    "raised commas": ("ab", "¹,", "x"),
    "bb code": ("", "[b]", ""),
    "bb code closed": ("", "[b]a[/b]", ""),
    "tones": ("", "a [calm] b ", ""),
    "spans": ("", "[slow]a ", ""),
    "spans across": ("[slow]" * 40, "[fast]a[/slow]b[slow]c[/fast]d", "[/slow]" * 40),
    "spans closed": ("", "[slow]a[/slow] ", ""),
    "ends": ("a ", "[/slow]", ""),
    "pauses": ("a ", "[pause] ", ""),
    "pause of digits": ("a [pause ", "1", "s]"),
    "say": ("", "[say: a|b] ", ""),
    "say of blanks": ("[say:", " ", ""),
    "a misspelt mark": ("", "[puase 1s] ", ""),
    "sounds": ("[", "loud ", "]"),
    "sounds and apostrophes": ("[laughs", "'", ",x,]"),
    "brackets of blanks": ("[", " ", "a"),
    "round brackets of blanks": ("(", " ", ""),
    "remarks": ("(", "a, ", "6 s)"),
    "sounds without end": ("", "(loud ", ""),
    "stars": ("", "*", ""),
    "stars and words": ("", "*a ", ""),
    "stars around words": ("", "*a* ", ""),
    "double stars": ("", "**a ", ""),
    "underscores": ("", "_", ""),
    "underscores and words": ("", "a_b_", ""),
    "emphasis in emphasis": ("", "*a _b ", ""),
    "tildes": ("", "~", ""),
    "tildes and words": ("", "~~a ", ""),
    "single tildes": ("", "a~b", ""),
    "backticks": ("", "`", ""),
    "backticks and words": ("", "`a ", ""),
    "fences": ("", "```\n", ""),
    "fence of letters": ("```", "a", "!"),
    "fences of code": ("", "```py\nx\n```\n", ""),
    "equals": ("", "=", ""),
    "equals and words": ("", "==a ", ""),
    "pluses": ("", "++a ", ""),
    "carets": ("", "a^b", ""),
    "dollars": ("", "$", ""),
    "dollars and words": ("", "$a ", ""),
    "shortcodes": ("", ":smile:", ""),
    "colons": ("", ":", ""),
    "colons and words": ("", "a:b:", ""),
    "hashes": ("", "#", ""),
    "hashes and blanks": ("# a", " #", "x"),
    "headings": ("", "# A\n", ""),
    "headings of clips": ("", "## Clip 1: A (6 seconds)\n- **Narration:** Hello.\n", ""),
    "headings without words": ("", "#\n", ""),
    "heading of blanks": ("# a", " ", "b"),
    "underlined": ("", "A\n---\n\n", ""),
    "underline with blanks": ("A\n---", " ", "x"),
    "quotes of Markdown": ("", ">", ""),
    "quotes of Markdown and blanks": ("", "> ", "x"),
    "bullets": ("", "- ", ""),
    "bullets in lines": ("", "- a\n", ""),
    "numbers of a list": ("", "1. ", ""),
    "lines of a list": ("", "1. a\n", ""),
    "labels": ("", "Narration: a\n", ""),
    "labels in bold": ("", "**Visual:** a\n", ""),
    "labels without an end": ("", "**Visual", ""),
    "label of brackets": ("Visual ", "(a)", ": b"),
    "labels of one line": ("", "Visual: ", ""),
    "label of blanks": ("**Visual**", " ", "x"),
    "a field without words": ("**Visual:**\n", "...\n", ""),
    "unknown labels": ("## Clip 1\n", "- Foo: “a”\n", ""),
    "bars": ("", "|", ""),
    "bars and blanks": ("", "| ", ""),
    "table": ("| Visual | Narration |\n|---|---|\n", "| a | b |\n", ""),
    "table of many columns": ("", "| a ", "|\n|---|\n| b |"),
    "tables": ("", "| a |\n|---|\n", ""),
    "rule of a table": ("| a |\n", "|-", "x"),
    "rule of a table and blanks": ("| a |\n", "| - ", "x"),
    "dashes of a table": ("a | b\n", "-", "| x"),
    "bars in lines": ("", "a | b\n", ""),
    "bars in brackets": ("| a |\n|---|\n| ", "[a|b", " |"),
    "backslashes": ("", "\\", ""),
    "backslashes and stars": ("", "\\*", ""),
    "less": ("", "<", ""),
    "less and letters": ("", "<a ", ""),
    "more": ("", ">>", ""),
    "comments": ("", "<!--", ""),
    "comment without end": ("<!--", "-", ""),
    "comments closed": ("", "<!-- a -->", ""),
    "scripts": ("", "<script>", ""),
    "scripts in scripts": ("", "<script>a<style>", ""),
    "tags of HTML": ("", "<div>a</div>", ""),
    "tag of attributes": ("<div", " a=b", ""),
    "breaks": ("", "<br ", ""),
    "rt": ("", "<rt>", ""),
    "entities": ("", "&amp;", ""),
    "entities without end": ("", "&amp", ""),
    "entity of digits": ("&#", "1", ";"),
    "ampersands": ("", "&", ""),
    "processing instructions": ("", "<?a", ""),
    "elements that say": ("", '<sub alias="b">a</sub> <break/> ', ""),
    "blanks in an element": ("<ab c=", " ", "x"),
    "elements": ("", "<p>a</p>", ""),
    "elements in elements": ("", "<prosody rate='slow'>a", ""),
    "elements closed at the end": ("<p>" * 50, "a <break/>", "</p>" * 50),
    "elements without end": ("", "<prosody ", ""),
    "attributes": ("<prosody", ' a="b"', ">a</prosody>"),
    "attributes of one kind": ("", '<break time="1s"/> a ', ""),
    "unknown elements": ("", "<foo a=b ", ""),
    "a long name": ("<", "a", ">"),
    "a name and blanks": ("<ab", " ", "x"),
    "doctype": ("<!DOCTYPE x [", '<!ENTITY a "b">', "]>"),
    "cdata": ("", "<![CDATA[", ""),
    "captions": ("", "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n", ""),
    "captions of one time": ("", "1\n00:00:01,000 --> 00:00:02,000\nHello %d.\n\n", ""),
    "captions in time": ("", "00:00:01.000 --> 00:00:02.000\nHello.\n\n", ""),
    "times of captions": ("", "00:00:01,000 --> ", ""),
    "lines of times": ("", "00:00:01,000 --> 00:00:02,000\n", ""),
    "settings of a caption": ("00:00:01.000 --> 00:00:02.000", " a:b", " c\nHello."),
    "colours of ASS": ("", "{\\b1", ""),
    "voices": ("", "<v Anna>a ", ""),
    "voices without end": ("", "<v Anna ", ""),
    "notes of music": ("", "♪ ", ""),
    "times": ("", "[00:01] ", ""),
    "times in lines": ("", "[00:01] a\n", ""),
    "times without an end": ("[", "00:", ""),
    "time of digits": ("[", "9", ":01] Hello."),
    "times with blanks": ("[0:01", " ", "x"),
    "range with blanks": ("0:01", " ", "- 0:02 x"),
    "range with dashes": ("0:01", "-", "x"),
    "numbers and seconds": ("[", "1 s ", "x"),
    "numbers and seconds with dots": ("[", "1 s. ", "x"),
    "times and dots": ("[0:0", "1.", "x"),
    "minutes": ("(", "1 min ", "x)"),
    "dashes": ("", "-", ""),
    "dashes and blanks": ("", "- ", "x"),
    "long dashes": ("", "—", ""),
    "dashes and digits": ("", "1-", ""),
    "dots": ("", ".", ""),
    "dots and blanks": ("", ". ", ""),
    "dots and letters": ("", "A.", ""),
    "dots and small letters": ("", "a.", ""),
    "ellipses": ("", "…", ""),
    "commas": ("", ",", ""),
    "commas and blanks": ("", ", ", ""),
    "questions": ("", "?", ""),
    "questions and quotes": ("", "?\"' ", ""),
    "quotes": ("", '"', ""),
    "quotes and words": ("", '"a ', ""),
    "typographic quotes": ("", "“", ""),
    "quotes in quotes": ("", "“a ‘b ", ""),
    "a dot and quotes": (".", '"', "x"),
    "apostrophes": ("", "'", ""),
    "apostrophes and letters": ("", "a'", ""),
    "blanks": ("", " ", ""),
    "blanks and a word": ("a", " ", "b"),
    "tabs": ("", "\t", "x"),
    "non-breaking blanks": ("a", "\u00a0", "b"),
    "empty lines": ("", "\n", ""),
    "empty lines and a word": ("a", "\n", "b"),
    "lines of blanks": ("a", " \n", "b"),
    "tabs and lines": ("a", "\n\t", "b"),
    "CR": ("", "a\r", ""),
    "CR LF": ("", "a\r\n", ""),
    "CR and LF": ("", "\n\r", ""),
    "line separators": ("", "a\u2028", ""),
    "short lines": ("", "a\n", ""),
    "lines of a verse": ("", "The lights\n", ""),
    "wrapped lines": ("", "the lights come on and nobody says a word about it in the town\n", ""),
    "paragraphs": ("", "Hello there.\n\n", ""),
    "sentences": ("", "The lights come on. ", ""),
    "words": ("", "lights ", ""),
    "words that differ": ("", "the light of a town and its lamp ", ""),
    "a word": ("", "a", ""),
    "a word of capitals": ("", "A", ""),
    "capitals": ("", "AB CD'E ", ""),
    "capitals and signs": ("AB", ", ", "CD"),
    "capitals and dashes": ("AB", "-", "."),
    "capital words": ("", "Abc Def ", ""),
    "digits": ("", "1", ""),
    "digits and blanks": ("", "1 ", ""),
    "digits and commas": ("", "1,", ""),
    "digits and dots": ("", "1.", ""),
    "thousands": ("1", ",000", ""),
    "thousands with dots": ("1", ".000", "x"),
    "thousands with blanks": ("1", " 000", ""),
    "thin blanks": ("1", "\u2009000", ""),
    "digits and colons": ("", "1:", ""),
    "digits and slashes": ("", "1/", ""),
    "digits and x": ("", "1 x ", ""),
    "exponents": ("", "1e", ""),
    "percent": ("", "1%", ""),
    "ranges": ("", "1 - 2 ", ""),
    "years": ("", "1984 ", ""),
    "dates": ("", "3/4/2025 ", ""),
    "months": ("", "5 March ", ""),
    "telephone": ("+49", " 123", "x"),
    "telephone of brackets": ("+1", " ()", "x"),
    "amounts": ("", "$5 ", ""),
    "currencies": ("", "€", ""),
    "units": ("", "5 km/h ", ""),
    "feet": ("", "5 feet 3 ", ""),
    "Roman numerals": ("", "I", ""),
    "Roman chapters": ("Chapter ", "IX", ""),
    "fractions": ("", "½ ", ""),
    "full width digits": ("", "１", ""),
    "Arabic digits": ("", "٣", ""),
    "circled digits": ("", "①", ""),
    "raised digits": ("x", "⁺", "¹"),
    "abbreviations": ("", "Dr. ", ""),
    "abbreviations with dots": ("", "e.g. ", ""),
    "initials": ("", "J. ", ""),
    "initials without blanks": ("", "J.R.", "x"),
    "streets": ("", "1 Abc St. ", ""),
    "German abbreviations": ("", "z. B. ", ""),
    "German dates": ("", "am 3. Mai ", ""),
    "German ordinals": ("", "3. ", ""),
    "addresses": ("", "www.a.com/b ", ""),
    "an address": ("http://", "a.", "x"),
    "a path": ("www.a/", "b/", ","),
    "mail": ("", "a@b", ""),
    "mail with dots": ("a@", "b.", "!"),
    "mail with a long name": ("", "a.b+", "@"),
    "paths": ("", "/a/b", ""),
    "paths of Windows": ("C:", "\\a", ""),
    "hyphens": ("", "well-", ""),
    "hyphens at ends of lines": ("", "gar-\n", ""),
    "soft hyphens": ("", "a\u00ad", ""),
    "and": ("call", " a", " 911"),
    "slashes": ("", "a/", ""),
    "ampersands and words": ("", "a & ", ""),
    "combining marks": ("a", "\u0301", ""),
    "letters with marks": ("", "a\u0301\u0323", ""),
    "zero width": ("", "\u200b", ""),
    "joiners": ("", "a\u200d", ""),
    "right to left marks": ("", "\u202e", ""),
    "Hebrew": ("", "שלום ", ""),
    "Arabic": ("", "مرحبا ", ""),
    "Cyrillic": ("", "привет ", ""),
    "Chinese": ("", "你好", ""),
    "Chinese sentences": ("", "你好。", ""),
    "Japanese": ("", "これはペンです。", ""),
    "Thai": ("", "สวัสดี", ""),
    "mixed scripts": ("", "aяα", ""),
    "Greek letters": ("", "π ", ""),
    "private letters": ("", "\ue000\ue001", ""),
    "placeholder": ("", "ꙮ ", ""),
    "replacement": ("", "\ufffd", ""),
    "speakers": ("", "ANNA: Hello.\n", ""),
    "speakers in turn": ("", "ANNA: Hello.\nBEN: Hello.\n", ""),
    "speaker of a long name": ("", "Anna ", ": Hello."),
    "speakers of one line": ("", "ANNA: ", ""),
    "many speakers": ("", "Speaker %d: a\n\n", ""),
    "names": ("", "Anna%d: Hello.\nAnna%d: Hello.\n", ""),
    "a chat": ("", "[12.10.24, 10:30] Anna: Hello\n", ""),
    "headings of scenes": ("", "INT. HALL - DAY\n\n", ""),
    "scenes in one line": ("INT. ", "HALL - ", ""),
    "speakers of a screenplay": ("", "ANNA (V.O.)\nHello.\n\n", ""),
    "speaker of capitals": ("", "ANNA ", "\nHello."),
    "remarks of a speaker": ("ANNA", " (beat)", "\nHello."),
    "notes of a screenplay": ("", "[[ ", ""),
    "boneyards": ("", "/* ", ""),
    "directions": ("", "SFX: a VO: b ", ""),
    "directions in brackets": ("", "(music: ", ""),
    "beats": ("", "(beat) ", ""),
    "times before words": ("", "0:07 – Hello.\n", ""),
    "times of one line": ("", "0:07 - ", ""),
    "timecodes": ("", "00:00:07:00 ", ""),
    "seconds": ("", "7 s - ", ""),
    "times behind words": ("", "Hello. [0:07]\n", ""),
    "stamps": ("", "Anna 0:07\nHello.\n\n", ""),
    "stamp of a long name": ("", "Anna ", "0:07"),
    "stars and times": ("", "**0:07", ""),
    "bullets and times": ("", "- 1. ", "0:07 Hello"),
    "two languages": ("", "The lights are on. / Die Lichter sind an.\n", ""),
    "two languages in turn": ("", "The lights are on.\n\nDie Lichter sind an.\n\n", ""),
    "labels of languages": ("", "EN: The lights.\nDE: Die Lichter.\n", ""),
    "rows of tabs": ("", "a\tb\n", ""),
    "cells of tabs": ("", "a\t", ""),
    "rows of bars without a line": ("", "a | b\n", ""),
    "rows of commas": ("", '0:07,"a, b"\n', ""),
    "open tags": ("", "<p", ""),
    "front matter": ("---\n", "a: b\n", ""),
    "front matter of lines": ("---\na: b\n", "---x\n", ""),
    "front matter with pluses": ("+++\n", "a\n", ""),
    "TOML": ("", 'a = "b"\n', ""),
    "TOML of tables": ("", "[a]\n", ""),
    "TOML of lists": ("a = ", "[", ""),
    "TOML of dots": ("", "a.", '= "b"'),
    "JSON of lists": ("", "[", ""),
    "JSON of objects": ("", '{"a":', ""),
    "JSON lines": ("", '{"audio": "a001.wav", "text": "Hello there."}\n', ""),
    "JSON of digits": ('{"text": ', "1", "}"),
    "LJSpeech": ("", "a001|Hello there.|Hello there.\n", ""),
    "comma table": ("", "a001,Hello, there\n", ""),
    "comma table with quotes": ("", 'a001,"Hello, there"\n', ""),
    "quotes over lines": ("", 'a001,"Hello\n', ""),
    "semicolons": ("", ";", ""),
    "names and words": ("", "a001 Hello there.\n", ""),
    "removed clips": ("", "## Clip 1 REMOVED\n", ""),
    "camera": ("", "pan left ", ""),
    "zoom": ("", "zoom", ""),
    "IPA": ("", "dʒɪf", ""),
    "stress": ("", "ˈ", ""),
    "lengths": ("a", "ː", ""),
    "ties": ("", "t͡ʃ", ""),
}  # fmt: skip

LEXICON = Lexicon(tuple(Entry(word, "win") for word in ("a", "light", "New York", "Clip")))


def _known(name: str) -> int:
    return int(name.startswith("a"))


def _silently(_: str) -> None:
    pass


def _spoken(text: str) -> None:
    for sentence in sentences(text):
        with suppress(ScriptError):
            phonemise(sentence.text, "en-us", LEXICON)


def _titled(text: str) -> None:
    for language in ("en", "de", language_of(text)):
        titles_of(text, stems(text), 1, language)


def _seen(text: str) -> None:
    seen(text, "the sea", "en", setting_of(text), light_of(text, "en"), "pan left")


def _decoded(text: str) -> None:
    for encoding in ("utf-8", "cp1252"):
        with suppress(ScriptError):
            decode(text.encode(encoding, "replace"), "script.txt", _silently)


HEAD = "00:00:01,000 --> 00:00:02,000\n"

#: Whatever reads what strangers write.
READERS: dict[str, Callable[[str], object]] = {
    "script": lambda text: parse(text, "script.txt"),
    "script in one line": lambda text: parse("Hello " + text.replace("\n", " "), "script.txt"),
    "subtitles": lambda text: parse(HEAD + text, "script.srt"),
    "WebVTT": lambda text: parse("WEBVTT\n\n" + HEAD + text, "script.vtt"),
    "storyboard": lambda text: parse("## Clip 1: A (6 seconds)\n- **Narration:** " + text, "script.md"),
    "storyboard of fields": lambda text: parse("## Clip 1\n- **Narration:** Hello.\n- **Visual:** a\n" + text, "script.md"),
    "title": lambda text: parse(f"## Clip 1: {text}\n- **Narration:** Hello.", "script.md"),
    "SSML": lambda text: parse(f"<speak>{text}</speak>", "script.xml"),
    "text aloud": aloud,
    "Fountain": lambda text: parse("INT. HALL - DAY\n\nANNA\nHello.\n\n" + text, "script.fountain"),
    "table of tabs": lambda text: parse("Time\tText\n0:01\tHello\n0:02\t" + text, "script.txt"),
    "table of commas": lambda text: parse('time,text\n0:01,Hello\n0:02,"' + text, "script.csv"),
    "page": page_text,
    "manuscript": lambda text: of_text(text, "book.md"),
    "paragraph of a book": lambda text: of_paragraphs([("", text), ("|", text)]),
    "paragraphs of a book": lambda text: of_paragraphs([("", line) for line in text.split(" ")]),
    "list of chapters": is_list_of_chapters,
    "table of contents": lambda text: nav_entries("<nav epub:type='toc'>" + text, ""),
    "title of a chapter": matter_called,
    "imprint": lambda text: is_imprint([Block(text)]),
    "sentences": lambda text: list(sentences(text)),
    "German sentences": lambda text: list(sentences(text, "de")),
    "English": normalise,
    "German": lambda text: normalise(text, "de"),
    "phonemes": _spoken,
    "scripts of languages": lambda text: check_scripts(text, "en-us", LEXICON),
    "question": lambda text: question_ending(text + "?", "en-us"),
    "lexicon": parse_lexicon,
    "word of a lexicon": lambda text: parse_lexicon(f'"{text}" = "win"'),
    "respelling": lambda text: parse_lexicon(f"Word = '''{text}'''"),
    "IPA": lambda text: parse_lexicon(f"Word = '''/{text}/'''"),
    "brief": lambda text: read_brief(text, "en-us"),
    "answer of a model": lambda text: storyboard_in("## Clip 1: A\n- **Narration:** Hello.\n" + text, lambda _: 4.0),
    "draft of a title": lambda text: tidy(SceneDraft(text)),
    "draft of a narration": lambda text: tidy(SceneDraft("A", narration=text)),
    "titles": _titled,
    "what is seen": _seen,
    "what is heard": read_audio,
    "what stands above the clips": overall,
    "duration": lambda text: cut_duration(f"A ({text})", "script.md"),
    "label": lambda text: kind_of(text),
    "camera": read_move,
    "what a picture shows": lambda text: scene_of("A title", text, 0),
    "CSV": lambda text: recognise("a001,Hello\n" + text, ".csv", _known),
    "JSON lines": lambda text: recognise(text, ".jsonl", _known),
    "JSON": lambda text: recognise(text, ".json", _known),
    "first name": first_name,
    "language": language_of,
    "encoding": lambda text: guess_encoding(text.encode("cp1252", "replace")),
    "decoding": _decoded,
}

#: Signs of the shorter text; it is taken longer until the longer one takes TOLD_S, if that is before MOST.
SIGNS, MOST, TOLD_S = 100, 20_000, 0.001
#: Ten times the text may take as many times as long, with room for what a computer does besides.
MOST_GROWTH = 15.0
#: After so long nothing is waited for.
LIMIT_S = 5.0


class Endless(Exception):
    pass


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupts what takes more of the processor's time; regular expressions ask for signals as they go."""

    end = time.process_time() + seconds

    def stop(*_: object) -> None:
        if time.process_time() > end:
            raise Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def seconds(read: Callable[[str], object], text: str, times: int) -> float:
    """The least that reading took."""
    least = LIMIT_S
    for _ in range(times):
        began = time.process_time()
        try:
            with at_most(LIMIT_S):
                read(text)
        except VoicekitError as error:
            assert "\n" not in str(error) and len(str(error)) < 600, str(error)[:600]
        except Endless:
            return LIMIT_S
        least = min(least, time.process_time() - began)
    return least


def _text(pattern: tuple[str, str, str], signs: int) -> str:
    """About as many signs of a pattern; where there is a %d in it, each has a number of its own."""
    before, unit, behind = pattern
    n = max(1, signs // len(unit))
    units = (unit.replace("%d", str(number)) for number in range(n)) if "%d" in unit else [unit] * n
    return before + "".join(units) + behind


def growth(read: Callable[[str], object], pattern: tuple[str, str, str]) -> tuple[float, str]:
    """How many times longer ten times the text takes, and what was measured, for a person."""
    signs = SIGNS
    while (long_s := seconds(read, _text(pattern, 10 * signs), 1)) < TOLD_S and signs < MOST:
        signs = min(signs * 10 if long_s < TOLD_S / 10 else signs * 3, MOST)
    # What is slow stays so when it is measured again, and in longer texts: within a sentence, say, square time is allowed.
    for longer, times in ((1, 1), (1, 5), (5, 3)):
        if times > 1:
            long_s = seconds(read, _text(pattern, 10 * longer * signs), times)
        if long_s >= LIMIT_S:
            return math.inf, f"{10 * longer * signs} signs take more than {LIMIT_S} s"
        short_s = seconds(read, _text(pattern, longer * signs), times)
        grown = long_s / max(short_s, 1e-5)
        if grown <= MOST_GROWTH:
            break
    return grown, f"{longer * signs} signs {short_s:.4f} s, ten times as many {long_s:.4f} s"


@pytest.mark.parametrize("name", READERS)
def test_time_grows_as_the_text_does(name):
    read = READERS[name]
    with suppress(VoicekitError):  # loads what is loaded once
        read("The lights come on.")
    gc.collect()
    gc.disable()
    try:
        found = {pattern: growth(read, PATTERNS[pattern]) for pattern in PATTERNS}
    finally:
        gc.enable()
    slow = [f"{pattern}: ×{grown:.0f}, {told}" for pattern, (grown, told) in found.items() if grown > MOST_GROWTH]
    assert not slow, "\n".join(slow)


#: Where a number may stand that is looked at as one.
NUMBERS = (
    *("[{}:01] A.", "[00:{}] A.", "[{}:00:01] A.", "{}:01 - 0:02 A", "1\n{}:00:01,000 --> {}:00:02,000\nA"),
    *("1\n00:00:01,{} --> 00:00:02,000\nA", "A [pause {}s] b.", "[pace {}]A[/pace]", "A <break time='{}ms'/> b"),
    *("<prosody rate='{}%'>A</prosody>", "<prosody pitch='+{}%'>A</prosody>", "<prosody volume='+{}dB'>A</prosody>"),
    *("## Clip {}: A\n- **Narration:** B.", "## Clip 1: A ({} s)\n- **Narration:** B.", "## A ({}:06)\n- **Narration:** B."),
    *("## A\n- **Duration:** {}\n- **Narration:** B.", "## A ({}-{} s)\n- **Narration:** B.", "{}. A", "&#{};", "a = {}"),
    *("{}", "-{}", "{}%", "${}.50", "{} €", "{}th", "{}:30", "{}/{}", "{}/3/2025", "3/4/{}", "1984-{}-12", "{} - {}", "{}s"),
    *(
        "{} km/h",
        "x^{}",
        "1e{}",
        "{}½",
        "March {}",
        "{} March",
        "am {}. {}. 2024",
        "{} Uhr",
        "{}.{}.{}",
        "No. {}",
        "in 10{}",
    ),
    '{"a001": {}}',
)


@pytest.mark.parametrize("digits", ["9" * 400, "9" * 5000, "٣" * 5000, "9" * 5000 + "." + "9" * 400])
@pytest.mark.parametrize("name", [name for name in READERS if "phonemes" not in name])
def test_numbers_of_any_length_are_read_or_refused_in_one_line(name, digits):
    for written in NUMBERS:
        seconds(READERS[name], written.replace("{}", digits), 1)
