"""Where Dutch sentences end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.translate.segment import LONGEST, at_pause, sentences

WHOLE = """
De leden, o.a. de SER en de FNV, tekenen.
Neem metalen, bijv. kobalt of tin.
Dat vraagt drs. J.P. de Vries aan prof. dr. A. Bakker.
Vanaf 1 mrt. 2024 gelden nieuwe regels.
Het bedrijf, d.w.z. de moeder, is verantwoordelijk.
Op 18 juni jl. is het convenant getekend.
De kosten zijn € 1,2 mln. per jaar.
De kosten zijn ca. € 3.500,- per bedrijf.
Zie art. 5 van de wet.
Zie nr. 5 van de lijst.
De minister, mevr. Klever, was aanwezig.
Dat zei mr. P. van der Meer gisteren.
De brief van 3 okt. jl. is beantwoord.
Het gaat om de 3e editie.
Het gaat om bedrijven m.b.t. metaal.
De partijen zijn i.s.m. de SER begonnen.
De bedrijven betalen i.p.v. de overheid.
Er kwamen max. 200 mensen.
Er kwamen min. 20 en max. 200 mensen.
Kijk op www.ser.nl voor meer.
Kijk op https://www.ser.nl/nl/thema.s/index.html?a=b.c voor meer.
Mail naar j.p.jansen@ser.nl voor meer.
Het getal 2.200 is gestegen met 1,9 procent.
Om 14.30 uur begint de bijeenkomst.
‘Wij zijn blij’, zegt ze.
„Wij zijn blij”, zegt ze.
"Wij zijn blij", zegt ze.
Dhr. Jansen en mw. De Boer ondertekenden.
Ir. Jansen sprak.
De heer J. Jansen sprak.
Mevrouw A.B.C. de Wit sprak.
Versie 2.1 is uit.
Dat was in de 19e eeuw v.Chr. al zo.
Deelnemers krijgen een rapport (zie blz. 12).
Het comité (o.l.v. Jan de Wit) kwam bijeen.
De stukken zijn t.z.t. beschikbaar.
Het bedrijf Koninklijke Ahold N.V. doet mee.
De N.V. Nederlandse Gasunie doet mee.
De VS en het V.K. doen mee.
Het is m.i. een goed plan.
Voor inlichtingen: tel. 070-3499499.
De prijs is excl. btw.
De prijs is incl. 21% btw.
Op 31-12-2020 liep het af.
Wat betekent dit t.a.v. de leden?
Het ging om textiel, kleding, leer e.d. uit Azië.
Metalen, mineralen enz. komen uit Congo.
Prof. dr. ir. Van der Berg sprak.
St. Maarten doet mee.
De punten a. en b. zijn geschrapt.
Zij wonnen... en gingen door.
Zij wonnen… en gingen door.
"""

SPLIT = """
Dit is een zin.|Dit is er nog een.
Is dat zo?|Ja, dat is zo!|Mooi.
Het rapport is klaar.|De SER is blij.
‘Wij zijn blij.’|Dat zegt ze.
„Wij zijn blij.”|Dat zegt ze.
"Wij zijn blij."|Dat zegt ze.
Het convenant telt 2.200 leden.|In 2024 waren dat er 1.900.
De bijeenkomst is op 18 juni.|Aanmelden kan nog.
Kijk op www.ser.nl.|Daar staat meer.
Hij kwam uit Congo.|2024 was een goed jaar.
Het gaat om tin, kobalt enz.|De rest volgt.
De kosten zijn 5 mln.|Dat is veel.
Zij wonnen…|Toen gingen ze door.
Daar werken o.a. kinderen.|Dat moet anders.
Dat was in 2020.|Daarna niet meer.
De bijeenkomst begint om 14.30 uur.|Na afloop is er een borrel.
Het bedrijf doet mee (zie bijlage).|De rest niet.
"""


@pytest.mark.parametrize("text", WHOLE.strip().splitlines())
def test_stays_one_sentence(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize("line", SPLIT.strip().splitlines())
def test_is_divided(line: str) -> None:
    assert cut(line.replace("|", " ")) == line.split("|")


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


PIECES = st.sampled_from(
    [
        *"abcAZ.,;:!?…„”“‘’\"'()[]€–-\n\t 1234567890",
        " ",
        " ",
        ". ",
        " de ",
        "o.a. ",
        "18 juni. ",
        "drs. ",
        "🎉",
        "é",
        "\u00a0",
        "https://a.nl/b.c ",
        "\u2028",
        "x" * 700,
    ]
)


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_but_white_space_lies_between(text: str) -> None:
    position = 0
    for start, end in sentences(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST
        position = end
    assert not text[position:].strip()


def test_a_long_sentence_is_cut_at_its_best_pause() -> None:
    first, second = "woord " * 70 + "einde;", "en " + "woord " * 70 + "slot."
    assert cut(f"{first} {second}") == [first, second]
    assert at_pause("Dat is een mooi plan voor iedereen, maar het duurt nog lang.") == [(0, 35), (36, 60)]
    assert at_pause("Kort.") == [(0, 5)]


def test_enormous_texts_take_no_time() -> None:
    start = time.process_time()
    assert len(sentences("woord " * 20_000)) > 200
    assert len(sentences("x" * 200_000)) > 300
    assert len(sentences("Dit is een zin. " * 5_000)) == 5_000
    assert time.process_time() - start < 5
