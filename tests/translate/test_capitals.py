"""Headlines and calls that are set in capitals from end to end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.config import Translate
from tweeklank.translate.attempts import translate_sentences
from tweeklank.translate.capitals import in_capitals, in_small_letters
from tweeklank.translate.checks import fault
from tweeklank.translate.lexicon import Lexicon
from tweeklank.translate.models import Model
from tweeklank.translate.prepared import prepared
from tweeklank.translate.terminology import Glossary, load_glossary


@pytest.mark.parametrize(
    "dutch",
    ["Nieuw convenant voor de kledingsector", "Belangrijk", "Let op: de bijeenkomst is verplaatst naar 14 maart"],
)
def test_a_headline_in_capitals_says_what_it_says_in_small_letters(model: Model, dutch: str) -> None:
    portions = translate_sentences([dutch, dutch.upper()], model, load_glossary(Translate()))
    made = {sentence: remembered for portion in portions for sentence, remembered in portion.items()}
    assert made[dutch.upper()].target == made[dutch].target.upper()
    assert made[dutch].target != dutch


@pytest.mark.parametrize(
    ("dutch", "name", "link"),
    [
        ("VAKBOND FNV TEKENT CONVENANT IN UTRECHT", "UTRECHT", (5,)),
        ("TEXTIELBEDRIJVEN BETALEN TE WEINIG IN BANGLADESH", "BANGLADESH", (5,)),
        ("DUITSLAND EN FRANKRIJK TEKENEN AKKOORD", "FRANCE", (2,)),
    ],
)
def test_a_name_in_capitals_stays_a_name_and_keeps_its_link(
    model: Model, dutch: str, name: str, link: tuple[int, ...]
) -> None:
    [made] = [p[dutch] for p in translate_sentences([dutch], model, load_glossary(Translate())) if dutch in p]
    words = made.target.split()
    assert made.alignment[words.index(name)] == link


def test_the_glossary_holds_for_capitals_too(model: Model) -> None:
    glossary = Glossary.of({"Fietsconvenant": "Bicycle Agreement", "Spaakstad": "Spaakstad"})
    dutch = "NIEUW FIETSCONVENANT VOOR SPAAKSTAD"
    assert [english for _, _, english in glossary.found(dutch)] == ["Bicycle Agreement", "Spaakstad"]
    [made] = [p[dutch] for p in translate_sentences([dutch], model, glossary) if dutch in p]
    assert "BICYCLE AGREEMENT" in made.target
    assert "SPAAKSTAD" in made.target


def test_the_model_reads_a_sentence_in_capitals_as_it_would_stand_elsewhere() -> None:
    lexicon = Lexicon({"UTRECHT": "Utrecht", "DUITSE": "German", "SER": "SER", "zadels": "saddles"})
    dutch = "SER ZOEKT DUITSE ZADELS VOOR UTRECHT"
    given_ = prepared(dutch, Glossary.of({"Zoekt": "Searches"}).found(dutch), lexicon.found(dutch))
    assert given_.text == (
        "<term>SER<as>SER</term> <term>Zoekt<as>Searches</term> <term>Duitse<as>German</term> "
        "<term>zadels<as>saddles</term> voor <term>Utrecht<as>Utrecht</term>"
    )
    assert len(given_.words) == len(given_.text)


def test_a_name_in_capitals_is_no_dutch_left_over() -> None:
    assert not fault("MINISTER HUGO DE JONGE TEKENT AKKOORD", "MINISTER HUGO DE JONGE SIGNS AGREEMENT")
    assert fault("MINISTER TEKENT AKKOORD OVER HET WATER", "MINISTER TEKENT AKKOORD OVER HET WATER")


@pytest.mark.parametrize("text", ["SER", "FNV EN CNV", "De SER en VNO-NCW", "12 – 14", "IMVO", "Convenant", ""])
def test_abbreviations_are_no_sentence_in_capitals(text: str) -> None:
    assert not in_capitals(text)


@given(st.text())
def test_small_letters_stand_where_the_capitals_stood(text: str) -> None:
    assert len(in_small_letters(text)) == len(text)
