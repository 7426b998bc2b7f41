"""A verb whose other part stands further on in its sentence is told with the English of both."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.config import Translate
from tweeklank.translate.attempts import FIRST, preparation, told_by
from tweeklank.translate.engine import Engine
from tweeklank.translate.explain import explain
from tweeklank.translate.lexicon import read_lexicon
from tweeklank.translate.models import Model
from tweeklank.translate.parted import GAP, PartedVerbs, came_out
from tweeklank.translate.prepared import prepared
from tweeklank.translate.terminology import Glossary

VERBS = {
    "legt … stil": "shuts down",
    "brengt … in kaart": "maps",
    "brengt … in": "contributes",
    "neemt … op": "records",
    "trok … in": "withdrew",
    "nam … aan": "adopted",
    "kijkt … weg": "looks away",
    "loopt … toe": "approaches",
    "leggen … stil": "shut down",
    "dringt … aan op": "calls for",
    "staat … als een paal boven water": "is beyond doubt",
}
SOME = PartedVerbs(VERBS)


def for_the_model(sentence: str) -> str:
    rests = SOME.found(sentence)
    text = prepared(sentence, rests, rests=rests).text
    return text.replace("<term>", "[").replace("<as>", "=").replace("</term>", "]")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("De baas legt het werk stil.", "De baas [stillegt=shuts down] het werk."),
        ("De baas legt stil en zwijgt.", "De baas [stillegt=shuts down] en zwijgt."),
        (
            "Als het regent, legt hij ’t werk stil in de haven.",
            "Als het regent, [stillegt=shuts down] hij ’t werk in de haven.",
        ),
        ("Zij brengt de risico's in kaart, zegt zij.", "Zij [in kaart brengt=maps] de risico's, zegt zij."),
        ("Ze neemt alles op\u00a0en zendt het uit.", "Ze [opneemt=records] alles en zendt het uit."),
        ("Hij trok de eis in en zij nam de wet aan.", "Hij [introk=withdrew] de eis en zij [aannam=adopted] de wet."),
        ("Dit legt € 2,5 mln en 3 fabrieken stil.", "Dit [stillegt=shuts down] € 2,5 mln en 3 fabrieken."),
        ("Dit staat als een paal boven water.", "Dit [als een paal boven water staat=is beyond doubt]."),
        ("Hij dringt nu weer aan op herstel.", "Hij [aan op dringt=calls for] nu weer herstel."),
        ("Hij kijkt (soms) en hij kijkt weg.", "Hij kijkt (soms) en hij [wegkijkt=looks away]."),
        ("Dit legt verkeer en werk stil (’s nachts).", "Dit [stillegt=shuts down] verkeer en werk (’s nachts)."),
    ],
)
def test_the_rest_joins_its_verb_which_is_told_the_english_of_both(sentence: str, told: str) -> None:
    assert for_the_model(sentence) == told


@pytest.mark.parametrize(
    "sentence",
    [
        "Legt hij het werk stil?",
        "‘Wanneer legt hij het werk stil?’",
        "Legt het werk stil!",
        "DIT LEGT HET WERK STIL",
        "De baas legt, zoals beloofd, het werk stil.",
        "De baas legt uit dat hij het werk stil wil hebben.",
        "De baas legt het werk stilletjes neer, of hij ligt stil.",
        "Ze neemt het op tegen de bond.",
        "Daar neemt ze iets op.",
        "Ze neemt er iets op.",
        "Zij brengt geld in 2025 bijeen in €.",
        "De baas legt vast hoe het werk stil wordt.",
        "Hij kijkt een weg in.",
        "Hij kijkt de weg langs.",
        "Hij loopt naar de markt toe.",
        "Zij willen leggen het werk stil.",
        "De brengt staat in kaart.",
        "Zij brengt de auto Stil.",
        "Het werk stil legt hij.",
        "Hij nam het niet aan.",
        "Alle neemt staan op.",
        "Zij neemt een trein en stapt op.",
        "Hij dringt nu al vier weken aan op herstel.",
        "Hij legt heel het grote en oude werk daar nu stil.",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(sentence: str) -> None:
    assert SOME.found(sentence) == {}


@given(
    st.lists(
        st.sampled_from(["legt", "stil", "brengt", "in", "kaart", "neemt", "op", "de", "Zij", ",", "'", "?", "werk"])
    )
)
def test_parts_never_overlap_and_come_in_order(words: list[str]) -> None:
    sentence = " ".join(words)
    places = sorted(place for (start, end, _), rest in SOME.found(sentence).items() for place in ((start, end), rest))
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    for (start, end, english), (first, last) in SOME.found(sentence).items():
        assert end < first
        assert VERBS[f"{sentence[start:end]}{GAP}{sentence[first:last]}"] == english


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("De baas legt het werk niet stil.", "shut down"),
        ("Zij brengt het niet in kaart.", "map"),
        ("Zij brengt niets in kaart.", "maps"),
        ("Hij dringt niet aan.", "press"),
        ("Hij pakt het niet aan.", "reply"),
        ("Zij trok het niet in.", "withdrew"),
        ("Ik sluit dat uit.", "exclude"),
        ("Dat sluit ik uit.", "exclude"),
        ("Ik sloot dat uit.", "excluded"),
        ("Hij sluit dat uit.", "excludes"),
        ("Hij staat niet als een paal boven water.", "is beyond doubt"),
    ],
)
def test_after_i_and_does_not_a_verb_has_no_s(sentence: str, told: str) -> None:
    verbs = PartedVerbs(VERBS | {"dringt … aan": "presses", "pakt … aan": "replies"})
    verbs = PartedVerbs(verbs.forms | {"sluit … uit": "excludes", "sloot … uit": "excluded"})
    assert [english for _, _, english in verbs.found(sentence)] == [told]


@pytest.mark.parametrize(
    ("text", "english", "out"),
    [
        ("The inspectorate records how it goes.", "records", True),
        ("The company also records how it goes.", "records", True),
        ("The company will records how it goes.", "records", False),
        ("It has largely Records.", "records", False),
        ("It recordsed.", "records", False),
        ("It was recorded.", "recorded", True),
        ("It did not recorded.", "recorded", False),
        ("It did not put in time.", "put in", True),
        ("They have put in time.", "put in", True),
        ("It is beyond doubt.", "is beyond doubt", True),
    ],
)
def test_a_verb_after_an_auxiliary_that_it_cannot_follow_has_not_come_out(text: str, english: str, out: bool) -> None:
    assert came_out(text, english) is out


def test_a_link_on_either_part_is_a_link_on_the_english_of_both() -> None:
    sentence = "Zij brengt de risico's in kaart."
    rests = SOME.found(sentence)
    made = prepared(sentence, rests, rests=rests)
    assert made.terms == (frozenset({1, 4, 5}),)
    assert made.with_whole_terms((1,)) == (1, 4, 5)
    assert len(made.words) == len(made.text)


def test_a_verb_that_is_not_marked_keeps_its_rest() -> None:
    sentence = "SER, " * 8 + "en hij legt het werk stil."
    terms = Glossary.of({"SER": "SER"}).found(sentence)
    rests = SOME.found(sentence)
    assert prepared(sentence, terms, rests, rests=rests).text.endswith("hij legt het werk stil.")


class TestBuiltin:
    @pytest.fixture
    def entry(self, model: Model) -> tuple[str, str, str]:
        """The first of its lexicon: a verb, the word that is the rest of it, and their English."""
        forms = read_lexicon(model).forms
        form = next(form for form in forms if GAP in form and " " not in form.partition(GAP)[2])
        return *form.split(GAP), forms[form]

    def test_terms_and_names_go_before_parted_verbs_and_these_before_other_words(
        self, model: Model, entry: tuple[str, str, str]
    ) -> None:
        verb, rest, english = entry
        sentence = f"De bond {verb} het werk vandaag {rest}."
        told = told_by(model, Glossary.of({}))(sentence)
        assert [english for _, _, english in told.parted] == [english]
        assert all(sentence[start:end] not in (verb, rest) for start, end, _ in told.words)
        assert told_by(model, Glossary.of({rest: "still"}))(sentence).parted == {}

    def test_the_model_mostly_writes_what_it_is_told(self, model: Model, engine: Engine) -> None:
        verbs = {"ontmantelt": "dismantles", "verwelkomt": "welcomes", "blokkeert": "blocks", "herziet": "revises"}
        invented = PartedVerbs(
            {f"blorkt{GAP}{rest}": english for rest, english in zip("abcd", verbs.values(), strict=True)}
        )
        sentences = [f"De gemeente blorkt vandaag het plan voor de haven {rest}." for rest in "abcd"]
        found = [invented.found(sentence) for sentence in sentences]
        given = [prepared(sentence, rests, rests=rests) for sentence, rests in zip(sentences, found, strict=True)]
        made = dict(engine.translate(given, FIRST))
        assert sum(english in made[n].text for n, english in enumerate(verbs.values())) >= 3
        assert preparation(model, Glossary.of({}))("Dit is een plan.").text == "Dit is een plan."

    def test_a_verb_that_does_not_come_out_gets_its_rest_back(self, engine: Engine) -> None:
        whole = prepared("De hond slaapt in de tuin.")
        deaf = replace(prepared("De hond slaapt."), parted=("shuts down",), otherwise=whole)
        heard = replace(prepared("De hond slaapt."), parted=("dog",), otherwise=whole)
        made = dict(engine.translate([deaf, heard, whole], FIRST))
        assert made[0] == made[2]
        assert "garden" not in made[1].text

    def test_without_parted_verbs_a_sentence_is_told_all_its_other_words(
        self, model: Model, entry: tuple[str, str, str]
    ) -> None:
        verb, rest, english = entry
        sentence = f"De bond {verb} het werk vandaag {rest}."
        made = preparation(model, Glossary.of({}))(sentence)
        assert made.parted == (english,)
        assert made.otherwise
        assert made.otherwise.text == prepared(sentence, read_lexicon(model).found(sentence)).text
        assert not made.otherwise.parted

    def test_explain_shows_both_parts(self, entry: tuple[str, str, str]) -> None:
        verb, rest, english = entry
        (one,) = explain([f"De inspectie {verb} de cijfers {rest}."], Translate())
        assert (f"{verb}{GAP}{rest}", english) in [(word.dutch, word.english) for word in one.words]
