"""What is wrong with a translation is found, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.translate.checks import LEAST_SCORE, fault
from tweeklank.translate.names import unchanged_names

FAULTS = [
    ("empty", "Dit is een zin.", ""),
    ("empty", "Dit is een zin.", "…"),
    ("loop", "De leden tekenen het convenant in Den Haag.", "The members the members the members the members sign it."),
    ("loop", "Kijk hier.", "lookooooooooo here"),
    ("length", "De leden tekenen het nieuwe convenant vandaag in Den Haag.", "Members sign."),
    ("length", "Ja.", "Yes, this is a very long answer to a very short question."),
    ("number", "Er zijn 2.200 leden.", "There are 2.2 members."),
    ("number", "Er zijn 2.200 leden.", "There are members."),
    ("number", "Het is 1,9 procent.", "It is 19 per cent."),
    ("number", "In 2024 en 2025 stegen de cijfers.", "In 2024 and 2024 the figures rose."),
    ("number", "Om 14.30 uur begint het.", "It begins at 3.30 pm."),
    ("number", "Het kost € 1,2 mln.", "It costs €12 million."),
    ("number", "Er kwamen 12 bedrijven.", "Twenty companies came."),
    ("verbatim", "Kijk op https://www.ser.nl/x voor meer.", "Look at https://www.ser.com/x for more."),
    ("verbatim", "Mail info@ser.nl voor meer.", "Mail info@sir.nl for more."),
    ("verbatim", "Volg @sernl voor meer.", "Follow @sir for more."),
    ("verbatim", "Gebruik #imvo hiervoor.", "Use #rbc for this."),
    ("untranslated", "De leden tekenen het convenant van de SER.", "De leden tekenen het convenant van de SER."),
    ("negation", "De leden tekenen het convenant niet.", "The members sign the agreement."),
    ("negation", "Er is geen geld voor kinderen.", "There is money for children."),
    ("accusation", "Stuur ook correspondentie mee.", "Send corruption too."),
    ("accusation", "DE GESPREKKEN ZITTEN MUURVAST", "THE TALKS ARE ARRESTED"),
    ("day", "Dat was dinsdag in Utrecht.", "That was Thinsday in Utrecht."),
    ("day", "Dinsdagavond komen zij bijeen.", "They meet in the evening."),
    ("day", "‘Zondag komen zij bijeen.’", "‘They meet on Saturday.’"),
    ("day", "Het is in mei vorig jaar begonnen.", "It began last year."),
    ("day", "Het was in de nacht van zaterdag op zondag.", "It was at night."),
    ("day", "In mei begint de bouw.", "They may begin construction."),
    ("day", "In maart gaat het open.", "Market halls open."),
    ("day", "In mei 2027 komen zij.", "The mayor comes in 2027."),
]

FINE = [
    ("De fabriek staat in Duitsland.", "The factory is in Germany."),
    ("Dat was dinsdag 5 augustus.", "That was on Tues. 5 Aug."),
    ("Op zondagen komen zij bijeen.", "They meet on Sundays."),
    ("Zij wonen op Sint-Maarten.", "They live on Sint Maarten."),
    ("Dat zei Juli Briskman.", "Juli Briskman said so."),
    ("Mei Li Vos is voorzitter.", "Mei Li Vos is chair."),
    ("“Mei is mijn dochter.”", "“Mei is my daughter.”"),
    ("Kijk op mei.nl voor meer.", "See mei.nl for more."),
    ("Het was in de nacht van zaterdag op zondag.", "It was on Saturday night."),
    ("Het was in de nacht van zaterdag op zondag.", "It was in the early hours of Sunday."),
    ("Sinds 11 september is dat zo.", "That has been so since 9/11."),
    ("Open van maandag tot en met vrijdag.", "Open on weekdays."),
    ("IN MEI BEGINNEN DE LEDEN MET HET CONVENANT", "MEMBERS START ON THE AGREEMENT IN MAY"),
    ("Kijk op www.a.nl/mei voor meer.", "See www.a.nl/mei for more."),
    ("Meer staat op Over het convenant.", "There is more on The agreement."),
    ("Lees ook Hoe meet je uitstoot?", "Read also How to measure emissions?"),
    ("Het schip ligt in Den Haag.", "The ship is in The Hague."),
    ("Dat zei de Franse minister in Parijs.", "The French minister said so in Paris."),
    ("Voorzitter Kim Putters opende de dag.", "Chair Kim Putters opened the day."),
    ("Het boek van Jan van der Schot heet Het Diner.", "The book by Jan van der Schot is called Het Diner."),
    ("Dat zei de Tweede Kamer tegen het Rijk.", "Parliament told the central government."),
    ("In de stad Wenen werd getekend.", "It was signed in the city of Vienna."),
    ("Om 9.30 uur ’s avonds begint het.", "It begins at 21:30."),
    ("Om 14 uur begint het.", "It begins at 14:00."),
    ("Er zijn 2.200 leden.", "There are 2,200 members."),
    ("Er zijn 2.200 leden.", "There are 2200 members."),
    ("Dat is 1,9 procent.", "That is 1.9 per cent."),
    ("Om 14.30 uur begint het.", "It begins at 2.30 pm."),
    ("Om 14.30 uur begint het.", "It begins at 2:30 pm."),
    ("Om 14.30 uur begint het.", "It begins at 14:30."),
    ("Om 10.00 uur begint het.", "It begins at 10 am."),
    ("Om 12.00 uur begint het.", "It begins at noon."),
    ("Om 13 uur begint het.", "It begins at 1 pm."),
    ("De 3e keer was goed.", "The third time was good."),
    ("De 3e keer was goed.", "The 3rd time was good."),
    ("In de 19e eeuw was dat zo.", "That was so in the nineteenth century."),
    ("De 20e editie begint.", "The twentieth edition begins."),
    ("Haar 21e boek is uit.", "Her twenty-first book is out."),
    ("In de jaren 90 was dat zo.", "That was so in the 1990s."),
    ("In de jaren 90 was dat zo.", "That was so in the 90s."),
    ("Er zijn 12 leden.", "There are twelve members."),
    ("Er zijn 72 leden.", "There are seventy-two members."),
    ("Dat kost € 1,2 mln.", "That costs €1.2 million."),
    ("Op 31-12-2020 liep het af.", "It ended on 31 December 2020."),
    ("Op 18 juni 2024 tekenden zij.", "On 18 June 2024 they signed."),
    ("Minder CO2 en 12 m2.", "Less CO2 and 12 m2."),
    ("Kijk op https://www.ser.nl/x.", "Look at https://www.ser.nl/x."),
    ("Mail info@ser.nl, zegt @sernl.", "Mail info@ser.nl, says @sernl."),
    ("Ja ja ja ja, zei hij.", "Yes yes yes yes, he said."),
    ("Bas van der Schot", "Bas van der Schot"),
    ("Jan de Wit, Ahold", "Jan de Wit, Ahold"),
    ("Metaalconvenant", "Metals Agreement"),
    ("Niet alleen de SER tekent.", "The SER also signs."),
    ("Er is geen kans op.", "It is impossible."),
    ("De leden zijn het niet eens.", "The members disagree."),
    ("De politie hield vannacht drie mannen aan.", "Police arrested three men last night."),
    ("De penningmeester had geld verduisterd.", "The treasurer had embezzled money."),
    ("Er volgden vijf arrestaties wegens omkoping.", "Five arrests for bribery followed."),
    ("Hij is gisteren om het leven gebracht.", "He was murdered yesterday."),
    ("De wasserette draait op regenwater.", "The launderette runs on rainwater."),
    ("Een drone met druivenranken.", "A drone with grapevines."),
    ("…", "…"),
    ("–", ""),
    ("1 op de 5 leden", "one in five members"),
]


@pytest.mark.parametrize(("name", "dutch", "english"), FAULTS)
def test_fault(name: str, dutch: str, english: str) -> None:
    assert fault(dutch, english) == name


@pytest.mark.parametrize(("dutch", "english"), FINE)
def test_no_fault(dutch: str, english: str) -> None:
    assert fault(dutch, english) == ""


def test_faults_made_by_hand_are_found() -> None:
    lines = Path(__file__).with_name("faulty.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) >= 60
    missed = [row for row in rows if not fault(row[1], row[2])]
    assert len(missed) <= 0.05 * len(rows), missed


def test_a_model_that_guesses_is_flagged_after_all_else() -> None:
    assert fault("De leden komen.", "The members come.", LEAST_SCORE - 0.01) == "score"
    assert fault("De leden komen.", "The members come.", LEAST_SCORE) == ""
    assert fault("Er zijn 12 leden.", "There are members.", -9) == "number"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_checked(dutch: str, english: str) -> None:
    fault(dutch, english)


@pytest.mark.parametrize(
    "evil",
    [
        "a" * 20_000,
        "1" * 20_000,
        "1." * 10_000,
        "ab " * 7_000,
        "a@" * 10_000,
        "@#" * 10_000,
        "http://" * 3_000,
        "no-" * 7000,
    ],
)
def test_no_text_makes_the_checks_slow(evil: str) -> None:
    start = time.process_time()
    fault(evil, evil[:-1] + "x")
    fault("Een zin.", evil)
    assert time.process_time() - start < 2


def test_names_that_stay_as_they_are() -> None:
    dutch = "Gisteren sprak Berthe Akkerhuis in Frankrijk met de Tweede Kamer over Schoon Tij."
    spans = list(unchanged_names(dutch))
    assert [dutch[start:end] for start, end, _ in spans] == ["Berthe", "Akkerhuis", "Schoon", "Tij"]
    assert all(dutch[start:end] == english for start, end, english in spans)
