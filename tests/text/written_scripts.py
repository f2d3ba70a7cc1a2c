"""Scripts as people write them: what of each is heard, and when. A line of what is heard is “seconds|words”.

`SHAPES` have something in them that is never to be spoken; `INNOCENT` lines look as if they had, and are spoken in full.
"""

LIGHTS, DOOR = "The lights come on.", "A door opens."
BOTH = f"|{LIGHTS}\n|{DOOR}"
TIMED = f"7|{LIGHTS}\n15|{DOOR}"


def _timed(form: str) -> tuple[str, str]:
    """Two lines at 7 s and 15 s, each in a form in which {} is the words and {s} the seconds with two digits."""
    first, second = (
        form.replace("{}", words).replace("{s}", s).replace("{n}", s.lstrip("0"))
        for words, s in ((LIGHTS, "07"), (DOOR, "15"))
    )
    return f"{first}\n\n{second}", TIMED


#: Times at the beginning or end of a line, or on their own.
TIMES = [
    _timed(form)
    for form in (
        "({n} s) {}",
        "[{n}s] {}",
        "(00:{s}) {}",
        "[00:{s}] {}",
        "0:{s} – {}",
        "0:{s} - {}",
        "0:{s}: {}",
        "0:{s} {}",
        "00:{s} {}",
        "00:00:{s},500 {}".replace(",500", ",000"),
        "00:00:{s}.000 - {}",
        "0:{s}\t{}",
        "0:{s} | {}",
        "at {n} s: {}",
        "At {n} s – {}",
        "{n}s: {}",
        "{n} s – {}",
        "{n} sec: {}",
        "{n} seconds: {}",
        "Sec {n}: {}",
        "Sec. {n} – {}",
        "Second {n}: {}",
        "Sek. {n}: {}",
        "@0:{s} {}",
        "@ 00:{s} {}",
        "T+{n}s {}",
        "t={n}s {}",
        "TC 00:00:{s}:00 {}",
        "TC: 00:00:{s} {}",
        "00:00:{s}:00 {}",
        "[00:00:{s}:00] {}",
        "**[00:{s}]** {}",
        "**00:{s}** {}",
        "**0:{s}** – {}",
        "- [00:{s}] {}",
        "* 0:{s} – {}",
        "1. [00:{s}] {}",
        "<0:{s}> {}",
        "{0:{s}} {}".replace("{0", "{{0").replace("{{", "{"),
        "00:{s}\n{}",
        "[00:{s}]\n\n{}",
        "0:{s}\n\n{}",
        "{} [00:{s}]",
        "{} (0:{s})",
        "### 0:{s}\n{}",
        "## 0:{s} – The beginning\n\n{}",
        "Time: 0:{s}\n{}",
        "Timecode: 00:00:{s}\n{}",
        "0'{s}\" {}",
        "0m{s}s: {}",
        "0 min {n} s: {}",
        "[00:{s}] NARRATOR: {}",
        "NARRATOR (0:{s}): {}",
        "NARRATOR [00:{s}]: {}",
        "(00:{s}) NARRATOR (V.O.): {}",
        "[00:{s}]\nNARRATOR: {}",
        "0:{s} NARRATOR: {}",
        "NARRATOR (V.O.) (00:{s})\n{}",
        "bei {n} s: {}",
    )
]
TIMES += [
    (f"00:07-00:12 {LIGHTS}\n\n00:15–00:19 {DOOR}", TIMED),
    (f"(0:07 to 0:12) {LIGHTS}\n\n(0:15 to 0:19) {DOOR}", TIMED),
    (f"7-12s: {LIGHTS}\n\n15-19s: {DOOR}", TIMED),
    (f"7s - 12s: {LIGHTS}\n\n15s - 19s: {DOOR}", TIMED),
    (f"[7–12 s] {LIGHTS}\n\n[15–19 s] {DOOR}", TIMED),
    (f"Sec 7-12: {LIGHTS}\n\nSec 15-19: {DOOR}", TIMED),
    (f"TC 01:00:07:12 {LIGHTS}\n\nTC 01:00:15:00 {DOOR}", f"7.48|{LIGHTS}\n15|{DOOR}"),
    (f"10:00:07:00 - 10:00:12:00\n{LIGHTS}\n\n10:00:15:00 - 10:00:19:00\n{DOOR}", TIMED),
    (f"00:00:07,500 --> 00:00:09,000 {LIGHTS}\n\n00:00:15,000 --> 00:00:19,000 {DOOR}", f"7.5|{LIGHTS}\n15|{DOOR}"),
    (f"12:30 {LIGHTS}\n\n12:41 {DOOR}\n\n13:04 It ends.", f"750|{LIGHTS}\n761|{DOOR}\n784|It ends."),
]

_V_O = f"NARRATOR (V.O.)\n{LIGHTS}"
#: Screenplays: Fountain, and what is copied from a PDF or a word processor.
SCREENPLAYS = [
    (
        f"EXT. STADIUM – NIGHT\n\nA drone rises.\n\n{_V_O}\n\nCUT TO:\n\nINT. HALL - DAY\n\n"
        f"NARRATOR (V.O.) (CONT'D)\n{DOOR}",
        BOTH,
    ),
    (
        f"Title: The Game\nCredit: by\nAuthor: Jo Doe\nDraft date: 5/12/2024\n\nFADE IN:\n\nINT. HALL - DAY\n\n"
        f"{_V_O}\n\nFADE OUT.",
        f"|{LIGHTS}",
    ),
    (f"INT./EXT. CAR – MOVING\n\nANNA (whispering)\n{LIGHTS}\n\nBEN\n(beat)\n{DOOR}", BOTH),
    (f"I/E. CAR - DAY\n\n@McCLANE\n{LIGHTS}\n\n@McCLANE\n{DOOR}", BOTH),
    (f".SNIPER SCOPE POV\n\n!SCANNING THE AISLES...\n\nANNA\n{LIGHTS}\n\nBEN ^\n{DOOR}\n\n> THE END <", BOTH),
    (
        f"# Act One\n\n= The game begins.\n\nINT. HALL - DAY\n\n[[Check the date.]]\n\nNARRATOR\n"
        f"{LIGHTS} [[or off?]]\n\n/* cut\n\nBEN\nNo.\n\n*/\n\n===\n\nNARRATOR\n{DOOR}",
        BOTH,
    ),
    (
        f"INT. BAR - NIGHT\n\nANNA\n~La la la\n~la la\n\nANNA\n{LIGHTS}\n\n> SMASH CUT TO:\n\n"
        f"EXT. ROAD - DAY\n\nANNA\n{DOOR}",
        BOTH,
    ),
    (f"NARRATOR\n{LIGHTS}\n\nNARRATOR\n(pause)\n{DOOR}", BOTH),
    (f"NARRATOR (V.O.)\n{LIGHTS}\n(beat)\n{DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"INT. HALL - DAY\n\nNARRATOR (V.O.): {LIGHTS}\n\nCUT TO:\n\nEXT. ROAD\n\nNARRATOR (V.O.): {DOOR}", BOTH),
    (f"EXT. ROAD – DAY\n\n{LIGHTS}\n\nCUT TO:\n\nINT. HALL – NIGHT\n\n{DOOR}", BOTH),
    (
        "                              The Game\n\n\n"
        "1    EXT. STADIUM - NIGHT                                        1\n\n     A drone rises over the\n     "
        "empty stands.\n\n                         NARRATOR (V.O.)\n               The lights come\n"
        "               on.\n                              (MORE)\n\n"
        "                                                          2.\n\nCONTINUED:\n\n"
        "                         NARRATOR (V.O.) (CONT'D)\n               A door\n"
        "                    (beat)\n               opens.\n\n"
        "                                                     CUT TO:\n\n                         (CONTINUED)\n",
        f"|{LIGHTS}\n|{DOOR}",
    ),
    (f"INT. HALL - DAY\nAnna comes in.\nANNA\n{LIGHTS}\nBEN\n(softly)\n{DOOR}\nCUT TO:\nEXT. ROAD - DAY", BOTH),
    (f"EXT. ROAD - DAY\n\nA car.\n\nANNA\n\n{LIGHTS}\n\nBEN\n\n(laughs)\n\n{DOOR}\n\nCUT TO:", BOTH),
    (f"INT. HALL - DAY\n\n(00:07)\n\n{_V_O}\n\n(00:15)\n\nNARRATOR (V.O.)\n{DOOR}", TIMED),
    (
        f"INT. HALL - DAY\n\nNARRATOR (V.O.)\n(00:07)\n{LIGHTS}\n\nNARRATOR (V.O.)\n(00:15)\n(calm)\n{DOOR}",
        f"7|{LIGHTS}\n15|{DOOR}",
    ),
    (f"INT. HALL - DAY\n\nNARRATOR (V.O.)\n(00:07)\n{LIGHTS}\n(00:15)\n{DOOR}", TIMED),
    (f"INT HALL - DAY\n\n{_V_O}\n\nEXT ROAD - DAY\n\nNARRATOR\n{DOOR}", BOTH),
    (
        f"INNEN. SAAL – TAG\n\nEin Licht.\n\nSPRECHER (OFF)\n{LIGHTS}\n\nAUSSEN. STRASSE – NACHT\n\n"
        f"SPRECHER (OFF)\n{DOOR}\n\nSCHNITT AUF:",
        BOTH,
    ),
]

#: Tables.
TABLES = [
    (f"| Time | Narration |\n|---|---|\n| 0:07 | {LIGHTS} |\n| 0:15 | {DOOR} |", TIMED),
    (f"| TC | Visual | VO |\n|---|---|---|\n| 00:07 | Stadium | {LIGHTS} |\n| 00:15 | Door | {DOOR} |", TIMED),
    (
        f"| Start | End | Speaker | Text |\n|---|---|---|---|\n| 00:07 | 00:12 | NARRATOR | {LIGHTS} |\n"
        f"| 00:15 | 00:19 | NARRATOR | {DOOR} |",
        TIMED,
    ),
    (
        f"| In | Out | Script | Notes |\n|---|---|---|---|\n| 00:00:07:00 | 00:00:12:00 | {LIGHTS} | loud |\n"
        f"| 00:00:15:00 | 00:00:19:00 | {DOOR} | soft |",
        TIMED,
    ),
    (f"| Time (s) | Text |\n|---|---|\n| 7 | {LIGHTS} |\n| 15 | {DOOR} |", TIMED),
    (f"Time\tText\n0:07\t{LIGHTS}\n0:15\t{DOOR}", TIMED),
    (f"Timecode\tShot\tNarration\tNotes\n0:07\tWide\t{LIGHTS}\tgo\n0:15\tClose\t{DOOR}\tstay", TIMED),
    (f"time,text\n0:07,{LIGHTS}\n0:15,{DOOR}", TIMED),
    (f'start,end,text\n7.0,12.0,"{LIGHTS}"\n15.0,19.0,"{DOOR}"', TIMED),
    (f'Time;Speaker;Text\n0:07;Anna;"{LIGHTS}"\n0:15;Ben;"{DOOR}"', TIMED),
    (
        'time,text\n0:07,"The ""lights"", they\ncome on."\n0:15,A door opens.',
        '7|The "lights", they come on.\n15|A door opens.',
    ),
    (f"Zeit\tBild\tTon\tText\n0:07\tStadion\tMusik\t{LIGHTS}\n0:15\tTür\tKnarren\t{DOOR}", TIMED),
    (f"| Zeit | Sprecher | Text |\n|---|---|---|\n| 0:07 | Anna | {LIGHTS} |\n| 0:15 | Anna | {DOOR} |", TIMED),
    (f"0:07\t{LIGHTS}\n0:15\t{DOOR}", TIMED),
    (f"0:07,{LIGHTS}\n0:15,{DOOR}\n0:20,It ends.", f"{TIMED}\n20|It ends."),
    (f"| 0:07 | {LIGHTS} |\n| 0:15 | {DOOR} |", TIMED),
    (f"| VIDEO | AUDIO |\n|---|---|\n| Stadium | NARRATOR: {LIGHTS} |\n| Door | MUSIC: strings. VO: {DOOR} |", BOTH),
    (f"VIDEO\tAUDIO\nStadium\tSFX: crowd. ANNCR: {LIGHTS}\nDoor\tVO: {DOOR} MUSIC: out", BOTH),
    (f"| Video | Audio |\n|---|---|\n| Stadium | {LIGHTS} |\n| Door | {DOOR} |", BOTH),
    (
        f"| # | Time | Picture | Voice-over |\n|---|---|---|---|\n| 1 | 0:07–0:12 | Stadium | {LIGHTS} |\n"
        f"| 2 | 0:15–0:19 | Door | {DOOR} |",
        TIMED,
    ),
    (f"Time | Text\n0:07 | {LIGHTS}\n0:15 | {DOOR}", TIMED),
    (f"Here is the script.\n\n| Time | Narration |\n|---|---|\n| 0:07 | {LIGHTS} |\n| 0:15 | {DOOR} |", TIMED),
]

#: Directions in prose.
DIRECTIONS = [
    (f"{form}\n\n{LIGHTS}", f"|{LIGHTS}")
    for form in (
        "(beat)",
        "(pause)",
        "[music]",
        "[MUSIC FADES IN]",
        "[SFX: door slams]",
        "[sfx: whoosh]",
        "(SFX: crowd)",
        "(MUSIC UP)",
        "CUT TO:",
        "FADE IN:",
        "FADE TO BLACK.",
        "SMASH CUT TO:",
        "DISSOLVE TO:",
        "(Cut to: the stadium)",
        "[CUT TO STADIUM]",
        "SUPER: Berlin, 1989",
        "TITLE CARD: The Game",
        "LOWER THIRD: Jo Doe, engineer",
        "B-ROLL: workers at the line",
        "B-roll: workers at the line",
        "ON SCREEN: 42 %",
        "On-screen text: Act now",
        "SFX: a door slams",
        "SOUND: wind",
        "MUSIC: soft piano",
        "VISUAL: a wide shot of the sea",
        "GRAPHIC: map of Europe",
        "CAMERA: slow push in",
        "♪ soft piano ♪",
        "♪ La la la, the night is long ♪",
        "[B-roll: workers at the line]",
        "[VISUAL: drone shot]",
        "[Drone shot of the forest at dawn]",
        "Page 2 of 3",
        "Draft 3 — 12 May",
        "Version 2.1",
        "v3 final",
        "Word count: 154",
        "TRT: 1:30",
        "Title: The Game\nClient: Acme\nLength: 30 s",
        "EXT. STADIUM – NIGHT",
        "(music fades, crowd noise)",
        "(to camera)",
        "(softly)",
        "(V.O.)",
        "*(pause)*",
        "**[MUSIC]**",
        "- SFX: a door slams",
        "FADE UP ON:",
        "QUICK CUTS:",
        "[LOGO ANIMATION]",
        "[pause for effect]",
        "INTRO MUSIC",
    )
]
DIRECTIONS += [
    (f"{LIGHTS}\n\n{form}", f"|{LIGHTS}")
    for form in (
        "[END]",
        "- END -",
        "### END ###",
        "-30-",
        "(154 words)",
        "[Word count: 154]",
        "FADE OUT.",
        "Total: 154 words",
        "Page 3",
        "- 3 -",
        "[END OF SCRIPT]",
        "(applause)",
    )
]
#: Words in square brackets that are a paragraph of their own, whatever ends them.
DIRECTIONS += [
    (f"{form}\n\n{who}{LIGHTS}", f"|{LIGHTS}")
    for who in ("", "Narrator: ")
    for form in (
        "**[Scene: a hill at dawn. Soft music.]**",
        "[Opening shot: the hill at dawn.]",
        "*[A robot walks out of the tunnel. The crowd roars.]*",
        "[A robot walks out of the tunnel, and behind it, far away, in the last light of an evening, the crowd roars.]",
        "[we see the hill at dawn]",
        "[A robot walks out\nof the tunnel. The crowd roars.]",
        "**[A robot walks out\nof the tunnel.\nThe crowd roars.]**",
    )
]
#: What music does, in a line or a cell of its own, and among what is said.
DIRECTIONS += [
    (f"{music}{apart}NARRATOR: {LIGHTS}{apart}{music}{apart}NARRATOR: {DOOR}{apart}MUSIC FADES OUT", spoken)
    for apart, spoken in (("\n", f"|{LIGHTS} {DOOR}"), ("\n\n", BOTH))
    for music in (
        "MUSIC UP AND UNDER",
        "SOFT PIANO MUSIC FADES IN AND OUT.",
        "Music swells, then fades out.",
        "**MUSIC UP**",
    )
]
DIRECTIONS += [
    (f"| VIDEO | AUDIO |\n|---|---|\n| Hill | {first} |\n| Door | {second} |", BOTH)
    for first, second in (
        (f"MUSIC UP AND UNDER NARRATOR: {LIGHTS}", f"NARRATOR: {DOOR} MUSIC FADES OUT"),
        (f"MUSIC UP AND UNDER. NARRATOR: {LIGHTS}", f"NARRATOR: {DOOR} MUSIC FADES OUT."),
        (f"MUSIC UP, THEN UNDER ANNA: {LIGHTS}", f"BEN (V.O.): {DOOR} UPBEAT MUSIC SWELLS TO END"),
        (f"MUSIC UP AND UNDER<br>NARRATOR: {LIGHTS}", f"NARRATOR: {DOOR}<br>MUSIC FADES OUT"),
        (f"MUSIC UP AND UNDER. {LIGHTS}", f"{DOOR} MUSIC FADES OUT"),
    )
]
DIRECTIONS += [
    (f"[00:07] {LIGHTS} MUSIC FADES OUT\n\n[00:15] {DOOR}", TIMED),
    (f"[00:05] MUSIC UP AND UNDER\n\n[00:07] {LIGHTS}\n\n[00:15] {DOOR}", TIMED),
    (f"MUSIC UP AND UNDER\n\n{LIGHTS}", f"|{LIGHTS}"),
]
#: What says itself that nothing is said.
DIRECTIONS += [
    (f"0:00 - 0:07 Opening shot of a stadium {silent}\n0:07 - 0:15 VO: {LIGHTS}\n0:15 - 0:19 VO: {DOOR}", TIMED)
    for silent in ("(no VO)", "(No narration)", "(silent)", "[no VO]", "(no voice-over).", "(music only)", "(ohne Text)")
]
DIRECTIONS += [
    (f"0:00\t{silent}\n0:07\t{LIGHTS}\n0:15\t{DOOR}", TIMED)
    for silent in ("(no VO)", "(no VO) A stadium.", "A stadium (silent)")
]
DIRECTIONS += [(f"Narrator: {LIGHTS}\n\nThe door, from outside. (no VO)\n\nNarrator: {DOOR}", BOTH)]
#: “Narration” above what is said is a heading.
DIRECTIONS += [
    (f"{heading}\n{LIGHTS}\n\n{DOOR}", BOTH)
    for heading in ("Narration (EN)", "**Narration (EN)**", "Narration:", "Voice-over (English)\n", "VO script (EN):")
]
#: How long each line is, at its end; it is when they begin where they ascend.
LENGTHS = [
    (f"1. {LIGHTS} {a}\n2. {DOOR} {b}\n3. It ends. {c}", f"|1. {LIGHTS} 2. {DOOR} 3. It ends.")
    for a, b, c in (("(3s)", "(4s)", "(2s)"), ("(3 sec)", "(3 sec)", "(3 sec)"), ("[~3 s]", "[4 s]", "[2.5 s]"))
]
LENGTHS += [
    (f"{LIGHTS} {a}\n\n{DOOR} {b}", spoken)
    for a, b, spoken in (
        ("(4s)", "(3s)", BOTH),
        ("(3 seconds)", "(3 seconds)", BOTH),
        ("**(5s)**", "**(2s)**", BOTH),
        ("(2-3s)", "(2-3s)", BOTH),
        ("(7s)", "(15s)", TIMED),
        ("[00:07]", "[00:15]", TIMED),
    )
]
LENGTHS += [
    (f"00:07 {LIGHTS} {a}\n\n00:15 {DOOR} {b}", TIMED) for a, b in (("", "(3s)"), ("(3s)", "(4s)"), ("(4s)", "[3 s]"))
]
LENGTHS += [
    (f"Shot 1 | 3s | {LIGHTS}\nShot 2 | 4s | {DOOR}", f"0|{LIGHTS}\n3|{DOOR}"),
    (f"3s | {LIGHTS}\n2s | {DOOR}", f"0|{LIGHTS}\n3|{DOOR}"),
    (f"1 | {LIGHTS} | 5 sec\n2 | {DOOR} | 5 sec", f"0|{LIGHTS}\n5|{DOOR}"),
    (f"1\t3s\t{LIGHTS}\n2\t4s\t{DOOR}", f"0|{LIGHTS}\n3|{DOOR}"),
    (f"0:07 | 3s | {LIGHTS}\n0:15 | 4s | {DOOR}", TIMED),
    (f"7s | {LIGHTS}\n15s | {DOOR}", TIMED),
]
#: Columns that spaces or tabs keep apart.
SPACED = [
    (f"VIDEO        AUDIO\nhill at dawn      {LIGHTS}\na door   {DOOR}", BOTH),
    (f"VIDEO\t\tAUDIO\nhill at dawn\t{LIGHTS}\na door\t\t\t{DOOR}", BOTH),
    (f"Video        Audio\n\nhill at dawn      NARRATOR: {LIGHTS}\n\na door   NARRATOR: {DOOR} MUSIC FADES OUT", BOTH),
    (
        "VIDEO                    AUDIO\n\nWIDE: hill at dawn       MUSIC: soft piano\n"
        "                         NARRATOR:\n                         The lights\n                         come on.\n\n"
        f"CU: a door,              NARRATOR: {DOOR}\nvery slowly\n\nLOGO                     MUSIC OUT\n",
        BOTH,
    ),
    (
        "VISUAL             NARRATION\nhill at dawn       The lights\n                   come on.\n"
        f"door               (smiling) {DOOR}",
        BOTH,
    ),
    (f"TIME    VIDEO          AUDIO\n0:07    hill at dawn   {LIGHTS}\n0:15    door           {DOOR}", TIMED),
    (f"Client: Acme\n\nVIDEO      AUDIO\nhill       VO: {LIGHTS}\ndoor       VO: {DOOR}", BOTH),
]
#: How a line is said, where a time begins it.
DIRECTIONS += [
    (f"[00:07] {form} {LIGHTS}\n\n(0:15) {form} {DOOR}", TIMED)
    for form in (
        "(smiling)",
        "(Smiling)",
        "(excitedly)",
        "(warm)",
        "(deep breath)",
        "(softly, almost a whisper)",
        "(on the phone)",
        "(as before)",
        "*(pensive)*",
        "(lächelnd)",
        "(BIG SMILE)",
        "(sighs)",
    )
]
#: And where a table's cell does.
DIRECTIONS += [
    (f"Time\tVideo\tNarration\n0:07\tHill\t(smiling) {LIGHTS}\n0:15\tDoor\t(deep breath) {DOOR}", TIMED),
    (f'time,text\n0:07,"(on the phone) {LIGHTS}"\n0:15,"(Smiling) {DOOR}"', TIMED),
    (f"| VIDEO | AUDIO |\n|---|---|\n| Hill | (pensive) {LIGHTS} |\n| Door | NARRATOR: (pensive) {DOOR} |", f"|{DOOR}"),
    (f"| VIDEO | AUDIO |\n|---|---|\n| Hill | (pensive) {LIGHTS} |\n| Door | (as before) {DOOR} |", BOTH),
]
DIRECTIONS += [
    (
        f"## Clip 1: Hill (3 s)\n- **Visual:** hill\n- **Narration:** {form} {LIGHTS}\n\n"
        f"## Clip 2: Door (4 s)\n- **Visual:** door\n- **Narration:** {form} {DOOR}",
        BOTH,
    )
    for form in ("(smiling)", "*(softly)*", "(deep breath)", "(warm)")
]
#: What is said in parentheses is said, also behind a time.
DIRECTIONS += [
    (f"[00:07] {words} {LIGHTS}\n\n[00:15] {DOOR}", f"7|{words} {LIGHTS}\n15|{DOOR}")
    for words in (
        "(In 2019)",
        "(in 2019)",
        "(NASA)",
        "(or so they said)",
        "(It was late.)",
        "Robots (all eleven of them) play.",
    )
]
DIRECTIONS += [
    (f"{who} {LIGHTS}\n\n{who} {DOOR}", BOTH)
    for who in (
        "VO:",
        "V/O:",
        "V.O.:",
        "ANNCR:",
        "ANNCR (V.O.):",
        "NARR:",
        "NARRATOR (V.O.):",
        "NARRATOR (CONT'D):",
        "ANNA (whispering):",
        "(ANNOUNCER)",
        "[NARRATOR]",
        "**NARRATOR:**",
        "**Narrator:**",
        "NARRATOR –",
        "NARRATOR (V.O.)",
        "Voiceover:",
        "Voice-over:",
        "MVO:",
        "SPEAKER 1:",
        "HOST:",
        "SPRECHERIN:",
        "VO1:",
        "*Narrator (calm):*",
        "NARRATOR:\n",
        "Narrator (V.O., warmly):",
    )
]
DIRECTIONS += [
    (f"{LIGHTS} (beat) {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"{LIGHTS} (pause 2 s) {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"{LIGHTS} [beat] {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"{LIGHTS} [long pause] {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"{LIGHTS} [SFX: whoosh] {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"{LIGHTS} (laughs) {DOOR}", f"|{LIGHTS} {DOOR}"),
    (f"SFX: crowd. VO: {LIGHTS} MUSIC: up.\n\nVO: {DOOR}", BOTH),
    (f"Visual: a stadium\nVoiceover: {LIGHTS}\n\nVisual: a door\nVoiceover: {DOOR}", BOTH),
    (f"VIDEO: a stadium\nAUDIO: {LIGHTS}\n\nVIDEO: a door\nAUDIO: {DOOR}", BOTH),
]

_GERMAN = ("Die Lichter gehen an und niemand ist hier.", "Eine Tür geht auf und er ist nicht da.")
_ENGLISH = ("The lights come on and nobody is here.", "A door opens and he is not there.")
#: Two languages side by side: the first is spoken.
BILINGUAL = [
    (
        "".join(
            f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{e}\n{g}\n\n"
            for n, (e, g) in enumerate(zip(_ENGLISH, _GERMAN, strict=True), 1)
        ),
        f"1|{_ENGLISH[0]}\n2|{_ENGLISH[1]}",
    ),
    (
        "| English | Deutsch |\n|---|---|\n" + "".join(f"| {e} | {g} |\n" for e, g in zip(_ENGLISH, _GERMAN, strict=True)),
        f"|{_ENGLISH[0]}\n|{_ENGLISH[1]}",
    ),
    (
        "Time\tEN\tDE\n" + "".join(f"0:0{n}\t{e}\t{g}\n" for n, (e, g) in enumerate(zip(_ENGLISH, _GERMAN, strict=True), 1)),
        f"1|{_ENGLISH[0]}\n2|{_ENGLISH[1]}",
    ),
    ("English\n\n" + "\n\n".join(_ENGLISH) + "\n\nDeutsch\n\n" + "\n\n".join(_GERMAN), f"|{_ENGLISH[0]}\n|{_ENGLISH[1]}"),
    ("\n\n".join(f"{e}\n{g}" for e, g in zip(_ENGLISH, _GERMAN, strict=True)), f"|{_ENGLISH[0]}\n|{_ENGLISH[1]}"),
    ("\n\n".join(f"EN: {e}\nDE: {g}" for e, g in zip(_ENGLISH, _GERMAN, strict=True)), f"|{_ENGLISH[0]}\n|{_ENGLISH[1]}"),
    (
        "\n\n".join(f"[0:0{n}] {e} / {g}" for n, (e, g) in enumerate(zip(_ENGLISH, _GERMAN, strict=True), 1)),
        f"1|{_ENGLISH[0]}\n2|{_ENGLISH[1]}",
    ),
]

SHAPES = [*TIMES, *SCREENPLAYS, *TABLES, *DIRECTIONS, *LENGTHS, *SPACED, *BILINGUAL]

INNOCENT = (
    "She (the elder of the two) opened the door.",
    "THE END",
    "Note: this is said.",
    "At 7 p.m. the lights come on.",
    "12:30 was the hour.",
    "We met at 12:30.",
    "It was 3:15 (in the morning).",
    "INTRODUCTION",
    "THE GARDEN IN WINTER",
    "He said: the game begins.",
    "Warning: the floor is wet.",
    "Tip: bring a coat.",
    "Music: it is what they lived for.",
    "Sound and light are waves.",
    "Music fades out and the lights come on.",
    "The music fades out.",
    "Music swells.",
    "He wrote MUSIC IN THE DARK in 1989.",
    "It was called MUSIC OUT LOUD.",
    "THE SOUND OF MUSIC IN VIENNA",
    "SOUND AND LIGHT",
    "Video      killed the radio star.",
    "He ran it in no time (3s).",
    "It took a while. (3 seconds)",
    "Narration is an art.",
    "The narration",
    "The film was shown (silent) in 1920.",
    "He sat there (silent).",
    "The letter had a picture (no text).",
    "MUSIC FOR STRINGS",
    "The camera was new.",
    "Seven seconds later it rained.",
    "7 seconds is a long time.",
    "Seven: that was the number.",
    "In 7 s it is over.",
    "(This whole line stands in brackets, and is a sentence.)",
    "NASA (the space agency) launched it.",
    "The USA and the UN agreed.",
    "Cut to the bone, he left.",
    "Fade to grey was a song.",
    "“Cut!” he cried.",
    "The beat goes on.",
    "He paused (for the second time) and went on.",
    "Dear Anna: I am well.",
    "Chapter 1: The lights come on.",
    "PART TWO: THE STORM",
    "Int. and ext. are short for inside and outside.",
    "Scene by scene the film grew.",
    "Page 2 of the letter was lost.",
    "Version 2 of the plan failed.",
    "Draft a letter to him.",
    "Total war began in 1914.",
    "At 12:00 the bells ring.",
    "The score was 7:15.",
    "1:0 for the home team!",
    "Matthew 5:9 is well known.",
    "He ran the mile in 3:59.",
    "Super, that went well.",
    "Titles are given at the end.",
    "The narrator is a child.",
    "A voice: who was it?",
    "OK: let us go.",
    "E equals m c squared (Einstein)",
    "Call 555 1234 (ask for Jo).",
    "We sell bread, milk, eggs and tea.",
    "Yes | no | perhaps.",
    "He came, he saw; he left.",
    "It has 154 words.",
    "The end of the page is near.",
    "On screen she was a star.",
    "Graphic novels sell well.",
    "B is the second letter.",
    "10 seconds to go!",
    "12 Angry Men is a film.",
    "2001: A Space Odyssey",
    "No. 7 is mine.",
    "She sang (badly).",
    "Questions? Ask (anyone).",
    "I/E is the ratio of income to expense.",
    "ANNA KARENINA",
    "WHO ARE YOU?",
    "Berlin, 1989: the wall falls.",
    "Sec tor 7 is closed.",
    "Time: the enemy of us all.",
    "The door — it opened — was red.",
    "9:00 – Registration",
    "See (below).",
    "[24275 refs]",
    "Apache License, Version 2.0, January 2004",
    "Dear (or not so dear) friends,",
)

_THREE = "0|Hello and welcome.\n3|Thanks for having me.\n12|Let us begin."
#: Whole scripts, as other programs and their users write them.
WHOLE = [
    (f"[0:05] FADE OUT.\n[0:07] {LIGHTS}\n[0:15] {DOOR}", TIMED),
    (
        "VIDEO\tAUDIO\nOPEN ON a foggy harbour.\tMUSIC: Slow piano.\nHands.\tNARRATOR (V.O.): Every morning, "
        "Tom goes out.\n"
        "LOGO: Acme\tSFX: Bell. NARRATOR (V.O.): Acme. Made for mornings.",
        "|Every morning, Tom goes out.\n|Acme. Made for mornings.",
    ),
    (
        "CLIENT: Acme Coffee\nLENGTH: :30\nTITLE: Mornings\n\nSFX: ALARM CLOCK\n\nMUSIC: JAZZ, UNDER\n\n"
        "ANNCR: Mornings are hard.\n\n"
        "(SFX: COFFEE POURING)\n\nANNCR: But coffee helps.\n\nMUSIC: OUT",
        "|Mornings are hard.\n|But coffee helps.",
    ),
    (
        "# My video about bees\n\n[INTRO]\n\nHey everyone!\n\n[B-ROLL: bees on flowers]\n\nToday: bees. "
        "(pause) They are amazing.\n\n"
        "[TEXT ON SCREEN: 20,000 species]\n\n[OUTRO MUSIC]\n\nSee you!\n\n[END SCREEN]",
        "|Hey everyone!\n|Today: bees. They are amazing.\n|See you!",
    ),
    (
        "00:00:00 - 00:00:12\nNARRATOR:\nThe sea is deep.\n\n00:00:15 - 00:00:20\nDR. SMITH (interview):\n"
        "We found it.\n\n00:00:25\n"
        "NARRATOR:\nNobody believed her.",
        "0|The sea is deep.\n15|We found it.\n25|Nobody believed her.",
    ),
    (
        "Speaker 1: [00:00] Hello and welcome.\n\nSpeaker 2: [00:03] Thanks for having me.\n\n"
        "Speaker 1: [00:12] Let us begin.",
        _THREE,
    ),
    ("Jane Doe  0:00\nHello and welcome.\n\nJohn Roe  0:03\nThanks for having me.\n\nJane Doe  0:12\nLet us begin.", _THREE),
    (
        "Jane Doe (00:00):\nHello and welcome.\n\nJohn Roe (00:03):\nThanks for having me.\n\n"
        "Jane Doe (00:12):\nLet us begin.",
        _THREE,
    ),
    ("0:00\nHello and welcome.\n0:03\nThanks for having me.\n0:12\nLet us begin.", _THREE),
    (
        "00:00:00:00 - 00:00:02:12\nSpeaker 1\nHello and welcome.\n\n00:00:03:00 - 00:00:09:00\nSpeaker 2\n"
        "Thanks for having me.\n\n"
        "00:00:12:00 - 00:00:14:00\nSpeaker 1\nLet us begin.",
        _THREE,
    ),
    (
        "SPRECHERIN (OFF): Es ist früh.\n\n(Pause)\n\nMUSIK: leise Streicher\n\n"
        "SPRECHERIN: Die Stadt schläft.\n\nSCHNITT AUF:\n\n"
        "BAUCHBINDE: Anna Meier, Ärztin\n\nANNA: Ich liebe sie.",
        "|Es ist früh.\n|Die Stadt schläft.\n|Ich liebe sie.",
    ),
    (
        "TC IN | TC OUT | TEXT\n10:00:03:00 | 10:00:06:00 | The lights come on.\n10:00:07:00 | 10:00:09:00 | A door opens.",
        f"3|{LIGHTS}\n7|{DOOR}",
    ),
    ("shot,duration,voiceover\n1,5,The lights come on.\n2,7,A door opens.", f"0|{LIGHTS}\n5|{DOOR}"),
    (
        "[0:00-0:05] NARRATION: The lights come on.\n[0:05-0:09] VISUAL: A door.\n[0:05-0:09] NARRATION: A door opens.",
        f"0|{LIGHTS}\n5|{DOOR}",
    ),
    (
        "**[Opening scene: A dark stadium]**\n\n**Narrator (V.O.):** The lights come on.\n\n**[Cut to: a door]**\n\n"
        "**Narrator (V.O.):** *(softly)* A door opens.\n\n**[End]**",
        BOTH,
    ),
    ("**VISUAL:** A city.\n**AUDIO:** The lights come on.\n\n**VISUAL:** A cab.\n**AUDIO:** A door opens.", BOTH),
    (
        "(Upbeat music plays)\n\nHost: The lights come on.\n\n(Cut to a montage of bees)\n\n"
        "Host: A door opens.\n\n(Music fades out)",
        BOTH,
    ),
    (
        "HOOK (0-3s)\nDid you know?\n\nBODY (3-20s)\nBees dance.\n\nCTA (20-30s)\nSubscribe now!",
        "0|Did you know?\n3|Bees dance.\n20|Subscribe now!",
    ),
]
SHAPES += WHOLE
