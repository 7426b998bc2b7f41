"""Inline elements follow their words, whatever the model makes of a sentence."""

from __future__ import annotations

import re
import time

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.translate.markup import Sentence, sentences_of_html, sentences_of_text, translate_html, translate_text

INLINE = {"a", "strong", "em", "sub", "sup", "abbr", "span"}
WORDS = [
    *("het", "Convenant", "leden", "CO2", "niet", "€", "1.146", "–", "“blij”", "(SER)", "o.a.", "m2", "Bedrijven"),
    *("&amp;", "&lt;b&gt;", "caf&eacute;", "drs.", "x-as", "…", "Eén", "12", "de", "een", "ruimte,", "zo;"),
]
ENDS = [". ", "? ", "! ", " ", " ", " ", ", ", "", "\n  ", "&nbsp;"]


@st.composite
def inline(draw: st.DrawFn, depth: int = 3, in_link: bool = False) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 4 if depth == 3 else 3))):
        kind = draw(st.integers(0, 9))
        if kind < 5 or depth == 0:
            parts.append(draw(st.sampled_from(WORDS)) + draw(st.sampled_from(ENDS)))
        elif kind == 5 and not in_link:
            inside = draw(st.one_of(inline(depth - 1, True), st.sampled_from([".", "»", "", "1", "Een. Twee. Drie"])))
            parts.append(f'<a href="https://example.org/@">{inside}</a>')
        elif kind == 6:
            parts.append(
                draw(st.sampled_from(["<br>", '<img src="i.png">', "<em></em>", "<sup>1</sup>", "<sub>2</sub>"]))
            )
        else:
            name = draw(st.sampled_from(sorted(INLINE - {"a"})))
            attributes = {"span": ' lang="en"', "abbr": ' title=""'}.get(name, "")
            parts.append(f"<{name}{attributes}>{draw(inline(depth - 1, in_link))}</{name}>")
        parts.append(draw(st.sampled_from(["", " "])))
    return "".join(parts)


@st.composite
def block(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.integers(0, 7))
    if kind < 4 or depth == 0:
        return f"<p>{draw(inline())}</p>"
    if kind == 4:
        items = draw(st.lists(st.one_of(inline(), block(depth - 1)), min_size=1, max_size=3))
        return "<ul>" + "".join(f"<li>{draw(inline())}{item}</li>" for item in items) + "</ul>"
    if kind == 5:
        cells = draw(st.lists(inline(), min_size=1, max_size=3))
        return "<table><tbody><tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr></tbody></table>"
    if kind == 6:
        return f'<figure><img src="j.png"><figcaption>{draw(inline())}</figcaption></figure>'
    return f"<blockquote>{draw(block(depth - 1))}</blockquote>"


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """HTML in which every link has its own address, as a parser reads it."""
    html = "".join(draw(st.lists(block(), min_size=1, max_size=3)))
    numbers = iter(range(10_000))
    html = re.sub("@", lambda _: str(next(numbers)), html)
    return parse(html).body.decode_contents()


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(f"<body>{html}</body>", "lxml")


def skeleton(html: str) -> list[object]:
    """The blocks, line breaks and pictures of a body, without what is in them."""

    def of(element: Tag) -> list[object]:
        found: list[object] = []
        for child in element.find_all(True, recursive=False):
            inner = of(child)
            found += inner if child.name in INLINE else [(child.name, inner)]
        return found

    return of(parse(html).body)


def links(html: str) -> list[str]:
    return sorted(a["href"] for a in parse(html).find_all("a"))


def letters(html: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", parse(html).get_text())


def check(html: str, known: dict[str, Sentence]) -> str:
    made, _ = translate_html(html, known)
    assert links(made) == links(html)
    worded = {a["href"] for a in parse(html).find_all("a") if re.search(r"[^\W_]", a.get_text())}
    for a in parse(made).find_all("a"):
        assert bool(re.search(r"[^\W_]", a.get_text())) == (a["href"] in worded), made
        assert not a.find("a")
    assert skeleton(made) == skeleton(html)
    assert parse(made).body.decode_contents() == made
    return made


def identity(html: str) -> dict[str, Sentence]:
    return {s: Sentence(s, tuple((n,) for n in range(len(s.split())))) for s in sentences_of_html(html)}


TARGETS = st.lists(
    st.sampled_from(["the", "agreement", "CO2", "a", "of.", "“members”", "–", "&", "<b>", "1,146", "m2,", "(it)"]),
    max_size=8,
)


@st.composite
def fakes(draw: st.DrawFn, html: str) -> dict[str, Sentence]:
    """Any text with at least one word, with any alignment or none, kept or not."""
    known = {}
    for sentence in sentences_of_html(html):
        words = [*draw(TARGETS), "word"] if draw(st.booleans()) else ["Word."]
        length = draw(st.integers(0, len(words) + 1))
        alignment = draw(
            st.lists(
                st.lists(st.integers(0, len(sentence.split())), max_size=3).map(tuple), min_size=length, max_size=length
            )
        )
        if draw(st.integers(0, 3)) == 0 or not re.search(r"\w", sentence):
            known[sentence] = Sentence(sentence, kept=True)
        else:
            known[sentence] = Sentence(" ".join(words), tuple(alignment))
    return known


@settings(max_examples=40)
@given(st.data())
def test_whatever_the_model_says_links_and_blocks_survive(data: st.DataObject) -> None:
    html = data.draw(bodies())
    check(html, data.draw(fakes(html)))


@settings(max_examples=30)
@given(bodies(), st.booleans())
def test_no_text_is_lost_when_the_translation_is_the_same(html: str, kept: bool) -> None:
    known = {s: Sentence(t.text, t.alignment, kept) for s, t in identity(html).items()}
    made = check(html, known)
    assert sorted(letters(made)) == sorted(letters(html))
    if kept:
        assert letters(made) == letters(html)
        assert [a.get_text().split() for a in parse(made).find_all("a")] == [
            a.get_text().split() for a in parse(html).find_all("a")
        ]


@settings(max_examples=30)
@given(st.data())
def test_what_is_dutch_and_only_that_is_marked_as_dutch(data: st.DataObject) -> None:
    html = data.draw(bodies())
    sentences = list(dict.fromkeys(sentences_of_html(html)))
    kept = {s for s in sentences if data.draw(st.booleans())}
    known = {
        s: Sentence(s, kept=True) if s in kept else Sentence(" ".join(["Engels"] * len(s.split()))) for s in sentences
    }
    soup = parse(check(html, known))
    for atom in soup.find_all(["sup", "a"]):
        if not re.search(r"[^\W\d_]", atom.get_text()):
            atom.decompose()
    for place in soup.find_all(string=True):
        text = re.sub(r"[\W\d_]+", "", place)
        if text:
            dutch = any(parent.get("lang") == "nl" for parent in place.parents if isinstance(parent, Tag))
            assert dutch == ("Engels" not in text)
            assert not re.search(r"Engels[^E]|[^s]Engels", text)


@pytest.mark.parametrize(
    ("html", "sentence", "english", "alignment", "expected"),
    [
        ("CO<sub>2</sub> daalt", "CO2 daalt", "that falls CO2", [(0,), (1,), (0,)], "that falls CO<sub>2</sub>"),
        ("CO<sub>2</sub> daalt", "CO2 daalt", "Carbon falls", [(0,), (1,)], "Carbon falls"),
        ("De 3<sup>e</sup> keer", "De 3e keer", "The third time", [(0,), (1,), (2,)], "The third time"),
        ("12 m<sup>2</sup>.", "12 m2.", "12 m2.", [(0,), (1,)], "12 m<sup>2</sup>."),
        (
            "Het convenant<sup>1</sup> telt", "Het convenant telt", "The agreement counts", [(0,), (1,), (2,)],
            "The agreement<sup>1</sup> counts",
        ),
        (
            'Lees <a href="u">het convenant</a> nu', "Lees het convenant nu", "Now read the agreement", [(3,), (0,), (), (2,)],
            'Now read <a href="u">the agreement</a>',
        ),
        (
            'Lees het <a href="u">convenant</a>.', "Lees het convenant.", "Read the agreement.", [(0,), (2,), (2,)],
            'Read the <a href="u">agreement</a>.',
        ),
        (
            'Lees het <a href="u">klimaatakkoord</a>.', "Lees het klimaatakkoord.", "Read the climate agreement.",
            [(0,), (2,), (2,), (2,)], 'Read the <a href="u">climate agreement</a>.',
        ),
        (
            '„<a href="u">Blij</a>”, zegt ze', "„Blij”, zegt ze", "“Happy”, she says", [(0,), (2,), (1,)],
            '“<a href="u">Happy</a>”, she says',
        ),
        (
            '<a href="u"><strong>Meld u aan.</strong></a>', "Meld u aan.", "Sign up.", [], '<a href="u"><strong>Sign up.</strong></a>',
        ),
        (
            '<a href="u">Metaal</a><a href="v">convenant</a> nu', "Metaalconvenant nu", "Metals agreement now",
            [(0,), (0,), (1,)], None,
        ),
        ('<a href="u">o.a.. </a>het.', "o.a.. het.", "the the – word", [(), (0,)], None),
        ('<span lang="nl">Goed zo</span>', "Goed zo", "Well done", [(0,), (1,)], "Well done"),
        ('Ga naar de <a href="u">→</a> site', "Ga naar de site", "Go to the site", [(0,), (1,), (2,), (3,)], 'Go to the <a href="u">→</a> site'),
        ("Een<!-- nooit --> woord", "Een woord", "A word", [(0,), (1,)], "A word"),
    ],
)  # fmt: skip
def test_places(html: str, sentence: str, english: str, alignment: list[tuple[int, ...]], expected: str | None) -> None:
    assert sentences_of_html(f"<p>{html}</p>") == [sentence]
    made = check(f"<p>{html}</p>", {sentence: Sentence(english, tuple(alignment))})
    if expected is not None:
        assert made == f"<p>{expected}</p>"


def test_a_line_break_inside_an_element_stays_and_ends_the_sentence() -> None:
    html = '<p><strong>Kop zonder punt<br>Gewone <a href="u">tekst</a>.</strong></p>'
    assert sentences_of_html(html) == ["Kop zonder punt", "Gewone tekst."]
    known = {"Kop zonder punt": Sentence("A heading"), "Gewone tekst.": Sentence("Plain text.", ((0,), (1,)))}
    assert check(html, known) == '<p><strong>A heading<br/> Plain <a href="u">text</a>.</strong></p>'


def test_a_link_over_the_boundary_of_a_kept_sentence_is_dutch_only_where_it_is() -> None:
    html = '<p>Een <a href="u">zin. En nog</a> een zin.</p>'
    known = {
        "Een zin.": Sentence("Een zin.", kept=True),
        "En nog een zin.": Sentence("And one more.", ((0,), (1,), (2,))),
    }
    made = check(html, known)
    assert made == ('<p><span lang="nl">Een </span><a href="u"><span lang="nl">zin.</span> And one</a> more.</p>')


def test_more_links_than_words_leave_the_sentence_in_dutch_and_count() -> None:
    html = '<p><a href="1">Een</a> <a href="2">twee</a> <a href="3">drie</a>. Vier.</p>'
    made, kept = translate_html(html, {"Een twee drie.": Sentence("Three."), "Vier.": Sentence("Four.", ((0,),))})
    assert kept == 1
    assert made == (
        '<p><span lang="nl"><a href="1">Een</a> <a href="2">twee</a> <a href="3">drie</a>.</span> Four.</p>'
    )


def test_blocks_within_a_link_stay_blocks() -> None:
    html = '<a href="u"><p>Eerste.</p><p>Tweede.</p></a>'
    made = check(html, {"Eerste.": Sentence("First."), "Tweede.": Sentence("Second.")})
    assert made == '<a href="u"><p>First.</p><p>Second.</p></a>'


def test_what_is_in_another_language_is_left_alone() -> None:
    html = '<p lang="nl">Hallo.</p><blockquote lang="en"><p>Hello there.</p></blockquote>'
    assert sentences_of_html(html) == ["Hallo."]
    made, _ = translate_html(html, {"Hallo.": Sentence("Hello.")})
    assert made == '<p>Hello.</p><blockquote lang="en"><p>Hello there.</p></blockquote>'


def test_descriptions_of_pictures_and_abbreviations_are_translated() -> None:
    html = '<p><img alt="Een fiets" src="i"/> De <abbr title="Een raad">SER</abbr></p>'
    assert sentences_of_html(html) == ["De SER", "Een fiets", "Een raad"]
    known = {
        "De SER": Sentence("The SER", ((0,), (1,))),
        "Een fiets": Sentence("A bike"),
        "Een raad": Sentence("Een raad", kept=True),
    }
    made, kept = translate_html(html, known)
    assert kept == 1
    assert made == '<p><img alt="A bike" src="i"/> The <abbr lang="nl" title="Een raad">SER</abbr></p>'


def test_white_space_as_readers_see_it() -> None:
    assert sentences_of_text(" Een\n   zin\u00a0met co\u00adnvenant.  Nog een. ") == [
        "Een zin met convenant.",
        "Nog een.",
    ]
    assert translate_text("Een\nzin.", {"Een zin.": Sentence("A sentence.")}) == "A sentence."
    assert translate_text("", {}) == translate_text("  ", {}) == ""
    assert translate_html("", {}) == ("", 0)


def test_long_paragraphs_with_many_links_take_no_time() -> None:
    html = "<p>" + "".join(f'Woord {n} is <a href="{n}">een lange link</a> waard. ' for n in range(700)) + "</p>"
    known = identity(html)
    one = " ".join(f'<a href="{n}">woord</a>' for n in range(150))
    start = time.process_time()
    check(html, known)
    check(f"<p>{one}</p>", identity(f"<p>{one}</p>"))
    assert time.process_time() - start < 5
