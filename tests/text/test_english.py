"""Each as a person would read it aloud."""

import pytest

from voicekit.text.normalise.normalise import normalise

MONEY = [
    ("It cost $5.20.", "It cost five dollars and twenty cents."),
    ("It cost $1.", "It cost one dollar."),
    ("$0.99 or £2.01", "ninety nine cents or two pounds and one penny"),
    ("a $3.5 million house", "a three point five million dollars house"),
    ("$3.5M, €2bn and £1,000,000", "three point five million dollars, two billion euros and one million pounds"),
    ("from $5–$10 to 5 €", "from five to ten dollars to five euros"),
    ("¥500 and US$20", "five hundred yen and twenty US dollars"),
]
DATES = [
    ("on 3/4/2025", "on March fourth, twenty twenty five"),
    ("on 2025-03-04", "on March fourth, twenty twenty five"),
    ("on 25/12/99", "on December twenty fifth, nineteen ninety nine"),
    ("On March 3, 2025, it rained.", "On March third, twenty twenty five, it rained."),
    ("on 5 March", "on the fifth of March"),
    ("on the 5th of March 1905", "on the fifth of March nineteen oh five"),
    ("Jan. 1 and Sept. 30", "January first and September thirtieth"),
    ("In 1984 and 2024", "In nineteen eighty four and twenty twenty four"),
    ("In 2005, in 1900, in 1907", "In two thousand five, in nineteen hundred, in nineteen oh seven"),
    ("the 1990s and the '80s", "the nineteen nineties and the eighties"),
    ("the 1900s, the 2010s, in her 30s", "the nineteen hundreds, the twenty tens, in her thirties"),
    ("from 1914–1918", "from nineteen fourteen to nineteen eighteen"),
    ("You may 5 times.", "You may five times."),
]
TIMES = [
    ("At 10:30 or 7:05 or 6:00", "At ten thirty or seven oh five or six o'clock"),
    ("at 14:00 and 14:30", "at fourteen hundred and fourteen thirty"),
    ("at 5 p.m. and 6:00 am", "at five P M and six eigh M"),
    ("We met at 5 p.m.", "We met at five P M."),
    ("We met at 5 p.m. It rained.", "We met at five P M. It rained."),
    ("in the a.m.", "in the eigh M."),  # espeak-ng reads a lone A as the article, and this as the letter
    ("the A team, plan A and A-levels", "the eigh team, plan eigh and eigh-levels"),
    ("A man had vitamin A. A dog had none.", "A man had vitamin eigh. A dog had none."),
    ("Once Upon A Time: A-ha!", "Once Upon A Time: A-ha!"),
    ("They won 3:2.", "They won three to two."),
]
NUMBERS = [
    ("12,500 people", "twelve thousand five hundred people"),
    ("105, 1,000,000 and 0", "one hundred five, one million and zero"),
    ("pi is 3.14", "pi is three point one four"),
    ("agent 007", "agent zero zero seven"),
    ("It was -5 or −12.5", "It was minus five or minus twelve point five"),
    ("the 1st, 2nd, 3rd, 21st and 100th", "the first, second, third, twenty first and one hundredth"),
    ("1/2, 3/4 and 1 1/2", "one half, three quarters and one and a half"),
    ("½ a cup, 2¾ cups", "one half a cup, two and three quarters cups"),
    ("24/7 since 9/11", "twenty four seven since nine eleven"),
    ("pages 5-10", "pages five to ten"),
    ("5-10% of it", "five to ten percent of it"),
    ("call 555-0199", "call five five five, zero one nine nine"),
    ("call (212) 555-0199", "call two one two, five five five, zero one nine nine"),
    ("+49 30 901820", "plus four nine, three zero, nine zero one eight two zero"),
    ("version 3.11.2", "version three point eleven point two"),
    ("COVID-19, A4, mp3, 5G and H₂O", "COVID-nineteen, A four, mp three, five G and H two O"),
    ("a 5-year-old", "a five-year-old"),
    ("10K runners, 2.5M views", "ten thousand runners, two point five million views"),
    ("1" * 20, " ".join(["one"] * 20)),
    ("#5 and #hashtag", "number five and hashtag"),
]
ROMAN = [
    ("Chapter IV and Act II", "Chapter four and Act two"),
    ("World War II", "World War two"),
    ("Henry VIII and Louis XIV.", "Henry the eighth and Louis the fourteenth."),
    ("Elizabeth I was queen.", "Elizabeth the first was queen."),
    ("as Charles I think", "as Charles I think"),
    ("Rocky IV", "Rocky four"),
    ("I mix vitamin C. Vitamin D too.", "I mix vitamin C. Vitamin D too."),
]
UNITS = [
    ("3 kg at 20 °C, 1 km, 50%", "three kilograms at twenty degrees Celsius, one kilometre, fifty percent"),
    ("120 km/h or 70mph", "one hundred twenty kilometres per hour or seventy miles per hour"),
    ("a room of 20 m² and 3 m³", "a room of twenty square metres and three cubic metres"),
    ("6 ft, 1 ft, 5'11\"", "six feet, one foot, five foot eleven"),
    ("2.4 GHz and 16 GB", "two point four gigahertz and sixteen gigabytes"),
    ("turn 90°", "turn ninety degrees"),
    ("1920x1080, 3x faster", "nineteen twenty by one thousand eighty, three times faster"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("x² ≤ 9 ± 1", "x squared is at most nine plus or minus one"),
    ("3 × 4", "three times four"),
]
ABBREVIATIONS = [
    ("Dr. Smith vs. Mrs. Jones, etc.", "Doctor Smith versus Missis Jones, et cetera."),
    ("He lives on Oak Dr. near St. Mary's.", "He lives on Oak Drive near Saint Mary's."),
    ("She lives on Main St.", "She lives on Main Street."),
    ("on Main St. She waited.", "on Main Street. She waited."),
    ("12 Long Oak St. Springfield", "twelve Long Oak Street Springfield"),
    ("Mt. St. Helens", "Mount Saint Helens"),
    ("Prof. Lee, Gen. Grant and Lt. Col. Fox", "Professor Lee, General Grant and Lieutenant Colonel Fox"),
    ("No. 5. No. Never.", "number five. No. Never."),
    ("see p. 12 and pp. 5-10", "see page twelve and pages five to ten"),
    ("e.g. this, i.e. that", "for example this, that is that"),
    ("Acme Inc. was sold.", "Acme Incorporated was sold."),
    ("He works at Acme Inc. She does not.", "He works at Acme Incorporated. She does not."),
    ("the U.S. and you & me", "the U S and you and me"),
    ("He left the U.S. The plane was late.", "He left the U S. The plane was late."),
    ("J. R. R. Tolkien and Harry S. Truman", "J R R Tolkien and Harry S Truman"),
    ("and/or, w/o milk", "and or, without milk"),
    ("a Ph.D. student", "a P H D student"),
]
LETTERS = [
    ("NASA and the FBI", "NASA and the FBI"),
    ("an LED, two CDs", "an L E D, two CD's"),
    ("THE BIG SLEEP", "The Big Sleep"),
    ("WHAT IS IT? THE FBI!", "What Is It? The FBI!"),
    ("THE LAST DAY OF THE BBC", "The Last Day Of The BBC"),
    ("I SAID NO. Then I left.", "I Said No. Then I left."),
]
ADDRESSES = [
    ("Write to info@example.com.", "Write to info at example dot com."),
    ("See https://www.example.com/a_b?", "See example dot com slash a underscore b?"),
    ("on example.co.uk", "on example dot co dot U K"),
    ("open voicekit.py", "open voicekit dot P Y"),
]
POWERS = [
    ("10^6, 10⁶ and 1e-5", "ten to the power of six, ten to the power of six and one times ten to the power of minus five"),
    ("x^2 and y^3, 10⁻³", "x squared and y cubed, ten to the power of minus three"),
    ("5 m/s² and 5 m/s", "five metres per second squared and five metres per second"),
]
NAMES = [
    ("C++, C#, .NET", "C plus plus, C sharp, dot net"),
    ("CO2 and H2O", "C O two and H two O"),
    ("he/she said", "he or she said"),
]
GROUPED = [
    ("1.234.567 and 1 234 567", " and ".join(["one million two hundred thirty four thousand five hundred sixty seven"] * 2)),
    ("10\u202f000, 10\u00a0000 and 10 000", "ten thousand, ten thousand and ten thousand"),
    ("192.168.0.1", "one nine two dot one six eight dot zero dot one"),
    ("on 5.3.2024", "on the fifth of March, twenty twenty four"),
    ("from 9:00–17:00", "from nine o'clock to seventeen hundred"),
    ("in 1066, 6 ft 2 in.", "in ten sixty six, six feet two inches"),
    ("call me or 911", "call me or nine one one"),
    ("I, II and III", "one, two and three"),
    ("John's St., a M.Sc. student", "John's Street, a M S C student"),
    ("e\ufb03cient self\u2011made", "efficient self-made"),
]
SIGNS = [
    ("  two\n lines ", "two lines"),
    ("Well done 👍🏽! 🎉🇩🇪", "Well done ! "),
    ("soft\u00adly, zero\u200bwidth, \u202dright\u202c", "softly, zerowidth, right"),
    ("Ｆｕｌｌ 𝐛𝐨𝐥𝐝", "Full bold"),
    ("**bold** and _it_ and `code`", "bold and it and code"),
    ("© 2024 Acme™", "copyright twenty twenty four Acme"),
]


@pytest.mark.parametrize(
    ("written", "spoken"),
    MONEY + DATES + TIMES + NUMBERS + ROMAN + UNITS + ABBREVIATIONS + LETTERS + ADDRESSES + POWERS + NAMES + GROUPED + SIGNS,
)
def test_what_is_written_becomes_what_is_said(written, spoken):
    assert normalise(written) == spoken.strip()


def test_the_british_put_the_day_first():
    assert normalise("on 3/4/2025", "en-gb") == "on the third of April, twenty twenty five"
