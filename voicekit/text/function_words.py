"""The words that hold sentences together and name nothing: by what they do, and by language.

They are closed classes, so that they can be listed. A word stands in each class that it may be of. Numbers and ordinals are
apart: "two" may be what a text is about.
"""

from dataclasses import dataclass, fields
from functools import cached_property


def word_set(text: str) -> frozenset[str]:
    """The words of a list with spaces between them."""
    return frozenset(text.split())


@dataclass(frozen=True)
class FunctionWords:
    """Those of a language, in small letters, apostrophes as on a typewriter.

    Attributes:
        articles: in all their forms.
        possessives: "my", "his".
        determiners: what else stands in an article's place: "this", "every", "kein".
        subjects: pronouns that stand where only a subject does.
        pronouns: the others.
        prepositions: with the articles that are drawn into them ("zum", "del").
        of: those among them that say whose, or of which.
        particles: that a verb of two words may end with: "light up".
        conjunctions: that may begin a clause.
        relatives: that may, too: with question words.
        auxiliaries: with modal verbs, and what they are drawn together to: "it's".
        adverbs: that only point to a place, a time, a degree, or at what was said; with those that deny.
        numbers: small ones.
        ordinals: with "next" and "last".
    """

    articles: frozenset[str] = frozenset()
    possessives: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    ordinals: frozenset[str] = frozenset()

    @property
    def before_noun(self) -> frozenset[str]:
        """What says which: articles and what stands in their place."""
        return self.articles | self.possessives | self.determiners

    @property
    def clause_opening(self) -> frozenset[str]:
        return self.conjunctions | self.relatives

    @cached_property
    def every(self) -> frozenset[str]:
        """All but numbers and ordinals."""
        classes = (getattr(self, field.name) for field in fields(self) if field.name not in ("numbers", "ordinals"))
        return frozenset[str]().union(*classes)

    def __or__(self, other: "FunctionWords") -> "FunctionWords":
        """Those of both languages."""
        return FunctionWords(
            **{field.name: getattr(self, field.name) | getattr(other, field.name) for field in fields(self)}
        )


ENGLISH = FunctionWords(
    articles=word_set("a an the"),
    possessives=word_set("my your his her its our their"),
    determiners=word_set("this these those another some any no each every both all such"),
    subjects=word_set("i you he she it we they"),
    pronouns=word_set(
        "me him us them mine yours hers ours theirs myself yourself himself herself itself ourselves "
        "yourselves themselves oneself anyone anybody anything everyone everybody everything someone "
        "somebody something nobody nothing none"
    ),
    prepositions=word_set(
        "of in into on onto at by to for from with within without about above across after against along "
        "among around before behind below beneath beside besides between beyond despite during except inside "
        "like near o'er outside over past since through throughout till toward towards under underneath "
        "until unto upon"
    ),
    of=word_set("of"),
    particles=word_set("up out off down away back on over"),
    conjunctions=word_set(
        "and but or nor so yet because while when as if though although than whether since until before after once"
    ),
    relatives=word_set("that which who whom whose where why how what"),
    auxiliaries=word_set(
        "am is are was were be been being have has had having do does did doing done will would can could "
        "shall should may might must cannot don't doesn't didn't isn't aren't wasn't weren't won't can't "
        "couldn't shouldn't wouldn't hasn't haven't hadn't it's that's there's we're they're i'm you're he's "
        "she's let's"
    ),
    adverbs=word_set(
        "again ago almost already also always else enough ever even here however indeed instead just maybe "
        "more most much neither never not now often only perhaps quite rather really soon sometimes still "
        "then there thereby therefore thrice thus today together tomorrow too twice very well yes yesterday"
    ),
    numbers=word_set("one two three four five six seven eight nine ten eleven twelve"),
    ordinals=word_set("first second third last next"),
)
GERMAN = FunctionWords(
    articles=word_set("der die das den dem des ein eine einen einem einer eines"),
    possessives=word_set(
        "mein meine meinen meinem meiner meines dein deine deinen deinem deiner deines sein seine seinen "
        "seinem seiner seines ihr ihre ihren ihrem ihrer ihres unser unsere unseren unserem unserer unseres "
        "euer eure euren eurem eurer eures"
    ),
    determiners=word_set(
        "dieser diese dieses diesen diesem jener jene jenes jeder jede jedes jeden jedem kein keine keinen "
        "keinem keiner keines alle allem allen aller alles viele vielen vieler mehrere mehreren einige "
        "einigen beide beiden"
    ),
    subjects=word_set("ich du er es sie wir ihr man"),
    pronouns=word_set(
        "mich mir dich dir ihn ihm ihnen uns euch sich jemand niemand etwas nichts selbst ander andere anderen viel"
    ),
    prepositions=word_set(
        "am an ans auf aufs aus bei beim bis durch für gegen hinter im in ins mit nach neben ohne seit statt "
        "trotz über um unter vom von vor während wegen zu zum zur zwischen"
    ),
    of=word_set("von vom"),
    conjunctions=word_set(
        "und oder aber denn sondern weil dass daß ob wenn als wie obwohl damit nachdem bevor während bis seit da"
    ),
    relatives=word_set("dessen deren denen was wer wen wem wo wobei warum wann wohin woher welche welcher welches"),
    auxiliaries=word_set(
        "ist sind bin bist seid war waren warst sein hat haben habe hast habt hatte hatten wird werden werde "
        "wirst wurde wurden kann können könnte konnte konnten muss müssen musste mussten soll sollen sollte "
        "sollten will wollen wollte darf dürfen möchte"
    ),
    adverbs=word_set(
        "also auch dabei dann daran darauf darin davon danach dazu doch dort einmal her hier hin immer ja "
        "jedoch jetzt mehr nein nicht nie niemals noch nun nur oft schon sehr so wieder zwar"
    ),
    numbers=word_set("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
    ordinals=word_set("ersten zweiten dritten letzten"),
)
FRENCH = FunctionWords(
    articles=word_set("le la les un une"),
    possessives=word_set("mon ma mes son sa ses"),
    determiners=word_set("ce cet cette ces"),
    prepositions=word_set("de du des avec sans dans sur sous pour par chez en vers entre"),
    of=word_set("de du des"),
    conjunctions=word_set("et mais ou donc car quand"),
    relatives=word_set("que qui dont où"),
)
SPANISH = FunctionWords(
    articles=word_set("el la los las un una unos unas"),
    possessives=word_set("mi tu"),
    prepositions=word_set("de del con sin por para sobre entre desde hasta en"),
    of=word_set("de del"),
    conjunctions=word_set("e y o pero porque"),
    relatives=word_set("que"),
)
ITALIAN = FunctionWords(
    articles=word_set("il lo la gli le un uno una"),
    prepositions=word_set("di con senza per da nel nella su tra fra"),
    of=word_set("di"),
    conjunctions=word_set("e o ma perché"),
)
