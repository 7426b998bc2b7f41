"""What models garble with certainty is mended, with the alignment along."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.translate.alignment import Aligned
from tweeklank.translate.checks import fault
from tweeklank.translate.figures import Style, clock, figures, repair

CASES = [
    ("Er zijn 1.146 leden.", "There are 1.146 members.", "There are 1,146 members."),
    ("Er zijn 1.234.567 leden.", "There are 1.234.567 members.", "There are 1,234,567 members."),
    ("Dat is 1,9 procent.", "That is 1,9 per cent.", "That is 1.9 per cent."),
    ("Dat is 1,9 procent.", "That is 1.9 procent.", "That is 1.9 per cent."),
    ("Dat is 1.234,5 ton.", "That is 1.234,5 tonnes.", "That is 1,234.5 tonnes."),
    ("Dat is 1.9 en 1,9.", "That is 1.9 and 1,9.", "That is 1.9 and 1,9."),
    ("Zie artikel 3.114 van de wet.", "See section 3.114 of the act.", "See section 3.114 of the act."),
    ("Versie 2.100.3 is er.", "Version 2.100.3 is here.", "Version 2.100.3 is here."),
    ("Om 16.30 uur.", "At 16.30 uur.", "At 4.30 pm."),
    ("Om 16.30 uur.", "At 16:30.", "At 4.30 pm."),
    ("Om 16.30 uur.", "At 16,30 pm.", "At 4.30 pm."),
    ("Dat is 5%.", "That is 5%.", "That is 5 per cent."),
    ("Dat is 5 procent.", "That is 5 percent.", "That is 5 per cent."),
    ("Dat is 5 procentpunt.", "That is 5 percentage points.", "That is 5 percentage points."),
    ("Zie www.a.nl/5%25.", "See www.a.nl/5%25.", "See www.a.nl/5%25."),
    ("Om 16.30 uur.", "At 16.30 hours.", "At 4.30 pm."),
    ("Om 16.30 uur.", "At 4.30 pm.", "At 4.30 pm."),
    ("Om 16.30 uur.", "At 16.30 pm.", "At 4.30 pm."),
    ("Vóór 1 april, 17.00 uur.", "Before 1 April, 17.0 pm.", "Before 1 April, 5 pm."),
    ("Om 9.30 uur.", "At 9.30 pm.", "At 9.30 am."),
    ("Om 9.30 uur ’s avonds.", "At 9.30 pm.", "At 9.30 pm."),
    ("Om 9.30 uur.", "At 9.30 am.", "At 9.30 am."),
    ("De bond heeft 2.200 leden.", "The union has €2,200 members.", "The union has 2,200 members."),
    ("Het kost € 2.200.", "It costs €2,200.", "It costs €2,200."),
    ("De omzet steeg naar 23 miljoen.", "Turnover rose to €23 million.", "Turnover rose to €23 million."),
    ("Van 15.00 tot 16.30 uur.", "From 15 am to 4.30 pm.", "From 3 pm to 4.30 pm."),
    ("Van 15.00 tot 16.30 uur.", "From 3 pm to 4.30 am.", "From 3 pm to 4.30 pm."),
    ("Open van 5.00 tot 17.00 uur.", "Open from 5 am to 5 pm.", "Open from 5 am to 5 pm."),
    ("Van 15.00 tot half zes.", "From 15.00 to half past five.", "From 3 pm to half past five."),
    ("Hij daalde van 12.50 en half Nederland klaagt.", "It fell from 12.50 and.", "It fell from 12.50 and."),
    ("Om 13.05 uur.", "At 1.05 A.M. sharp.", "At 1.05 pm sharp."),
    ("Om 3.00 en om 15.00 uur.", "At 3 am and at 3 pm.", "At 3 am and at 3 pm."),
    ("Van 10.00 tot 12.00 uur.", "From 10.00 to 12.00.", "From 10 am to 12 noon."),
    ("Het kost € 23 miljoen.", "It costs € 23 million.", "It costs €23 million."),
    ("Het kost € 1,2 mln.", "It costs € 1,2 mln.", "It costs €1.2 million"),
    ("Het kost € 1,2 mln. per jaar.", "It costs €1.2 mln per year.", "It costs €1.2 million per year."),
    ("Het kost 3 mld euro.", "It costs 3 mld euros.", "It costs 3 billion euros."),
    ("Het kost € 25,-.", "It costs €25,-.", "It costs €25."),
    ("Van 1 t/m 5 mei.", "From 1 t/m 5 May.", "From 1 to 5 May."),
    ("Dat is medio mei of medio 2027.", "That is mid- May or mid- 2027.", "That is mid-May or mid-2027."),
    ("De heer Smit komt met de Mr.", "The Mr Smit comes with the Mr.", "Mr Smit comes with the Mr."),
    ("„Mooi”, zegt ze.", "„Nice,” she says.", "“Nice,” she says."),
    ("„Mooi”, zegt ze.", "—Nice,” she says.", "“Nice,” she says."),
    ("‘Mooi’, zegt ze.", "‘Nice,” she says.", "‘Nice,’ she says."),
    ("‘Mooi’, zegt ze, ‘hoor.’", "'It's nice,’ she says, 'really.'", "‘It’s nice,’ she says, ‘really.’"),
    ("'Mooi', zegt ze.", "'It's nice,' she says.", "'It's nice,' she says."),
    ("‘Hij zei: “Ja”.’", "‘He said “Yes.”’", "‘He said “Yes.”’"),
    ("Voorzitter: dit moet anders.", "chair: this must change.", "Chair: this must change."),
    ("‘Ja’, zegt ze.", "‘yes,’ she says.", "‘Yes,’ she says."),
    ("Zijn iPhone is weg.", "iPhone gone.", "iPhone gone."),
    ("Site: www.ser.nl.", "www.ser.nl: site.", "www.ser.nl: site."),
    ("In Utrecht, in de haven.", "in Utrecht, in the port.", "In Utrecht, in the port."),
    ("Élan telt.", "élan counts.", "Élan counts."),
    ("ja, zegt ze.", "yes, she says.", "yes, she says."),
    ("10 leden.", "10 members.", "10 members."),
    ("Mooi – en klaar.", "Nice – and done.", "Nice – and done."),
    ("Kijk op https://www.ser.nl/nl/c_1.pdf.", "See https:/wwww.ser.nl/nl/c_1.pdf.", "See https://www.ser.nl/nl/c_1.pdf."),
    ("Mail naar info@ser.nl.", "Mail to inform@ser.nl.", "Mail to info@ser.nl."),
    ("Volg @MetaalSER en #imvo.", "Follow @MetalSER and #imvo.", "Follow @MetaalSER and #imvo."),
    ("Zie www.a.nl/1.146 voor 1.146 leden.", "See www.a.nl/1.146 for 1.146 members.", "See www.a.nl/1.146 for 1,146 members."),
    ("Mail naar info@ser.nl.", "Mail us.", "Mail us."),
]  # fmt: skip


@pytest.mark.parametrize(("dutch", "made", "mended"), CASES)
def test_repair(dutch: str, made: str, mended: str) -> None:
    assert repair(dutch, Aligned(made)).text == mended


@pytest.mark.parametrize(
    ("dutch", "made", "mended"),
    [
        ("Om 14.30 uur.", "At 14.30 hours.", "At 14:30."),
        ("Om 14.30 uur.", "At 2.30 pm.", "At 14:30."),
        ("Om 9 uur ’s avonds.", "At 9 pm.", "At 21:00."),
        ("Om 9.30 uur.", "At 9.30 a.m.", "At 09:30."),
        ("Van 10.00 tot 12.00 uur.", "From 10.00 to 12.00.", "From 10:00 to 12:00."),
        ("Om 24.00 uur.", "At midnight.", "At 24:00."),
        ("Rond middernacht.", "Around midnight.", "Around midnight."),
        ("Dat is 1,9 procent.", "That is 1,9 per cent.", "That is 1.9%."),
        ("Dat is 5 procentpunt.", "That is 5 percentage points.", "That is 5 percentage points."),
    ],
)
def test_another_style(dutch: str, made: str, mended: str) -> None:
    style = Style(clock="24", percent="%")
    assert repair(dutch, Aligned(made), style).text == mended
    assert fault(dutch, mended) == ""
    assert style.version != Style().version


@pytest.mark.parametrize(
    ("hour", "minute", "shown"),
    [
        (0, "00", "midnight"),
        (0, "15", "12.15 am"),
        (9, "00", "9 am"),
        (12, "00", "12 noon"),
        (12, "30", "12.30 pm"),
        (23, "59", "11.59 pm"),
        (24, "00", "midnight"),
    ],
)
def test_clock(hour: int, minute: str, shown: str) -> None:
    assert clock(hour, minute) == shown
    assert fault(f"Om {hour}.{minute} uur begint het.", f"It begins at {shown}.") == ""


@pytest.mark.parametrize(
    ("dutch", "known"),
    [
        ("Om 16.05 uur, 14 leden.", {"16.05 uur": "4.05 pm", "14": "14"}),
        ("Van 9.30 tot 12.00 uur.", {"9.30": "9.30 am", "12.00 uur": "12 noon"}),
        ("Om 8.30 uur ’s avonds.", {"8.30": "8.30"}),
        ("Voor € 2.200,50 en 1,9 procent.", {"2.200,50": "2,200.50", "1,9": "1.9"}),
        ("Artikel 3.114 van 12-10-2026.", {"3.114": "3.114"}),
        ("Zie www.a.nl/2026 en COVID-19.", {}),
    ],
)
def test_figures_in_english(dutch: str, known: dict[str, str]) -> None:
    assert {dutch[start:end]: english for start, end, english in figures(dutch)} == known


@given(st.text(alphabet="0123456789.,:/- urté€", max_size=40))
def test_figures_lie_beside_each_other_whatever_stands_there(dutch: str) -> None:
    spans = sorted(figures(dutch))
    assert all(start < end <= len(dutch) and english for start, end, english in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_what_cannot_be_mended_is_flagged() -> None:
    mended = repair("Mail naar info@ser.nl.", Aligned("Mail us now."))
    assert fault("Mail naar info@ser.nl.", mended.text) == "verbatim"


def test_the_alignment_follows() -> None:
    made = Aligned("It costs € 1,2 mln per year", ((0,), (1,), (2,), (3,), (4,), (5,), (6,)))
    mended = repair("Het kost € 1,2 mln per jaar", made)
    assert mended == Aligned("It costs €1.2 million per year", ((0,), (1,), (2, 3), (4,), (5,), (6,)))


@given(
    st.text(max_size=200),
    st.text(max_size=200),
    st.lists(st.lists(st.integers(0, 9), max_size=2).map(tuple), max_size=9),
)
def test_each_word_keeps_an_alignment(dutch: str, english: str, alignment: list[tuple[int, ...]]) -> None:
    mended = repair(dutch, Aligned(english, tuple(alignment)))
    assert mended.alignment == tuple(alignment) or len(mended.alignment) == len(mended.text.split())


@pytest.mark.parametrize("evil", ["1." * 2_000, "€ " * 2_000, "@a " * 200, "16.30 uur " * 100, "https:" * 500])
def test_no_text_makes_mending_slow(evil: str) -> None:
    start = time.process_time()
    repair(evil, Aligned(evil))
    assert time.process_time() - start < 3
