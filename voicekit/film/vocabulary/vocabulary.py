"""The words that name what can be drawn, in English, German,
Chinese and Japanese; words of many senses are not among them. Those of things are in `things`.

A word stands under what it *is*, never under what it may remind of. Marks before a word:

    !   it is a verb, too: it counts where it stands as a thing ("the train", but not "they train hard")
    *   of German: it counts at the end of longer words, too ("Fußballstadion")
    +   it counts where a word for a ball game is said beside it ("goal", "player")
    =   of German: it counts in no other form ("Koch", but not "Kochen")

The keys are names of drawings.
"""

#: A place, all around. Name → English, German, signs.
SCENERIES = {
    "lighthouse": ("lighthouse", "*leuchtturm, *leuchttürme", "灯台 灯塔"),
    "harbour": (
        "!harbour, !harbor, seaport, fishing port, marina, quay, pier, wharf",
        "*hafen, *häfen, kai, yachthafen, landungssteg, seebrücke",
        "港 港口 漁港 渔港 海港",
    ),
    "sea": (
        "sea, ocean, coastline, sea coast, rocky coast, ocean wave, high seas",
        "meer, mittelmeer, ozean, *ozean, ostsee, nordsee, meeresküste, *küste",
        "海 大海 海洋 海岸",
    ),
    "beach": ("beach, seaside, seashore, sandy shore", "*strand, meeresstrand, *strände", "海辺 海边 海滩"),
    "underwater": (
        "underwater, under water, under the sea, coral reef, seabed, sea floor, ocean floor, deep sea, bottom of the sea",
        "unter wasser, unterwasser, unterwasserwelt, korallenriff, meeresgrund, meeresboden, tiefsee",
        "海底 水中",
    ),
    "lake": ("lake, mountain lake, lakeside, lakeshore", "bergsee, gebirgssee, stausee, seeufer, bodensee", "湖"),
    "river": ("river, riverbank, riverside, stream of water", "fluss, flussufer, fluß, strom ufer", "川 河 河川 河流"),
    "village": (
        "village, hamlet, small town, old town, church, town square, church tower, town",
        "*dorf, *dörfer, kleinstadt, altstadt, kirche, kirchturm, dorfkirche, marktplatz, städtchen",
        "村 村庄 町",
    ),
    "skyline": (
        "city, skyline, skyscraper, metropolis, downtown, cityscape, megacity, office tower, high-rise",
        "stadt, städte, großstadt, hauptstadt, innenstadt, hochhaus, hochhäuser, wolkenkratzer, metropole, skyline, "
        "millionenstadt, weltstadt, zukunftsstadt",
        "都市 城市",
    ),
    "room": (
        "living room, sitting room, writing desk, windowsill, desk lamp, study desk, reading lamp",
        "wohnzimmer, arbeitszimmer, *schreibtisch, fensterbank, schreibtischlampe, stube",
        "居間 客厅",
    ),
    "library": (
        "library, bookshelf, bookshelves, bookcase, bookshop, bookstore",
        "bibliothek, *bibliothek, bücherei, *bücherei, bücherregal, buchhandlung, buchladen",
        "図書館 图书馆",
    ),
    "field": (
        "farm, farmhouse, farmland, farmyard, wheat field, cornfield, wheatfield, barn, ploughed field, plowed field",
        "bauernhof, bauernhöfe, *acker, weizenfeld, kornfeld, getreidefeld, scheune, feldern",
        "畑 田んぼ 农田 农场",
    ),
    "hills": (
        "hill, meadow, pasture, grassland, countryside, rolling hill",
        "hügel, *wiese, hügelland, *weide, almwiese",
        "丘 草原 草地",
    ),
    "road": (
        "highway, motorway, freeway, country road, open road, winding road, long road, the road, a road, on the "
        "road, main road",
        "landstraße, autobahn, *autobahn, bundesstraße, straße",
        "道路 公路",
    ),
    "space": (
        "outer space, in space, into space, through space, space station, space travel, space mission, spacewalk, "
        "galaxy, planet, solar system, milky way, saturn, jupiter, cosmos, nebula, universe, orbit, asteroid, comet",
        "*weltraum, weltall, *planet, galaxie, sonnensystem, milchstraße, saturn, jupiter, universum, kosmos, "
        "raumstation, umlaufbahn, *asteroid, *komet",
        "宇宙 太空 銀河 银河 惑星 行星",
    ),
    "mars": ("mars, red planet, martian", "mars, *mars, roter planet, roten planeten", "火星"),
    "moon": (
        "on the moon, moon landing, lunar surface, moon base, to the moon, moonwalk, lunar module",
        "auf dem mond, mondlandung, mondoberfläche, mondbasis, zum mond",
        "月面 月球",
    ),
    "stage": (
        "on stage, concert stage, stage light, concert, concert hall, theatre, theater, opera house",
        "*bühne, *konzert, theater, konzertsaal, opernhaus, *theater",
        "舞台 剧院 音楽会",
    ),
    "stadium": (
        "stadium, soccer field, football field, soccer pitch, football pitch, soccer ground, kick-off, kickoff, "
        "soccer match, football match, soccer game, football game, floodlights, arena, +!pitch, +final, +!match, "
        "+centre spot",
        "*stadion, *stadien, *fußballfeld, *fußballplatz, *fußballspiel, *fußballstadion, anstoß, anpfiff, flutlicht, "
        "+spielfeld, +spiel, +finale, +endspiel, *arena",
        "体育場 体育场 球場 球场 スタジアム",
    ),
    "factory": (
        "factory, factories, steel mill, steelworks, coal plant, industrial plant, smokestack, factory chimney, "
        "power plant, power station",
        "*fabrik, *stahlwerk, *kraftwerk, hüttenwerk, fabrikschornstein, zeche, industrieanlage",
        "工場 工厂",
    ),
    "machine": (
        "cogwheel, gearwheel, cog, gears, clockwork, inner workings, gearbox",
        "*zahnrad, *zahnräder, *getriebe, *uhrwerk, räderwerk",
        "歯車 齿轮",
    ),
    "forest": (
        "forest, pine forest, woodland, in the woods, the woods, through the woods, fir tree, pine tree",
        "wald, wälder, *wald, nadelwald, tannenwald, waldrand, waldweg, *wälder",
        "森 森林 樹林 树林",
    ),
    "peaks": (
        "mountain, alps, himalaya, himalayas, mountain peak, mountaintop, mountain range, glacier, snowy peaks, "
        "summit cross",
        "berg, berge, gebirge, alpen, *gebirge, berggipfel, *gletscher, himalaya, hochgebirge, bergwelt",
        "山 高山 山脈 山脉",
    ),
    "dunes": (
        "!desert, sand dune, dune, sahara, gobi",
        "*wüste, düne, *düne, sahara, wüstensand",
        "砂漠 沙漠 砂丘",
    ),
    "volcano": ("volcano, lava, volcanic eruption", "*vulkan, lava, vulkanausbruch", "火山"),
}
#: People and what is like them.
PEOPLE = {
    "woman": (
        "woman, women, mother, mum, mom, lady, daughter, sister, waitress, fisherwoman, "
        "actress, wife, businesswoman, female founder, saleswoman, seamstress, aunt, bride",
        "frau, *frau, frauen, mutter, mütter, dame, tochter, schwester, *verkäuferin, tante, braut, ehefrau",
        "女 女人 女性 母 妈妈 お母さん",
    ),
    "man": (
        "!man, men, father, dad, gentleman, fisherman, fishermen, sailor, farmer, husband, son, "
        "brother, uncle, businessman, salesman, carpenter, blacksmith, craftsman, mayor, captain, groom",
        "mann, männer, *mann, vater, fischer, matrose, bauer, landwirt, sohn, bruder, onkel, kapitän, "
        "bürgermeister, schmied, tischler, handwerker",
        "男 男人 男性 父 爸爸 お父さん 漁師 渔夫",
    ),
    "grandmother": (
        "grandmother, grandma, granny, old woman, old lady",
        "großmutter, *großmutter, oma, omas, alte frau, alten frau",
        "祖母 奶奶 おばあさん",
    ),
    "grandfather": (
        "grandfather, grandpa, old man, old men",
        "großvater, *großvater, opa, opas, alter mann, alten mann, alte mann",
        "祖父 爷爷 おじいさん",
    ),
    "child": (
        "child, children, kid, boy, girl, pupil, schoolboy, schoolgirl, toddler, schoolchild, schoolchildren",
        "kind, kinder, *kind, *kinder, mädchen, *mädchen, junge, jungen, schüler, schulkind, bub",
        "子供 子ども 孩子 儿童",
    ),
    "baby": ("baby, babies, newborn, infant", "baby, babys, säugling, neugeborenes, neugeborene", "赤ちゃん 婴儿"),
    "person": (
        "person, student, teacher, engineer, scientist, researcher, founder, worker, customer, employee, colleague, "
        "inventor, writer, artist, painter, tourist, traveller, traveler, hiker, walker, manager, patient, boss, "
        "neighbour, neighbor, pedestrian, journalist, reporter, poet, hero, volunteer, resident, citizen, "
        "shopkeeper, narrator, narrating voice",
        "person, student, studentin, lehrer, lehrerin, ingenieur, ingenieurin, forscher, forscherin, gründer, "
        "gründerin, arbeiter, arbeiterin, kunde, kundin, kunden, mitarbeiter, mitarbeiterin, erfinder, dichter, "
        "maler, malerin, reisender, reisende, touristen, wanderer, patient, patientin, nachbar, nachbarn, "
        "wissenschaftler, wissenschaftlerin, bürger, einwohner, passanten",
        "人 学生 先生 老师 医者",
    ),
    "people": (
        "people, friends, colleagues, villagers, neighbours, neighbors, guests, passengers, travellers, pair of lovers",
        "menschen, leute, freunde, kollegen, gäste, fahrgäste, dorfbewohner",
        "人々 人们 友達 朋友",
    ),
    "couple": (
        "a couple, the couple, young couple, old couple, lovers, newlyweds",
        "=paar, ehepaar, liebespaar, brautpaar",
        "夫婦 夫妻",
    ),
    "family": ("family, families, parents", "familie, *familie, eltern", "家族 家庭"),
    "team": ("team, soccer team, football team, squad", "mannschaft, *mannschaft, team", "チーム 球队"),
    "crowd": (
        "crowd, fans, spectators, audience, sea of people, mass of people, demonstrators, cheering fans, onlookers",
        "menge, menschenmenge, fans, zuschauer, publikum, menschenmasse, meer aus menschen, meer von menschen, "
        "demonstranten",
        "観客 观众 群衆 人群",
    ),
    "player": (
        "soccer player, football player, footballer, striker, midfielder, centre forward, +player, +!defender, "
        "+attacker, +captain, penalty taker",
        "*fußballspieler, fußballspielerin, fußballer, fußballerin, *stürmer, stürmerin, mittelfeldspieler, +spieler, "
        "+spielerin, +verteidiger, +kapitän, +mannschaftskapitän, +spielführer",
        "選手 球员 前锋",
    ),
    "goalkeeper": (
        "goalkeeper, goalie, keeper of the goal",
        "torwart, torhüter, torfrau, torhüterin",
        "守门员 ゴールキーパー",
    ),
    "referee": ("referee, final whistle, umpire", "schiedsrichter, schiedsrichterin, schlusspfiff, abpfiff", "裁判"),
    "runner": ("runner, jogger, sprinter, marathon", "läufer, läuferin, jogger, sprinter, marathon", "跑者"),
    "robot": (
        "robot, robots, humanoid, droid, robotic player, !android robot, robot arm",
        "*roboter, robotern, *robotern, androide, humanoide",
        "ロボット 机器人 機器人",
    ),
    "astronaut": (
        "astronaut, cosmonaut, spaceman, spacewoman, taikonaut",
        "*astronaut, astronautin, astronauten, kosmonaut, raumfahrer",
        "宇航员 宇宙飛行士",
    ),
    "doctor": (
        "doctor, physician, nurse, surgeon, paramedic",
        "arzt, *ärztin, *arzt, ärzte, ärztinnen, krankenschwester, krankenpfleger, chirurg, chirurgin",
        "医生 医者 医師",
    ),
    "cook": ("chef, baker, pastry chef", "=koch, köche, köchin, bäcker, bäckerin, konditor", "厨师 料理人"),
    "king": ("king, emperor", "könig, kaiser", "王様 国王"),
    "queen": ("queen, empress", "königin, kaiserin", "女王"),
    "prince": ("prince", "prinz, prinzen", "王子"),
    "princess": ("princess, princesses", "prinzessin, prinzessinnen", "公主 お姫様"),
    "singer": ("singer, speaker at the microphone", "sänger, sängerin", "歌手"),
}
#: What falls from the sky, and stars: only where they are said themselves.
WEATHER = {
    "snow": (
        "snow, snowfall, snowstorm, blizzard, snowflake, snowflakes, falling snow, snowy",
        "schnee, *schnee, schneefall, schneesturm, schneeflocke, schneeflocken",
        "雪 大雪",
    ),
    "rain": (
        "rain, rainy, downpour, rainstorm, thunderstorm, raindrops, pouring rain",
        "regen, *regen, gewitter, regentropfen, wolkenbruch",
        "雨 大雨",
    ),
    "sparks": ("flames, fire, burning, bonfire, campfire, in flames", "feuer, *feuer, flammen", "火 火炎 火焰"),
    "stars": (
        "night, starry sky, starry, midnight, stars, night sky, moonlight",
        "nacht, *nacht, mitternacht, sternenhimmel, sterne, mondlicht, *sterne",
        "夜 夜空 星空",
    ),
}
