"""A ton of money is a hundred thousand euros; a ton of anything else weighs a thousand kilos."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.translate.attempts import translate_sentences
from tweeklank.translate.checks import fault
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import Glossary
from tweeklank.translate.tons import tons_of_money


@pytest.mark.parametrize(
    ("dutch", "euros"),
    [
        ("De gemeente heeft een meevaller van 2 ton.", "€200,000"),
        ("De subsidie bedraagt 2,5 ton.", "€250,000"),
        ("Het fonds steekt 12 ton euro in scholing.", "€1,200,000"),
        ("Het zwembad kost drie ton, zegt de wethouder.", "€300,000"),
        ("Er wordt anderhalve ton voor uitgetrokken.", "€150,000"),
        ("De boete van een halve ton is betaald.", "€50,000"),
        ("Zij verdient ruim een ton per jaar.", "€100,000"),
        ("Wie betaalt de 0,75 ton die ontbreekt?", "€75,000"),
    ],
)
def test_money(dutch: str, euros: str) -> None:
    assert [english for _, _, english in tons_of_money(dutch)] == [euros]


@pytest.mark.parametrize(
    "dutch",
    [
        "De fabriek stoot 6 ton CO2 uit.",
        "De boer verkocht 6 ton aardappelen voor een goede prijs.",
        "De vrachtwagen van 40 ton kost veel geld.",
        "Het schip weegt 2 ton.",
        "De opbrengst viel met 78 ton per hectare lager uit.",
        "Ondanks een recordoogst van 9,8 ton bleef er weinig geld over.",
        "Er lag 3 ton op de kade.",
        "Er lag een ton in de schuur, een oud ding zonder waarde.",
        "De begroting van 1.200 ton en de prijs van 2.5 ton.",
        "De gift is 3-ton groot, een tonnetje geld.",
        "",
    ],
)
def test_weight_or_not_clear(dutch: str) -> None:
    assert list(tons_of_money(dutch)) == []


def test_an_amount_of_another_size_is_a_fault() -> None:
    dutch = "De gemeente heeft een meevaller van 2 ton."
    assert fault(dutch, "The municipality has a windfall of 2 tonnes.") == "number"
    assert fault(dutch, "The municipality has a windfall of €2 million.") == "number"
    assert fault(dutch, "The municipality has a windfall of €200,000.") == ""


def test_the_model_is_told_the_amount(model: Model) -> None:
    sentences = ["De gemeente heeft een meevaller van 2 ton.", "De subsidie bedraagt 2,5 ton."]
    made = {s: m.target for part in translate_sentences(sentences, model, Glossary.of({})) for s, m in part.items()}
    assert "€200,000" in made[sentences[0]]
    assert "€250,000" in made[sentences[1]]


@given(st.text(alphabet="0123456789,. tongelduro€-een halve", max_size=80))
def test_any_text_can_be_looked_at(dutch: str) -> None:
    for start, end, euros in tons_of_money(dutch):
        assert dutch[start:end]
        assert euros.startswith("€")
