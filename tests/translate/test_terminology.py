"""Official names come out as they are called in English."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.config import Translate
from tweeklank.translate.alignment import Aligned
from tweeklank.translate.attempts import translate_sentences
from tweeklank.translate.capitals import in_capitals, small
from tweeklank.translate.models import Model, read_model
from tweeklank.translate.prepared import AS, END, TERM, prepared, smooth
from tweeklank.translate.terminology import Glossary, GlossaryError, load_glossary


def found(sentence: str, glossary: Glossary | None = None) -> list[tuple[str, str]]:
    glossary = glossary or load_glossary(Translate())
    return [(sentence[start:end], english) for start, end, english in glossary.found(sentence)]


@pytest.mark.parametrize(
    ("sentence", "terms"),
    [
        ("De SER en de FNV.", [("SER", "SER"), ("FNV", "FNV")]),
        ("Het Metaalconvenant telt.", [("Metaalconvenant", "Metals Agreement")]),
        ("Leden van het metaalconvenant.", [("metaalconvenant", "Metals Agreement")]),
        ("Metaalconvenants-partijen komen.", [("Metaalconvenants", "Metals Agreement")]),
        ("Twee metaalconvenanten.", [("metaalconvenanten", "Metals Agreements")]),
        ("Het ministerie van Financiën.", [("ministerie van Financiën", "Ministry of Finance")]),
        ("Ministerie van Financiën.", [("Ministerie van Financiën", "Ministry of Finance")]),
        (
            "De Sociaal-Economische Raad (SER).",
            [("Sociaal-Economische Raad (SER)", "Social and Economic Council (SER)")],
        ),
        ("De serre en de SERRE.", []),
        ("Een mini-SER-rapport.", []),
        ("De energieakkoorden.", [("energieakkoorden", "Energy Agreements")]),
        ("Wij zijn akkoord met de unie.", []),
        ("", []),
    ],
)
def test_terms_of_a_sentence(sentence: str, terms: list[tuple[str, str]]) -> None:
    assert found(sentence) == terms


def test_the_built_in_glossary_is_in_order() -> None:
    text = resources.files("tweeklank.translate").joinpath("glossary.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert all(len(row) == 2 and all(cell == cell.strip() and cell for cell in row) for row in rows)
    assert [dutch for dutch, count in Counter(dutch for dutch, _ in rows).items() if count > 1] == []
    assert all(found(dutch) == [(dutch, english)] for dutch, english in rows)
    assert len(rows) > 300


def test_own_terms_win_and_names_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "glossary.toml"
    file.write_text(
        'keep = ["Stichting Zaagsel"]\n[terms]\n"Metaalconvenant" = "Metals Covenant"\n"fietsenraad" = "Cycling Council"\n',
        "utf-8",
    )
    glossary = load_glossary(Translate(glossary=file))
    assert found("Metaalconvenant van de Stichting Zaagsel", glossary) == [
        ("Metaalconvenant", "Metals Covenant"),
        ("Stichting Zaagsel", "Stichting Zaagsel"),
    ]
    assert found("Fietsenraad", glossary) == [("Fietsenraad", "Cycling Council")]
    assert glossary.version != load_glossary(Translate()).version
    assert load_glossary(Translate(glossary=file)).version == glossary.version


def test_a_source_with_a_name_in_both_languages_has_brought_a_term(tmp_path: Path) -> None:
    names = {"Fietsconvenant": "Bicycle Agreement", "Zaagselakkoord": "Sawdust Accord", "SER: nieuws": "SER: news"}
    file = tmp_path / "glossary.toml"
    file.write_text('[terms]\n"Zaagselakkoord" = "Agreement on Sawdust"\n', "utf-8")
    glossary = load_glossary(Translate(glossary=file, names=names))
    assert found("Het fietsconvenant lijkt op het Zaagselakkoord.", glossary) == [
        ("fietsconvenant", "Bicycle Agreement"),
        ("Zaagselakkoord", "Agreement on Sawdust"),
    ]
    assert "SER: nieuws" not in glossary.terms
    assert glossary.version != load_glossary(Translate(glossary=file)).version


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[terms]\n"a = "b"', "line 2"),
        ("[words]", "unknown key 'words'; known are terms and keep"),
        ('keep = "naam"', "keep = "),
        ("keep = [1]", "keep = "),
        ("terms = 1", "terms"),
        ('[terms]\n"SER" = 1', "SER"),
        ('[terms]\n"SER" = ""', "SER"),
        ('[terms]\n" " = "x"', "Dutch"),
        ('[terms]\n"a<as>b" = "x"', "may not hold"),
    ],
)
def test_a_wrong_glossary_is_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "glossary.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(GlossaryError) as raised:
        load_glossary(Translate(glossary=file))
    assert says in str(raised.value)
    assert str(raised.value).startswith(f"{file}: ")
    assert "\n" not in str(raised.value)


def test_no_glossary_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"no such file; translate\.glossary names it"):
        load_glossary(Translate(glossary=tmp_path / "none.toml"))
    with pytest.raises(GlossaryError, match="not a readable"):
        load_glossary(Translate(glossary=tmp_path))


def test_marks_and_where_their_characters_come_from() -> None:
    dutch = "De „Tweede Kamer”, zegt hij."
    given_ = prepared(dutch, load_glossary(Translate()).found(dutch))
    assert given_.text == "De “<term>Tweede Kamer<as>House of Representatives</term>”, zegt hij."
    assert len(given_.words) == len(given_.text)
    assert given_.terms == (frozenset({1, 2}),)
    assert given_.with_whole_terms((1,)) == (1, 2)
    assert given_.with_whole_terms((0, 1)) == (0, 1)
    assert given_.with_whole_terms(()) == ()


@given(
    st.lists(
        st.sampled_from(["SER", "FNV", "het", "„", "(", "vakbond FNV", "Tweede Kamer", " ", " ", "-", "1,5", "é"])
    ).map("".join)
)
def test_marking_loses_nothing(sentence: str) -> None:
    given_ = prepared(sentence, load_glossary(Translate()).found(sentence))
    assert len(given_.words) == len(given_.text)
    text = given_.text
    while TERM in text:
        before, _, rest = text.partition(TERM)
        dutch, _, rest = rest.partition(AS)
        text = before + dutch + rest.partition(END)[2]
    if in_capitals(sentence):
        assert small(text) == small(smooth(sentence)) == small(prepared(sentence).text)
    else:
        assert text == smooth(sentence) == prepared(sentence).text


@pytest.mark.parametrize(
    ("sentence", "made", "alignment", "imposed"),
    [
        (
            "Het Metaalconvenant telt", "The metal covenant counts", [(0,), (1,), (1,), (2,)],
            "The Metals Agreement counts",
        ),
        ("De Tweede Kamer.", "The Second Chamber.", [(0,), (1,), (2,)], "The House of Representatives."),
        ("een energieakkoord.", "a deal.", [(0,), (1,)], "an Energy Agreement."),
        ("Het Metaalconvenant", "The Metals Agreement", [(0,), (1,), (1,)], "The Metals Agreement"),
        ("Het Metaalconvenant telt", "It counts", [(0, 2), (2,)], "It counts"),
        ("Het Metaalconvenant telt", "The the Metals Agreement counts", [], "The Metals Agreement counts"),
        ("van een energieakkoord", "of a Energy Agreement", [], "of an Energy Agreement"),
        ("een klimaatakkoord", "an Climate Agreement", [], "a Climate Agreement"),
        ("van het Metaalconvenant", "of Metals Agreement", [], "of the Metals Agreement"),
        ("van Metaalconvenant", "of Metals Agreement", [], "of Metals Agreement"),
        ("Het Metaalconvenant telt", "Metals Agreement counts", [], "The Metals Agreement counts"),
        ("een FNV-lid", "an FNV member", [], "an FNV member"),
        ("SER waarschuwt", "Observers warn", [(0,), (1,)], "SER warn"),
        ("twee energieakkoorden", "two Energy Agreements", [(0,), (1,), (1,)], "two Energy Agreements"),
        ("het Metaalconvenant", "the Metals Agreement Agreement.", [], "the Metals Agreement."),
        ("Het Metaalconvenant telt", "It counts", [], "It counts"),
    ],
)  # fmt: skip
def test_terms_are_imposed_where_the_alignment_is_clear(
    sentence: str, made: str, alignment: list[tuple[int, ...]], imposed: str
) -> None:
    assert load_glossary(Translate()).impose(sentence, Aligned(made, tuple(alignment))).text == imposed


SENTENCES = [
    "De Tweede Kamer debatteert morgen over het Metaalconvenant.",
    "Het ministerie van Buitenlandse Zaken betaalt mee.",
    "De Europese Commissie komt met een voorstel.",
    "De leden van het Energieakkoord komen bijeen in Den Haag.",
    "De minister stuurt een brief aan de Tweede Kamer.",
    "Het Metaalconvenant is een succes, zegt de minister.",
]


@pytest.mark.parametrize("marks", [True, None])
def test_with_and_without_marks(package: Callable[..., Path], marks: bool | None) -> None:
    model: Model = read_model(package(term_marks=marks))
    glossary = load_glossary(Translate())
    made = {s: r for part in translate_sentences(SENTENCES, model, glossary) for s, r in part.items()}
    wanted = [(english, made[s]) for s in SENTENCES for _, english in found(s, glossary)]
    right = sum(english.lower() in result.target.lower() or bool(result.fault) for english, result in wanted)
    assert right >= 0.6 * len(wanted)


def test_finding_terms_is_fast() -> None:
    glossary = load_glossary(Translate())
    sentence = "De Tweede Kamer en het ministerie van Financiën tekenden vandaag het Metaalconvenant in Den Haag."
    start = time.process_time()
    for _ in range(500):
        prepared(sentence, glossary.found(sentence))
    prepared("SER " * 5_000, glossary.found("SER " * 5_000))
    assert time.process_time() - start < 2
