"""Half zes is half past five, half mei is mid-May: a time that is an hour wrong is worse than none."""

from __future__ import annotations

import pytest

from tweeklank.config import Translate
from tweeklank.translate.attempts import translate_sentences
from tweeklank.translate.checks import fault
from tweeklank.translate.clock import spoken_times
from tweeklank.translate.days import middles
from tweeklank.translate.figures import figures
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import load_glossary

HOURS = ["twaalf", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf"]
ENGLISH = ["twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]


@pytest.mark.parametrize(
    ("dutch", "times"),
    [
        ("Om half zes begint het.", {"half zes": "half past five"}),
        ("Half één was te vroeg.", {"Half één": "Half past twelve"}),
        ("Tot half een ’s nachts.", {"half een": "half past twelve"}),
        ("Kom om half een.", {"half een": "half past twelve"}),
        ("Van kwart voor acht tot kwart over negen.", {"kwart voor acht": "a quarter to eight", "kwart over negen": "a quarter past nine"}),
        ("Om vijf voor half negen.", {"vijf voor half negen": "8.25"}),
        ("Om tien over half één.", {"tien over half één": "12.40"}),
        ("Het was tegen tien voor vier.", {"tien voor vier": "ten to four"}),
        ("Om vijf over een.", {"vijf over een": "five past one"}),
        ("Rond half een ontstond brand.", {"half een": "half past twelve"}),
        ("Om kwart over een reed hij weg.", {"kwart over een": "a quarter past one"}),
        ("Van half een tot half twee.", {"half een": "half past twelve", "half twee": "half past one"}),
        ("Het begint om half 6.", {"half 6": "half past five"}),
        ("Het begint om kwart voor 12 uur.", {"kwart voor 12 uur": "a quarter to twelve"}),
        ("Om vijf minuten voor half zes.", {"vijf minuten voor half zes": "5.25"}),
        ("Om 5 voor half 10.", {"5 voor half 10": "9.25"}),
        ("OM HALF ZES", {"HALF ZES": "half past five"}),
        ("Dat is half een grap.", {}),
        ("Zij kregen er vijf voor acht euro.", {}),
        ("Er waren tien over twee dorpen verspreid.", {}),
        ("Na tweeënhalf vier jaar.", {}),
        ("Kinderen mogen vanaf tien voor twee euro naar binnen.", {}),
        ("De uitstoot moet met een kwart over vijf jaar omlaag.", {}),
        ("Het is rond tien over vijf jaar klaar.", {}),
        ("Half acht gezinnen.", {}),
        ("Dat is half 10 procent.", {}),
        ("Dat is half 6.5.", {}),
        ("Half september is het zover.", {}),
    ],
)  # fmt: skip
def test_times_in_words(dutch: str, times: dict[str, str]) -> None:
    assert {dutch[start:end]: english for start, end, english in spoken_times(dutch)} == times


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("Half mei is het klaar.", "Mid-May"),
        ("Het is half september klaar.", "mid-September"),
        ("Medio juni.", "Mid-June"),
    ],
)
def test_the_middle_of_a_month(model: Model, dutch: str, english: str) -> None:
    assert [one for *_, one in middles(dutch)] == [english]
    [made] = [part[dutch].target for part in translate_sentences([dutch], model, load_glossary(Translate())) if part]
    assert english.lower() in made.lower()


def test_figures_of_a_time_in_words_are_no_numbers_of_their_own() -> None:
    assert fault("Het begint om half 6.", "It starts at half past five.") == ""
    assert list(figures("Het begint om half 6, zaal 2.")) == [(27, 28, "2")]


def test_every_half_hour_comes_out_right(model: Model) -> None:
    wanted = {
        f"De vergadering begint om half {hour}.": f"half past {ENGLISH[number - 1]}"
        for number, hour in enumerate(HOURS)
    }
    portions = translate_sentences(list(wanted), model, load_glossary(Translate()))
    made = {dutch: result.target for portion in portions for dutch, result in portion.items()}
    assert [dutch for dutch, english in wanted.items() if english not in made[dutch]] == []
