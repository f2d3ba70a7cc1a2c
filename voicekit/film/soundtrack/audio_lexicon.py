"""The words for what is heard, English and German. “*” stands for any letters."""

#: Of the moods that there is music for.
MOODS = {
    "epic": """
        epic* episch* heroic heroisch* grand* triumphant* triumphal* majestic majestätisch* cinematic
        orchestral orchester* orchestra powerful kraftvoll* dramatic dramatisch* bombastic bombastisch*
        fanfare* anthem* hymn* rousing mächtig*""",
    "tense": """
        tense tension angespannt* spannend* spannung* suspense* thriller dark düster* ominous bedrohlich*
        menacing threatening urgent driving hektisch* pulsing pulsierend* nervous nervös*""",
    "playful": """
        playful* verspielt* fun* happy fröhlich* cheerful* upbeat bouncy quirky lively lebhaft* heiter*
        light-hearted lighthearted lustig* energetic energisch* groov* pizzicato ukulele jazz* funk* pop*
        bright positive beschwingt*""",
    "calm": """
        calm* ruhig* quiet* leise* soft* sanft* gentle gently peaceful* friedlich* relax* entspann* serene
        dreamy verträumt* slow* langsam* warm* tender zart* meditative meditativ* inspiring inspirierend*
        hopeful* hoffnungsvoll* uplifting acoustic akustisch* minimal* lofi lo-fi""",
}
#: Of moods that there is no music of, and the nearest that there is.
NEAREST = {
    "sad": ("calm", "sad traurig* melanchol* sorrowful mournful wehmütig* nostalgic nostalgisch* bittersweet"),
    "romantic": ("calm", "romantic romantisch* love*"),
    "mysterious": ("tense", "myster* geheimnisvoll* rätselhaft* eerie spooky unheimlich* gruselig* haunting horror scary"),
    "festive": ("playful", "festiv* festlich* feierlich* celebrat* party* weihnacht* christmas carnival joyful joyous"),
    "aggressive": ("epic", "aggressiv* heavy metal rock* battle* kampf*"),
    "techno": ("tense", "techno* electronic* elektronisch* futurist* synthwave edm house cyber*"),
}
#: Of music, without its mood.
MUSIC = """
    music* musik* *musik soundtrack* track tracks score melod* song* lied tune* theme thema bed jingle piano*
    klavier* guitar* gitarre* string* streicher* violin* geige* synth* drum beat* beats bass bassline orchest*
    choir* chor harp* harfe* flute* flöte* trumpet* trompete* brass* bläser* chord* akkord* pad* rhythm*
    rhythmus arpeggi* percussion* schlagzeug* cello*"""
#: Of the effects that can be made; see `effects.MADE`.
EFFECTS = {
    "cheer": """
        cheer* jubel* jubelt jubeln roar* ovation* hooray hurra* erupt* goal torjubel* crowd-cheer*""",
    "crowd": """
        crowd* menge* menschenmenge* murmur* gemurmel chatter* stimmengewirr audience publikum people leute
        spectators zuschauer* babble walla hubbub restaurant café cafe market* markt* stadium stadion*
        bustle""",
    "applause": """
        applau* clap* klatsch* beifall*""",
    "wind": """
        wind winds windy windig* windgeräusch* windböe* windrauschen breeze* brise gust* böe* böen sturm
        storm* *wind howling""",
    "rain": """
        rain* regen* *regen drizzle* niesel* downpour* platzregen""",
    "thunder": """
        thunder* donner* gewitter* lightning blitz*""",
    "waves": """
        wave* wellen welle sea meer meeres* ocean* ozean* surf brandung* shore* küste* beach strand* lapping""",
    "whistle": """
        whistl* pfiff* pfeif* trillerpfeife* *pfeife""",
    "click": """
        click* klick* *klick mouse-click* tick keyboard tastatur* typing tippen switch schalter* shutter*
        button* knopf*""",
    "whoosh": """
        whoosh* swoosh* swish* wusch* *wusch rauscht vorbeirauschen fly-by flyby transition* riser* sweep*""",
    "footsteps": """
        footstep* steps step schritt* *schritte walking marching marsch*""",
    "clock": """
        clock* uhr* *uhr ticking ticken tickt ticks""",
    "bell": """
        bell* glocke* *glocke *glocken chime* glöckchen gong* läuten läutet ding klingel* church-bell*""",
    "heartbeat": """
        heartbeat* heart herzschlag* herzklopfen herz pulse puls""",
    "fire": """
        fire fires firewood feuer *feuer flame* flamme* crackl* knister* prasseln* campfire* fireplace kamin* burning""",
    "engine": """
        engine* motor* *motor whir* surr* hum hums humming brumm* summ* machine* maschine* server* drone
        drones generator* truck* traktor* car cars auto autos vehicle* spaceship* raumschiff* rocket*
        rakete* helicopter* hubschrauber* lkw ventilator* fan fans""",
    "kick": """
        kick kicks kicked kicking thud* thump* ball-kick""",
    "boom": """
        boom booms booming explosion* explod* explodiert slam* bang bangs knall* detonation*""",
    "fireworks": """
        firework* feuerwerk*""",
    "silence": """
        none nothing nichts silence silent stille stumm schweigen""",
}
#: Effects that happen: two clips that ask for one have two. All others go on from one clip to the next.
HAPPENING = frozenset(("cheer", "thunder", "whistle", "click", "whoosh", "bell", "kick", "boom"))
#: Words that add nothing of their own: how, where and when something is heard.
NEUTRAL = """
    a all am ambience ambient an and anschwellend anschwellende are arena as at atmo atmosphere atmosphäre aus
    ausblenden away background before begin beginnt begins big bisher blow blows build building builds builds-up
    by closing constant continue continues continuing crash crashes crashing dann das deep dem den der des die
    distant dramatic dramatically echo echoes echoing effect effects ein einblenden eine einem einen einer eines
    end endet ends entfernt entfernte entferntes erupt erupts fade fades fading faint fall falls far fast fern
    ferne ferner fernes final first from full fx gentle geräusch geräusche goes groß große großer happily heavy
    heavy-ish high hintergrund hoch hohe howl howls huge im in into is it its klang klänge kurz kurze kurzer
    lang lange langer langsam large last laut laute lauter leicht leichte leichter leiser light long loud loudly
    low metal metallic mit moved music musik narrator near nearby noise noises oder of old on one opening or out
    over pass passes passing play playing plays plötzlich plötzlicher pour pours quiet referee rise rises rising
    roll rolling rolls room same sanfter sanftes schiedsrichter schnell schnelle schwillt setzt sfx sharp short
    single slightly slow slowly soft softly some sound sounds spielt sprecher stadion stadium starke starker
    starkes start starts steadily steady stetig strong sudden suddenly swell swelling swells tense the then
    three through throughout tief tiefe tiefer to ton tone two töne und under unter vom von weiter while whole
    wie wild with wooden zum zur zuvor über"""
