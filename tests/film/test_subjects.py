"""What a card shows: what its words name as a thing that is seen, and nothing that they only remind of."""

import numpy as np
import pytest
from PIL import Image

from voicekit.film.drawing.sketch import Sketch
from voicekit.film.figures.figures import DRAWINGS, OWN_COLOURS, label
from voicekit.film.scenery.scenery import SCENERIES
from voicekit.film.scenery.subjects import scene_of
from voicekit.film.vocabulary.lexicon import KINDS, lexicon
from voicekit.film.vocabulary.mentions import COLOURS, Mention, is_german, mentions
from voicekit.film.vocabulary.things import THINGS
from voicekit.film.vocabulary.vocabulary import PEOPLE, WEATHER
from voicekit.film.vocabulary.vocabulary import SCENERIES as SCENERY_WORDS

NOTHING = "title card: nothing of it can be drawn"


def told(title, visual=""):
    return scene_of(title, visual, 100).told.removeprefix("drawn: ")


@pytest.mark.parametrize(
    ("title", "visual", "scenery"),
    [
        ("The town", "town, light, lighthouse, pier; slow zoom in", "lighthouse"),
        ("Der Leuchtturm", "das Meer", "lighthouse"),
        ("Am Kai", "zwei Fischerboote", "harbour"),
        ("In the library", "pan left", "library"),
        ("Ihr Arbeitszimmer", "eine Schreibtischlampe", "room"),
        ("Das Dorf", "Häuser am Abend", "village"),
        ("Auf dem Bauernhof", "", "field"),
        ("The long road", "", "road"),
        ("Unterwegs", "ein Koffer, die Autobahn", "road"),
        ("A new planet", "stars", "space"),
        ("The concert", "an audience", "stage"),
        ("Kick-off at the orbital stadium", "wide shot of a stadium in space", "stadium"),
        ("The soccer field", "", "stadium"),
        ("Das Fußballspiel", "Flutlicht", "stadium"),
        ("A stadium on Mars", "", "mars_stadium"),
        ("Futuristic city", "", "metropolis"),
        ("Stahlwerk", "die alte Fabrik", "factory"),
        ("Forest of pines", "", "forest"),
        ("The city of Rome", "", "skyline"),
        ("City lights", "", "skyline"),
        ("It was not a lake but a river", "", "river"),
        ("山", "", "peaks"),
        ("東京の海", "", "sea"),
        ("港口", "", "harbour"),
    ],
)
def test_places_that_are_said(title, visual, scenery):
    assert scene_of(title, visual, 100).scenery == scenery


@pytest.mark.parametrize(
    ("title", "visual", "shown"),
    [
        ("The red team", "seven robots, tunnel", "seven red robots"),
        ("The striker", "robot striker, ball at the feet", "robot player, ball"),
        ("Goalkeeper", "a robot between the posts", "robot goalkeeper, goal"),
        ("Two teams", "soccer, the red team and the blue team", "ball, red team, blue team"),
        ("Goal!", "the ball in the net, soccer", "goal, ball"),
        ("The final whistle", "", "referee"),
        ("Golden trophy", "", "golden trophy"),
        ("Our team", "three founders, office", "three people"),
        ("Team Red", "soccer", "red team, ball"),
        ("A man and his dog", "walking", "man, dog"),
        ("Three cats on a red car", "", "three cats, red car"),
        ("A player in blue", "soccer", "blue player, ball"),
        ("A sea of people", "", "crowd"),
        ("An apple tree", "", "tree"),
        ("Two people", "", "two people"),
        ("Our team", "forty people", "people"),
        ("Unterwegs", "Schnee, Hund; slow zoom in", "dog, snow"),
        ("A couple", "on a beach", "beach, couple"),
        ("The high-speed train", "a tram", "tram"),
        ("The king is dead", "", "king"),
        ("An astronaut on Mars", "", "Mars, astronaut"),
        ("Two robots in a stadium", "", "stadium, two robots"),
        ("A boat at sea", "", "sea, boat"),
        ("Robot vacuum", "", "robot"),
        ("The save", "a robot leaps, its metal hands reach for an apple", "robot, apple"),
        ("Two hands hold an apple", "", "hands, apple"),
        ("The train leaves", "", "train"),
        ("Snow", "", "snow"),
        ("Not only robots", "", "robots"),
        ("Das Roboterfußballspiel", "", "stadium, robots"),
        ("Zwei rote Roboter gegen drei blaue Roboter", "", "two red robots, three blue robots"),
        ("Der Torwart", "Fußball", "goalkeeper, ball"),
        ("Apfelkuchen", "Äpfel, Eier, Mehl", "cake, apple, egg"),
        ("Der Fischer", "", "man"),
        ("機器人", "", "robot"),
        ("猫", "", "cat"),
    ],
)
def test_figures_that_are_said(title, visual, shown):
    assert told(title, visual) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("woman with a yellow umbrella", "woman, yellow umbrella"),
        ("Frau mit gelbem Regenschirm", "woman, yellow umbrella"),
        ("Die rote Mannschaft hebt den Pokal, Fußball", "red team, trophy, ball"),
        ("a red dog chases a cat", "red dog, cat"),
        ("a dog chases a blue cat", "dog, blue cat"),
        ("a man in a red car", "man, red car"),
        ("a man in a red shirt", "red man"),
        ("Die Frau im roten Kleid", "red woman"),
        ("a robot with red eyes", "robot"),
        ("waving red flags robots", "robots"),
        ("golden hour boat", "boat"),
        ("red apples in a blue bowl", "red apples, blue bowl"),
        ("a gold medal", "golden medal"),
        ("a yellow school bus", "yellow bus"),
        ("a red ball, soccer", "red ball"),
        ("a white goal, soccer", "goal, ball"),
        ("Two teams of robots, one red and one blue, walk in", "three blue robots, three red robots"),
        ("Two cars, one red, the other blue", "red car, blue car"),
        ("Zwei Autos, eines rot und eines blau", "red car, blue car"),
        ("two robots, one red and one blue car", "two robots, blue car"),
    ],
)
def test_a_colour_is_that_of_the_thing_it_stands_before(text, shown):
    assert told("Untold", text) == shown


@pytest.mark.parametrize("name", sorted(DRAWINGS.keys() - OWN_COLOURS))
def test_a_thing_is_drawn_in_the_colour_that_is_told(name):
    seen = []
    for colour in ("red", "blue"):
        image = Image.new("RGBA", (400, 400))
        DRAWINGS[name].draw(Sketch(image, 120, (200, 300)), COLOURS[colour], np.random.default_rng(0))
        seen.append(np.asarray(image, float))
    there = seen[0][..., 3] > 0
    assert (np.abs(seen[0] - seen[1]).sum(-1)[there] > 60).mean() > 0.05


ROBOTS = "# Robots' soccer match in 2077\n\n**Concept:** the first robot soccer final on Mars"


@pytest.mark.parametrize(
    ("film", "text", "shown"),
    [
        (ROBOTS, "The striker shoots past the goalkeeper", "robot player, robot goalkeeper"),
        (ROBOTS, "The captain lifts a golden trophy", "robot player, golden trophy"),
        (ROBOTS, "The red team walks", "three red robots"),
        ("Roboterfußball auf dem Mars", "Der Kapitän hebt den Pokal", "robot player, trophy"),
        ("Steel robots of 2077", "The goalkeeper", "robot goalkeeper"),
        (ROBOTS, "A woman and her dog", "woman, dog"),
        (ROBOTS, "the goal of the plan", "title card: nothing of it can be drawn"),
        (ROBOTS, "a human goalkeeper", "goalkeeper"),
        ("Robots against humans, soccer", "The goalkeeper", "goalkeeper"),
        ("A soccer film without robots", "The goalkeeper", "goalkeeper"),
        ('A soccer film, "I, robot"', "The goalkeeper", "goalkeeper"),
        ("Football night", "The captain", "player"),
        ("Robot vacuums for everyone", "Our team", "people"),
        ("", "The captain", "man"),
    ],
)
def test_who_plays_in_the_film_plays_in_each_of_its_clips(film, text, shown):
    assert scene_of("Untold", text, 100, film=film).told.removeprefix("drawn: ") == shown


@pytest.mark.parametrize(
    "text",
    """magnetic field|starting point|leaf through the report|book a table|they harbour doubts|forest of antennas|like a river
    no forest|without a lake or mountains|neither cars nor people|our goal for 2025|a field of study|seeing red
    a perfect match|a novel approach|drive growth|a wave of change|star player|shed light on it|a bank account
    we train hard|fish for compliments|city council|table of contents|space for ideas|we ship every week|at this stage
    servers in the cloud|Mars bar|bird's-eye view of the plan|chart your course|kind of blue|search engine
    a machine learning model|family tree|decision tree|hot dogs|ocean of possibilities|heart of darkness|house rules
    American football|computer science|an inclined plane|prices rose|he rose early|as a child|push in, tracking shot
    the camera pans left|mountain bike|instead of a train|the harbour of hope
    kein Hund, keine Katze|wie ein Fluss|ein Wald von Antennen|Berge von Schulden|um acht Uhr|im Zuge der Reform
    Der Stadtrat tagt|Herberge und Anzug|Kochen lernen|ohne Auto|nicht der Wald
    Ein Konto bei der Bank|Das Schloss an der Tür|Kamerafahrt nach vorn
    flying cars between the clouds|fliegende Autos
    香港|上海|日本語|没有森林""".replace("\n    ", "|").split("|"),
)
def test_what_is_only_a_word_is_not_drawn(text):
    assert told("Untold", text) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        'Text on screen: "3–2"',
        'Black screen. White text: "THE END"',
        "on-screen text",
        "Scoreboard reads 3-2",
        "fade to black",
        "A black screen; fade from a black screen",
        "On-screen text: two robots in a boat",
        "Titel: Der Hund am Meer",
        "Texteinblendung: „Das Dorf“",
        "Text auf dem Bildschirm: Ende",
        "Schwarzer Bildschirm",
        "The words DOG DAYS on screen",
        "A banner saying robots welcome",
        "split screen, wide screen, green screen",
        "She says “follow the dog”",
        "Er ruft: „Ein Boot!“",
        "«Le robot» appears in white",
        "字幕：機器人",
    ],
)
def test_what_is_written_or_said_in_the_picture_is_not_seen(text):
    assert told("Untold", text) == NOTHING


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("She looks at the glowing screen", "computer"),
        ("code on his screen", "computer"),
        ("the hacker's screen", "computer"),
        ("Er sitzt vor dem Bildschirm", "computer"),
        ("a laptop, text on screen", "computer"),
        ('A dog on a beach. Text: "robots"', "beach, dog"),
        ('A sign reads "fish", a boat lies behind', "boat"),
        ("A boat: small and red", "boat"),
        ("A girl reads a book", "child, book"),
        ('"A lighthouse, a dog"', "lighthouse, dog"),
        ('A 27" monitor, a dog, a 5" nail', "dog"),
        ('A dog. Text: "3.5". A cat', "dog, cat"),
    ],
)
def test_what_stands_beside_writing_is_seen(text, shown):
    assert told("Untold", text) == shown


def test_a_place_of_something_is_that_place_only_with_a_name():
    assert told("Untold", "the harbour of Hamburg") == "harbour" and told("Untold", "a harbour of hope") == NOTHING


def test_what_is_denied_ends_with_its_clause():
    assert told("No forest", "a lake") == "lake" and told("No forest, a lake") == "lake"


@pytest.mark.parametrize("scenery", SCENERIES)
def test_any_scenery_can_be_asked_for(scenery):
    assert scene_of("Untold", "", 0, scenery).scenery == scenery


def test_a_plain_card_can_be_asked_for():
    scene = scene_of("Two robots in a stadium", "", 100, "plain")
    assert scene.told == NOTHING and not scene.figures


def test_weather_is_seen_only_where_it_is_said():
    assert scene_of("Cold hearts", "a sad, lonely man", 100).weather == ""
    assert scene_of("Snow falls", "", 100).weather == "snow"
    assert scene_of("Untold", "", 100, theme="rain").weather is None  # as the palette has it


def test_every_name_has_its_drawing():
    assert set(DRAWINGS) == {*THINGS, "baby"}
    # Some sceneries are there only where two things are said.
    assert set(SCENERY_WORDS) | {"mars_stadium", "metropolis", "plain"} == set(SCENERIES)
    assert set(WEATHER) == {"snow", "rain", "sparks", "stars"}


@pytest.mark.parametrize("german", [False, True])
def test_every_word_of_the_lexicon_is_found(german):
    """But those of idioms, each as it stands in a dictionary."""
    missed = []
    for words, entry in lexicon(german).words.items():
        looked_at = words[0].startswith(("screen", "bildschirm"))  # as it has to be
        text = " ".join((("vor" if german else "at",) if looked_at else ()) + words)
        if entry.name and not entry.verb:
            found = mentions(text.title() if german else text, german, game=True)
            missed += [text] * (not any(one.name == (entry.in_game or entry.name) for one in found))
    assert not missed


def test_the_languages_are_told_apart():
    assert is_german("Der Wald und die Stadt") is True and is_german("The wood and the town") is False
    assert is_german("Roboter") is None and is_german("Müller") is True
    assert told("Man sieht nichts") == NOTHING  # "man", which is nobody


@pytest.mark.parametrize(
    ("mention", "words"),
    [
        (Mention("robot", 3, "red"), "three red robots"),
        (Mention("child", 2), "two children"),
        (Mention("fish", 0), "fish"),
        (Mention("robot", 1, "", "goalkeeper"), "robot goalkeeper"),
        (Mention("person", 40), "people"),
        (Mention("robot", 7), "seven robots"),
        (Mention("crowd", 0), "crowd"),
    ],
)
def test_figures_in_words(mention, words):
    assert label(mention) == words


@pytest.mark.parametrize(
    "text", ["² robots", "٣ robots", "9" * 500 + " robots", "'s ' - robots", "\u0000 robots", "robots" * 9]
)
def test_odd_text_is_no_reason_to_fail(text):
    assert told("Untold", text)


def test_no_more_are_told_than_are_drawn():
    assert told("Seven robots", "") == "seven robots" and told("Seven robots", "a dog") == "robots, dog"


def test_kinds_are_known_of_all():
    assert {KINDS[name] for name in (*PEOPLE, *THINGS)} == {"figure"}
