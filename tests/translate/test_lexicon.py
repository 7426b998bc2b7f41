"""Rare words and fixed expressions come with their English from the lexicon of the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tweeklank.translate.attempts import FIRST
from tweeklank.translate.engine import Engine
from tweeklank.translate.lexicon import Lexicon, read_lexicon
from tweeklank.translate.models import LEXICON, Model, ModelError, read_model
from tweeklank.translate.parted import GAP
from tweeklank.translate.prepared import prepared
from tweeklank.translate.terminology import Glossary

SOME = Lexicon(
    {"zadel": "saddle", "assyrische": "Assyrian", "onderzeeërs": "submarines", "haven-terrein": "port area"}
    | {"haven": "harbour", "foto's": "photos", "foto": "photo", "ree": "roe deer", "ram": "ram"}
    | {"BRUG": "Bruges", "FNV": "FNV", "Taart": "cake"}
    | {"van de baan": "off the table", "baan": "job", "op eigen houtje": "independently", "houtje": "stick"}
    | {"ARTIKEL EEN": "Article One", "voor de hand": "at hand", "voor de hand liggende": "obvious", "over": "over"}
)


def found(sentence: str) -> list[tuple[str, str]]:
    return [(sentence[start:end], english) for start, end, english in SOME.found(sentence)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Het zadel is oud.", [("zadel", "saddle")]),
        ("Onderzeeërs varen diep.", [("Onderzeeërs", "submarines")]),
        ("Twee onderzeeërs, twee zadels.", [("onderzeeërs", "submarines")]),
        ("De Assyrische ruiters.", [("Assyrische", "Assyrian")]),
        ("Volgens Zadel is het oud.", []),
        ("NIEUWE ONDERZEEËRS VOOR DE MARINE", [("ONDERZEEËRS", "submarines")]),
        ("FNV TEKENT AKKOORD IN BRUG", [("FNV", "FNV"), ("BRUG", "Bruges")]),
        ("De FNV tekent in Brug op een brug.", []),
        ("Het haven-terrein.", [("haven-terrein", "port area")]),
        ("Een zadel- en tuigmaker, een 3D-zadel, een mini-zadel.", []),
        ("Een zadel\u2011haven, foto's- en filmzadels.", []),
        ("Een foto's en een foto’s.", [("foto's", "photos"), ("foto’s", "photos")]),
        ("Zie www.zadel.nl/zadel, zadel.nl, info@zadel.nl, @zadel, #zadel, https://a.nl/?q=zadel&zadel=1.", []),
        ("Een ree\u0308le kans.", []),
        ("RAM meldt winst; een ram niet.", [("ram", "ram")]),
        ("Taart en taart.", [("Taart", "cake")]),
        ("“Taart!” roept zij.", [("Taart", "cake")]),
        ("Bij Taart; taart bij de koffie.", []),
        ("Van Ham: ‘Onderzeeërs en taart’.", [("Onderzeeërs", "submarines")]),
        ("Hoera! Taart, een Taart, de film ‘Taart’.", [("Taart", "cake")]),
        ("TAART VOOR DE MARINE", [("TAART", "cake")]),
        ("taart bij de koffie", []),
        ("", []),
    ],
)
def test_words_of_a_sentence(sentence: str, words: list[tuple[str, str]]) -> None:
    assert found(sentence) == words


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Het plan is van de baan.", [("van de baan", "off the table")]),
        ("Van de baan is het niet.", [("Van de baan", "off the table")]),
        ("Zij werkt op\u00a0eigen houtje.", [("op\u00a0eigen houtje", "independently")]),
        ("Een voor de hand liggende baan.", [("voor de hand liggende", "obvious"), ("baan", "job")]),
        ("Dat ligt voor de hand.", [("voor de hand", "at hand")]),
        ("Op eigen Houtje.", []),
        ("Van de, baan.", [("baan", "job")]),
        ("Op eigen  houtje.", [("houtje", "stick")]),
        ("PLAN VAN DE BAAN", [("VAN DE BAAN", "off the table")]),
        ("ARTIKEL EEN VAN DE GRONDWET", [("ARTIKEL EEN", "Article One")]),
        ("Artikel een van de Grondwet.", []),
        ("Een baan van de baan-atleet.", [("baan", "job")]),
    ],
)
def test_expressions_are_told_as_one_and_the_longest_goes_first(sentence: str, told: list[tuple[str, str]]) -> None:
    assert found(sentence) == told


def test_they_are_marked_beside_the_terms_of_the_glossary() -> None:
    glossary = Glossary.of({"Assyrische Raad": "Assyrian Council"})
    sentence = "De Assyrische Raad koopt een zadel."
    given = prepared(sentence, glossary.found(sentence), SOME.found(sentence))
    assert given.text == ("De <term>Assyrische Raad<as>Assyrian Council</term> koopt een <term>zadel<as>saddle</term>.")
    assert len(given.words) == len(given.text)


def test_terms_go_first_when_a_sentence_is_full_of_both() -> None:
    glossary = Glossary.of({"SER": "SER"})
    sentence = "zadel, " * 20 + "zei de SER."
    text = prepared(sentence, glossary.found(sentence), SOME.found(sentence)).text
    assert text.count("<term>") == 8
    assert "<term>SER<as>SER</term>" in text


def test_a_package_without_a_lexicon_has_an_empty_one(package: Callable[..., Path]) -> None:
    folder = package()
    (folder / LEXICON).unlink()
    assert read_lexicon(read_model(folder)).found("Het zadel is oud.") == []


def test_a_model_that_knows_no_marks_gets_none(package: Callable[..., Path]) -> None:
    assert read_lexicon(read_model(package(term_marks=None))).forms == {}


@pytest.mark.parametrize(
    "content", [b"zadel saddle\n", b"zadel\tsaddle\t3\n", b"za\xffdel\tsaddle\n", b"zadel\t<as>\n"]
)
def test_a_broken_lexicon_is_named(package: Callable[..., Path], content: bytes) -> None:
    folder = package()
    (folder / LEXICON).write_bytes(content)
    with pytest.raises(ModelError, match=r"lexicon\.tsv: not a lexicon .* install the package again"):
        read_lexicon(read_model(folder))


def test_a_lexicon_from_another_system_is_read(package: Callable[..., Path]) -> None:
    folder = package()
    (folder / LEXICON).write_bytes("\ufeffzadel\tsaddle\r\n\r\nram\tram\r\n".encode())
    assert read_lexicon(read_model(folder)).forms == {"zadel": "saddle", "ram": "ram"}


def test_another_lexicon_makes_another_model(package: Callable[..., Path]) -> None:
    folder = package()
    before = read_model(folder).key
    (folder / LEXICON).write_text("zadel\tsaddle\n", "utf-8")
    assert read_model(folder).key != before


class TestBuiltin:
    def test_its_forms_can_all_be_found(self, model: Model) -> None:
        forms = read_lexicon(model).forms
        assert len(forms) > 30_000
        lexicon = Lexicon(forms)
        lost = [
            dutch
            for dutch, english in forms.items()
            if GAP not in dutch
            and (0, len(dutch), english)
            not in lexicon.found(dutch if dutch == dutch.lower() else f"{dutch} TEKENT AKKOORD")
        ]
        assert lost == []
        assert not any(mark in english for english in forms.values() for mark in "<>\t\n")

    def test_the_model_mostly_writes_what_the_lexicon_says(self, engine: Engine) -> None:
        """With words that nobody uses and words that mean something else, so that only the mark can tell."""
        told = {
            "blorkak": "telescope",
            "snaviol": "chandelier",
            "trondum": "bellows",
            "wemelak": "sundial",
            "zadel": "lantern",
            "kruisboog": "anvil",
            "strijdwagen": "mirror",
            "kandelaar": "saddle",
            "harnas": "compass",
            "weefgetouw": "harp",
            "spinnewiel": "cradle",
            "zonnewijzer": "sceptre",
        }
        lexicon = Lexicon(told)
        sentences = [f"In het museum van de stad staat een oude {dutch} uit de achttiende eeuw." for dutch in told]
        given = [prepared(sentence, lexicon.found(sentence)) for sentence in sentences]
        made = {number: output.text for number, output in engine.translate(given, FIRST)}
        right = [english for number, english in enumerate(told.values()) if english in made[number]]
        assert len(right) >= 0.6 * len(told), made
