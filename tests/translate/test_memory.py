"""Translation memory: what is known is not translated again, and what people say stands above it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from tests.test_store import NOW

from tweeklank.config import Translate
from tweeklank.store import Store
from tweeklank.store.corrections import Provenance
from tweeklank.store.segments import normal_form
from tweeklank.store.translations import Remembered
from tweeklank.translate.figures import Style
from tweeklank.translate.markup import Sentence, translate_html
from tweeklank.translate.memory import Memory, borrowed, edition
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import load_glossary

KNOWN = "„De leden” zeggen: 't is 1.200 euro."


@pytest.mark.parametrize(
    "spelling",
    [
        "“De leden” zeggen: ’t is 1.200 euro.",
        '"De leden" zeggen: \'t is 1.200 euro. ',
        "„De\u00a0leden” zeggen:\n ‘t is\u202f1.200  euro.",
        "„De le\u00adden” zeggen: 't is 1.200 euro.",
    ],
)
def test_white_space_and_quotes_make_no_other_sentence(store: Store, spelling: str) -> None:
    memory = Memory(store, "m1")
    assert memory.recall([KNOWN]) == [KNOWN]
    memory.remember({KNOWN: Remembered("“The members” say: it’s €1,200.")})
    again = Memory(store, "m1")
    assert again.recall([spelling]) == []
    assert again.sentences([spelling])[spelling].text == "“The members” say: it’s €1,200."


@pytest.mark.parametrize(
    "other",
    [
        "„De leden” zeggen: 't is 1.300 euro.",
        "„De leden” zeggen: 't is 1200 euro.",
        "„De leden” zeggen: 't is 1.200 Euro.",
        "„De leden” zeggen: 't is 1.200 euro!",
    ],
)
def test_figures_capitals_and_punctuation_do(other: str) -> None:
    assert normal_form(other) != normal_form(KNOWN)


def test_two_spellings_of_a_sentence_need_the_model_once(store: Store) -> None:
    memory, spellings = Memory(store, "m1"), ["Dat ‘mag’ niet.", "Dat 'mag' niet."]
    assert memory.recall(spellings) == spellings[:1]
    memory.remember({spellings[0]: Remembered("That is not ‘allowed’.")})
    assert {one.text for one in memory.sentences(spellings).values()} == {"That is not ‘allowed’."}


def test_what_stays_in_dutch_keeps_its_own_spelling(store: Store) -> None:
    memory, spellings = Memory(store, "m1"), ["Dat ‘mag’ niet.", "Dat 'mag' niet."]
    memory.recall(spellings)
    memory.remember({spellings[0]: Remembered(spellings[0], fault="number")})
    assert memory.sentences(spellings) == {spelling: Sentence(spelling, kept=True) for spelling in spellings}


def test_an_edition_is_of_model_glossary_and_style(model: Model) -> None:
    glossary = load_glossary(Translate())
    editions = {edition(model, glossary, style) for style in (Style(), Style(clock="24"), Style(percent="%"))}
    assert len(editions) == 3
    assert all(model.key in one and glossary.version in one for one in editions)


def test_a_correction_is_used_before_memory_whatever_the_edition(store: Store) -> None:
    Memory(store, "m1").remember({"Dat is goed.": Remembered("That is well.")})
    store.corrections.keep({"Dat is goed.": "That’s good."}, Provenance.IMPORTED, "a.tsv", NOW)
    for name in ("m1", "m2"):
        memory = Memory(store, name)
        assert memory.recall(["Dat is goed."]) == []
        assert (memory.corrected, memory.remembered) == (1, 0)
        assert memory.sentences(["Dat is goed."])["Dat is goed."].text == "That’s good."


def link_in(html: str, english: str, alignment: tuple[tuple[int, ...], ...]) -> str:
    dutch = BeautifulSoup(html, "lxml").get_text()
    body, kept = translate_html(html, {dutch: Sentence(english, alignment)})
    assert kept == 0
    (link,) = BeautifulSoup(body, "lxml").find_all("a")
    return str(link.get_text())


def test_a_link_finds_its_words_in_a_correction_by_what_the_machine_made() -> None:
    html = '<p>De vakbonden hebben gisteren <a href="u">het hele rapport</a> gelezen.</p>'
    dutch, english = "De vakbonden hebben gisteren het hele rapport gelezen.", "Unions read the whole report yesterday."
    machine = Remembered(
        "The trade unions have read the entire report yesterday.",
        ((0,), (1,), (1,), (2,), (7,), (4,), (5,), (6,), (3,)),
    )
    assert link_in(html, english, borrowed(dutch, english, machine)).endswith("report")
    assert "yesterday" not in link_in(html, english, borrowed(dutch, english, machine))


def test_the_model_is_asked_about_a_corrected_sentence_only_to_place_its_links(store: Store) -> None:
    store.corrections.keep({"Dat is goed.": "That’s good."}, Provenance.IMPORTED, "a.tsv", NOW)
    assert Memory(store, "m1").recall(["Dat is goed."], {"Iets anders."}) == []
    memory = Memory(store, "m1")
    assert memory.recall(["Dat is goed."], {"Dat is goed."}) == ["Dat is goed."]
    memory.remember({"Dat is goed.": Remembered("That is good.", ((0,), (1,), (2,)))})
    assert memory.sentences(["Dat is goed."]) == {"Dat is goed.": Sentence("That’s good.", ((0, 1), (2,)))}


def test_a_link_finds_its_words_in_a_correction_by_names_and_place() -> None:
    html = '<p>Gisteren sprak <a href="u">Marijke Tolsma</a> in Amersfoort.</p>'
    dutch, english = "Gisteren sprak Marijke Tolsma in Amersfoort.", "Marijke Tolsma spoke in Amersfoort yesterday."
    assert link_in(html, english, borrowed(dutch, english, None)) == "Marijke Tolsma"
    assert link_in('<p><a href="u">Ja.</a></p>', "Yes.", borrowed("Ja.", "Yes.", None)) == "Yes."
