"""Names that a text introduces, where every word has a capital."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweeklank.article import Article, Language
from tweeklank.config import Translate, load_config
from tweeklank.store import open_store
from tweeklank.store.translations import Remembered
from tweeklank.translate import translate
from tweeklank.translate.alignment import Aligned
from tweeklank.translate.attempts import NAMED, preparation, translate_named
from tweeklank.translate.engine import Engine
from tweeklank.translate.explain import explain
from tweeklank.translate.introduced import introduced, lost_names
from tweeklank.translate.models import Model
from tweeklank.translate.terminology import load_glossary

SAYS = "Het was een lange weg, zegt Anne Verduin van de stichting."
SAYS_IN_ENGLISH = "It was a long way, says Anne Verduin of the foundation."
QUOTE = "Verduin: ‘We zijn er nog niet.’"


def lost(english: dict[str, str]) -> dict[str, list[str]]:
    made = {dutch: Remembered(target) for dutch, target in english.items()}
    return {sentence: [name for _, _, name in spans] for sentence, spans in lost_names([list(english)], made).items()}


def test_a_name_that_the_text_introduces_is_missed_at_the_start_of_a_sentence() -> None:
    assert lost({QUOTE: "Duke: 'We are not there yet.'", SAYS: SAYS_IN_ENGLISH}) == {QUOTE: ["Verduin"]}


def test_nothing_is_missed_where_the_name_is() -> None:
    assert lost({SAYS: SAYS_IN_ENGLISH, QUOTE: "Verduin: 'We are not there yet.'"}) == {}


def test_a_name_belongs_to_its_own_text() -> None:
    made = {QUOTE: Remembered("Duke: 'We are not there yet.'"), SAYS: Remembered(SAYS_IN_ENGLISH)}
    assert lost_names([[QUOTE], [SAYS]], made) == {}


@pytest.mark.parametrize(
    ("dutch", "english", "names"),
    [
        ("Dat zegt Anne de Wit.", "So says Anne de Wit.", {"Anne": "Anne", "Wit": "de Wit"}),
        ("Dat zegt A. van den Berg.", "So says A. van den Berg.", {"Berg": "van den Berg"}),
        (
            "Zo zegt dr. Anne van den Berg dat.",
            "So says Dr Anne van den Berg.",
            {"Berg": "van den Berg"},
        ),
        ("Volgens Anne de Wit kan het.", "According to Anne de Wit it can.", {"Anne": "Anne", "Wit": "de Wit"}),
        ("Dat zegt Piet Boer, zelf boer.", "So says Piet Boer, a farmer himself.", {"Piet": "Piet"}),
        ("Dat zegt Anne Groen.", "So says Anne Groen.", {"Anne": "Anne", "Groen": "Groen"}),
        ("Dat is Groen.", "That is Groen.", {}),
        ("Lees ook Hoe meet je dat?", "Read also Hoe to measure?", {}),
        ("Volgens de NAM mag het.", "According to NAM it may.", {"NAM": "NAM"}),
        (
            "Dat zegt Jan Bos van Ketenwerk.",
            "Jan Bos of Ketenwerk says.",
            {"Jan": "Jan", "Bos": "Bos", "Ketenwerk": "Ketenwerk"},
        ),
        ("Hij komt uit Parijs.", "He comes from Paris.", {}),
        ("De Nederlandse overheid betaalt.", "The Dutch government pays.", {}),
        ("Platform Duurzame Kleding is blij.", "The Sustainable Clothing Platform is pleased.", {}),
        ("Visser schudt zijn hoofd.", "Visser shakes his head.", {}),
    ],
)
def test_what_is_a_name(dutch: str, english: str, names: dict[str, str]) -> None:
    assert introduced({dutch: english}) == names


def test_a_surname_has_its_particle_at_the_start_too() -> None:
    dutch = {"Dat zegt Anne de Wit.": "So says Anne de Wit.", "De Wit is blij.": "The White is pleased."}
    assert lost(dutch) == {"De Wit is blij.": ["De Wit"]}


def test_the_longest_particle_counts_wherever_it_stands() -> None:
    english = {
        "Dat zegt Anne van den Berg.": "So says Anne van den Berg.",
        "Van den Berg: ‘Mooi.’": "From the Mountain: 'Nice.'",
    }
    assert lost(english) == {"Van den Berg: ‘Mooi.’": ["Van den Berg"]}
    assert lost(dict(reversed(english.items()))) == lost(english)


@pytest.mark.parametrize(
    ("introduction", "start"),
    [
        ("Dat zegt Wil Roos.", "Wil je meer weten?"),
        ("Dat zegt Max Kok.", "Kok worden in een verpleeghuis?"),
        ("Dat zegt Max Bank.", "Bank en verzekeraar tekenden."),
        ("Dat zegt Max Prins.", "Prins Bernhard kwam ook."),
        ("Dat staat in het rapport Samen Werken.", "Werken in de zorg is zwaar."),
    ],
)
def test_an_ordinary_word_at_the_start_is_let_be(introduction: str, start: str) -> None:
    kept = introduction.removeprefix("Dat zegt ").removeprefix("Dat staat in het rapport ")
    assert lost({introduction: f"So says {kept}", start: "Something else."}) == {}


def test_a_sentence_of_two_texts_is_told_the_names_of_both() -> None:
    both = "Dat vinden Verduin en Tamboer."
    made = {SAYS: SAYS_IN_ENGLISH, "Dat zegt Jan Tamboer.": "So says Jan Tamboer.", both: "Duke and Drummer find that."}
    texts = [[SAYS, both], ["Dat zegt Jan Tamboer.", both]]
    spans = lost_names(texts, {dutch: Remembered(english) for dutch, english in made.items()})[both]
    assert [name for *_, name in spans] == ["Verduin", "Tamboer"]


def test_a_particle_without_a_capital_is_no_part_of_a_name() -> None:
    dutch = {
        "Hij leidt de Universiteit van Tilburg.": "He heads the University of Tilburg.",
        "De stad van Tilburg groeit.": "The city grows.",
    }
    assert lost(dutch) == {"De stad van Tilburg groeit.": ["Tilburg"]}


def test_what_is_translated_more_often_than_kept_is_no_name() -> None:
    dutch = {
        "Hij is nu in Parijs.": "He is in Parijs now.",
        "Zij is ook in Parijs.": "She is in Paris as well.",
        "Parijs is ver.": "Paris is far.",
    }
    assert lost(dutch) == {}


def test_a_sentence_that_stays_dutch_tells_nothing_and_is_let_be() -> None:
    made = {SAYS: Remembered(SAYS, fault="name"), QUOTE: Remembered("Duke: 'No.'")}
    assert lost_names([[SAYS, QUOTE]], made) == {}
    made = {SAYS: Remembered(SAYS_IN_ENGLISH), QUOTE: Remembered(QUOTE, fault="score")}
    assert lost_names([[SAYS, QUOTE]], made) == {}


def test_capitals_tell_no_names() -> None:
    assert lost({"DAT ZEGT ANNE VERDUIN": "SO SAYS ANNE VERDUIN", "VERDUIN VERTREKT": "DUKE LEAVES"}) == {}


def test_the_model_is_told_the_name(model: Model) -> None:
    made = {SAYS: Remembered(SAYS_IN_ENGLISH), QUOTE: Remembered("Duke: 'We are not there yet.'")}
    lost = lost_names([[SAYS, QUOTE]], made)
    [(sentence, attempt)] = translate_named(lost, model, load_glossary(Translate()))
    assert (sentence, attempt.way, attempt.fault) == (QUOTE, NAMED, "")
    assert "Verduin" in attempt.made.text


class Forgetful(Engine):
    """The real engine, that takes Verduin for a duke at the start of a sentence unless it is told."""

    def translate(self, sentences, decoding, done=lambda _: None):  # type: ignore[no-untyped-def]
        for number, output in super().translate(sentences, decoding, done):
            given = sentences[number].text
            if given.startswith("Verduin"):
                yield number, Aligned("Duke: 'We are not there yet.'", ())
            else:
                yield number, Aligned(SAYS_IN_ENGLISH, ()) if given == SAYS else output


class Deaf(Engine):
    """The real engine, that leaves a name out whatever it is told."""

    def translate(self, sentences, decoding, done=lambda _: None):  # type: ignore[no-untyped-def]
        for number, _ in super().translate(sentences, decoding, done):
            yield number, Aligned("We are not there yet.", ())


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweeklank.translate.attempts.Engine", Forgetful)


@pytest.mark.usefixtures("forgetful")
def test_a_headline_has_the_name_that_the_article_introduces(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        """
        publication.base_url = "https://example.org/"
        collect.contact = "mailto:redactie@example.org"
        store.url = "sqlite:///store.db"
        [[sources]]
        id = "metaal"
        listing = "https://example.org/nieuws/"
        """
    )
    config, url, now = load_config(file), "https://example.org/nieuws/1", datetime(2026, 6, 18, tzinfo=UTC)
    with open_store(config.store_url) as store:
        store.articles.keep("metaal", url, Article(url=url, canonical=url, title=QUOTE, lead=SAYS, body=""), now)
        report = translate(config, store)
        (entry,) = store.articles.newest(Language.EN, 5)
    assert "Verduin" in entry.words.title
    assert (report.sentences, report.kept) == (2, 0)


def test_a_name_with_a_title_is_marked_once(model: Model) -> None:
    dutch = "Mevrouw Verduin schudt haar hoofd."
    text = preparation(model, load_glossary(Translate()), {dutch: [(8, 15, "Verduin")]})(dutch).text
    assert text.startswith("<term>Mevrouw Verduin<as>Ms Verduin</term> ")
    assert text.count("Verduin") == 2


def test_an_attempt_without_the_name_does_not_count(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweeklank.translate.attempts.Engine", Deaf)
    [(_, attempt)] = translate_named({QUOTE: [(0, 7, "Verduin")]}, model, load_glossary(Translate()))
    assert attempt.fault == "name"


@pytest.mark.usefixtures("forgetful")
def test_it_is_told_which_attempt_had_the_name() -> None:
    quote = explain([QUOTE, SAYS], Translate())[0]
    assert "Verduin" in quote.english
    assert quote.attempts[-1].way == quote.as_dict()["won"] == NAMED
    assert "Duke" in quote.attempts[0].made.text
    assert ("Verduin", "Verduin") in [(word.dutch, word.english) for word in quote.words]
