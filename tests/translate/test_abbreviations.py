"""Models are given Dutch abbreviations written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweeklank.translate.abbreviations import WRITTEN_OUT, ends_short, written_out
from tweeklank.translate.names import titled_names
from tweeklank.translate.prepared import prepared
from tweeklank.translate.segment import sentences


@pytest.mark.parametrize(
    ("dutch", "for_the_model"),
    [
        ("I.v.m. de feestdagen is het dicht.", "Vanwege de feestdagen is het dicht."),
        (
            "Het geldt o.a. voor textiel, d.w.z. kleding.",
            "Het geldt onder andere voor textiel, dat wil zeggen kleding.",
        ),
        ("Het geldt o. a. voor textiel, m.n kleding.", "Het geldt onder andere voor textiel, met name kleding."),
        ("Bel ivm het akkoord, bijv morgen, zsm.", "Bel vanwege het akkoord, bijvoorbeeld morgen, zo snel mogelijk."),
        ("Zij zijn er, Jansen e.a.", "Zij zijn er, Jansen en anderen."),
        ("‘Er is koffie, thee e.d.’", "‘Er is koffie, thee en dergelijke.’"),
        ("Koffie, thee e.d. zijn er.", "Koffie, thee en dergelijke zijn er."),
        ("De bond kwam op vrijdag jl. bijeen.", "De bond kwam afgelopen vrijdag bijeen."),
        ("Maandagavond a.s. is er overleg.", "Komende maandagavond is er overleg."),
        ("Op 12 december 2025 jl. is getekend.", "Op 12 december 2025 is getekend."),
        ("Het begint op 3 mrt. a.s.", "Het begint op 3 mrt."),
        ("Zie art. 5 en nr. 12, blz. 3 e.v.", "Zie artikel 5 en nummer 12, bladzijde 3 en verder."),
        # What looks like them and is something else.
        ("Jansen B.V. en Smit BV in Max, te zien op tweeklank.nl.", ""),
        ("V.A. de Boer doet mee met art nouveau op www.m.n.nl en info@o.a.nl.", ""),
        ("Tem de wind.", ""),
    ],
)
def test_abbreviations_are_written_out(dutch: str, for_the_model: str) -> None:
    assert prepared(dutch).text == (for_the_model or dutch)


def test_what_an_abbreviation_became_comes_from_its_word() -> None:
    made = prepared("Kom a.u.b. snel.")
    assert made.text == "Kom alstublieft snel."
    assert [made.words[made.text.index(word)] for word in ("Kom", "alstublieft", "snel")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("dutch", "span", "terms", "english"),
    [
        ("Wij spraken mevr. Bos.", (12, 21, "Ms Bos"), ((2, 3),), [2, 3]),
        ("Wij spraken de heer J. de Boer.", (12, 30, "Mr J. de Boer"), ((2, 4),), [2, 4, 5, 6]),
        ("Wij spraken vakbond FNV.", (12, 23, "trade union FNV"), ((2, 3),), [2, 2, 3]),
        ("Wij spraken de Tweede Kamer.", (15, 27, "House of Representatives"), ((3, 5),), [3, 3, 3]),
        ("Wij spraken de SER.", (15, 18, "SER"), (), [3]),
    ],
)
def test_what_a_name_has_in_both_languages_is_linked_by_itself(
    dutch: str, span: tuple[int, int, str], terms: tuple[tuple[int, int], ...], english: list[int]
) -> None:
    made = prepared(dutch, [span])
    assert made.terms == tuple(frozenset(range(*term)) for term in terms)
    start = made.text.index("<as>") + 4
    starts = [start, *(start + place + 1 for place, letter in enumerate(span[2]) if letter == " ")]
    assert [made.words[place] for place in starts] == english
    assert len(made.words) == len(made.text)


def test_the_day_keeps_its_link() -> None:
    made = prepared("Kom op Vrijdag a.s. naar ons.")
    assert made.text == "Kom komende vrijdag naar ons."
    assert made.words[made.text.index("vrijdag")] == 2


def test_the_stop_of_an_abbreviation_is_not_the_stop_of_a_mark() -> None:
    assert [ends_short(text) for text in ("vrijdag a.s.", "thee e.d.", "de thee.", "thee", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_term_with_an_abbreviation_in_it_stays_whole() -> None:
    assert prepared("Lees blz. 3.", [(5, 11, "page 3")]).text == "Lees <term>blz. 3<as>page 3</term>."
    assert prepared("Dit is excl. btw.", [(7, 12, "excluding")]).text == "Dit is <term>excl.<as>excluding</term> btw."


def test_half_an_abbreviation_is_no_word() -> None:
    assert prepared("Dit is excl. btw.", [(7, 11, "excluding")]).text == "Dit is exclusief btw."


@pytest.mark.parametrize("short", sorted(WRITTEN_OUT))
def test_no_abbreviation_ends_a_sentence_that_goes_on(short: str) -> None:
    text = f"Zij komen {short} met de auto."
    assert sentences(text) == [(0, len(text))]
    assert WRITTEN_OUT[short] in prepared(text).text


@given(
    st.lists(
        st.sampled_from(["o.a.", "jl.", " ", " ", "op vrijdag", "3 mei", "a.s.", "E.a.", ".", "”", "ivm", "t.a.v"])
    )
)
def test_every_character_knows_its_word(parts: list[str]) -> None:
    sentence = "".join(parts)
    made = prepared(sentence)
    assert len(made.words) == len(made.text)
    assert set(made.words) <= set(range(max(1, len(sentence.split()))))
    assert all(start < end for start, end, _ in written_out(sentence))


@pytest.mark.parametrize(
    ("dutch", "names"),
    [
        ("De heer De Vries is voorzitter.", [("De heer De Vries", "Mr De Vries")]),
        (
            "Wij spraken dhr. A.B. van der Berg en mw. El Amrani.",
            [("dhr. A.B. van der Berg", "Mr A.B. van der Berg"), ("mw. El Amrani", "Ms El Amrani")],
        ),
        (
            "Meneer Jansen en mevr. ’t Hart-Smit.",
            [("Meneer Jansen", "Mr Jansen"), ("mevr. ’t Hart-Smit", "Ms ’t Hart-Smit")],
        ),
        ("Volgens mevrouw Jan Smit van Unilever.", [("mevrouw Jan Smit", "Ms Jan Smit")]),
        ("De heer en mevrouw komen, mijne heren.", []),
        ("Wij spraken een mevrouw in Utrecht en een meneer op Texel.", []),
        ("DE HEER JANSEN TEKENT CONVENANT", []),
    ],
)
def test_names_with_a_title(dutch: str, names: list[tuple[str, str]]) -> None:
    assert [(dutch[start:end], english) for start, end, english in titled_names(dutch)] == names
