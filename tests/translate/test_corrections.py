"""Translations by people: files are read whole or refused in a sentence; publishers' texts are aligned with care."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.test_store import NOW

from tweeklank.article import Article, Language, Rendering
from tweeklank.store import Store
from tweeklank.store.corrections import Provenance
from tweeklank.translate.corrections import (
    CorrectionsError,
    learn_from_publishers,
    parallel_sentences,
    read_corrections,
)

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
 <header srclang="en-GB" segtype="sentence" datatype="plaintext" adminlang="en" o-tmf="x" creationtool="x" creationtoolversion="1"/>
 <body>
  <tu><tuv xml:lang="en-GB"><seg>Fair &amp; square.</seg></tuv><tuv xml:lang="nl-NL"><seg>Eerlijk &amp; oprecht.</seg></tuv></tu>
  <tu><tuv xml:lang="NL"><seg>Zie <bpt i="1">&lt;b&gt;</bpt>het <hi>rapport</hi><ept i="1">&lt;/b&gt;</ept>.</seg></tuv>
      <tuv xml:lang="EN"><seg>See
      the report.</seg></tuv></tu>
  <tu><tuv xml:lang="nl"><seg>Dit is een zin. Dit ook.</seg></tuv><tuv xml:lang="en"><seg>One. Two.</seg></tuv></tu>
  <tu><tuv xml:lang="nl"><seg>Alleen Nederlands.</seg></tuv><tuv xml:lang="de"><seg>Nur Deutsch.</seg></tuv></tu>
 </body>
</tmx>"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


class TestFiles:
    def test_a_tsv_file_has_a_sentence_a_line(self, tmp_path: Path) -> None:
        text = (
            "\ufeff# Nederlands en Engels\r\nDat is  goed.\tThat’s good. \r\n\r\n#imvo telt.\t#imvo counts.\nJa.\tYes."
        )
        read = read_corrections(write(tmp_path, "a.tsv", text))
        assert read.pairs == {"Dat is goed.": "That’s good.", "#imvo telt.": "#imvo counts.", "Ja.": "Yes."}
        assert read.left_out == []

    def test_the_last_of_two_counts_and_what_is_no_single_sentence_is_left_out(self, tmp_path: Path) -> None:
        text = "Ja.\tYes.\nHet is zo. Echt waar.\tIt is so. Really.\nJa.\tIndeed.\n"
        read = read_corrections(write(tmp_path, "a.tsv", text))
        assert read.pairs == {"Ja.": "Indeed."}
        assert read.left_out == [2]

    def test_a_tmx_file_of_any_direction_is_read_without_the_codes_in_it(self, tmp_path: Path) -> None:
        read = read_corrections(write(tmp_path, "a.TMX", TMX))
        assert read.pairs == {"Eerlijk & oprecht.": "Fair & square.", "Zie het rapport.": "See the report."}
        assert read.left_out == [10]

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("a.tsv", "Ja.\tYes.\nNee. No.\n", "a.tsv:2: write a Dutch sentence, one tab and its English"),
            ("a.tsv", "Ja.\tYes.\tnote\n", "a.tsv:1: write"),
            ("a.tsv", "Ja.\t\n", "a.tsv:1: write"),
            ("a.tsv", b"Ja.\tYes.\nCaf\xe9.\tCaf\xe9.\n", "a.tsv:2: is not UTF-8"),
            ("a.tmx", TMX.replace("</body>", ""), "a.tmx:13: is not well-formed XML"),
            ("a.tmx", '<!DOCTYPE tmx [\n<!ENTITY a "b">]>\n<tmx>&a;</tmx>', "a.tmx:2: declares entities"),
            ("a.tmx", '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>', "declares entities"),
            ("a.tmx", '<?xml version="1.0" encoding="klingon"?><tmx/>', "a.tmx:1: "),
            ("a.tmx", "<html/>", "is <html>, not <tmx>"),
            ("a.tmx", "<tmx><body/></tmx>", "has no unit with both Dutch (nl) and English (en)"),
            ("a.tmx", "", "a.tmx:1: is not well-formed XML"),
            ("a.csv", "", "is neither .tsv nor .tmx"),
        ],
    )
    def test_a_mistake_is_told_with_its_line(self, tmp_path: Path, name: str, content: str | bytes, told: str) -> None:
        with pytest.raises(CorrectionsError) as error:
            read_corrections(write(tmp_path, name, content))
        assert told in str(error.value)
        assert "\n" not in str(error.value)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CorrectionsError, match="there is no such file"):
            read_corrections(tmp_path / "a.tsv")

    @given(st.binary(max_size=200), st.sampled_from(["a.tsv", "a.tmx"]))
    def test_any_bytes_are_corrections_or_a_clear_error(
        self, tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
    ) -> None:
        try:
            read = read_corrections(write(tmp_path_factory.getbasetemp(), name, content))
        except CorrectionsError as refused:
            told = str(refused)
        else:
            told = " ".join(read.pairs.values())
        assert "\n" not in told


def pairs(dutch: str, english: str) -> list[tuple[str, str]]:
    return list(parallel_sentences(Rendering("Kop", body=dutch), Rendering("Head", body=english)))


class TestPublishersText:
    def test_sentences_that_surely_belong_together_are_taken(self) -> None:
        dutch = "<p>Alle 27 leden leverden <a href='u'>gegevens</a> aan. De SER telde 611.000 fietsen per jaar.</p>"
        english = "<p>All 27 members supplied data. The SER counted 611,000 bicycles a <em>year</em>.</p>"
        assert pairs(dutch, english) == [
            ("Alle 27 leden leverden gegevens aan.", "All 27 members supplied data."),
            ("De SER telde 611.000 fietsen per jaar.", "The SER counted 611,000 bicycles a year."),
        ]

    @pytest.mark.parametrize(
        ("dutch", "english"),
        [
            ("Alle 27 leden leverden gegevens aan.", "All 28 members supplied data."),
            ("Alle leden leverden gegevens aan.", "All 28 members supplied data."),
            ("De leden leverden gisteren gegevens aan.", "The members supplied data. That was yesterday."),
            ("De leden leverden gisteren gegevens aan", "The members supplied data yesterday"),
            ("De leden leverden gisteren gegevens aan.", "Data."),
            ("De leden leverden gisteren geen gegevens aan.", "The members supplied data yesterday."),
            ("‘De leden leverden gisteren gegevens aan.’", "The members supplied data yesterday."),
            ("De leden leverden gisteren gegevens aan.", "De leden leverden gisteren gegevens aan."),
            ("Dat is goed.", "That is good."),
            (
                "In Utrecht kwamen de leden gisteren bijeen. Daarna gingen zij samen naar Zwolle.",
                "Yesterday the members went to Zwolle together. In Utrecht they had met before that.",
            ),
        ],
    )
    def test_what_is_not_sure_is_not_taken(self, dutch: str, english: str) -> None:
        assert pairs(f"<p>{dutch}</p>", f"<p>{english}</p>") == []

    def test_nothing_is_taken_from_a_body_with_other_blocks(self) -> None:
        sentence, its_english = (
            "<p>De leden leverden gisteren gegevens aan.</p>",
            "<p>Members supplied data yesterday.</p>",
        )
        assert pairs(sentence, its_english)
        assert pairs(sentence, its_english + "<p>More.</p>") == []
        assert pairs(f"<blockquote>{sentence}</blockquote>", its_english) == []

    def test_they_are_learnt_once_and_rank_below_what_is_imported(
        self, store: Store, make_article: Callable[..., Article]
    ) -> None:
        dutch = make_article(body="<p>De leden leverden gisteren gegevens aan.</p>")
        english = make_article(
            "https://example.nl/en/1", body="<p>Members supplied data yesterday.</p>", language=Language.EN
        )
        number = store.articles.keep("metaal", dutch.url, dutch, NOW).article
        store.articles.keep_english(number, english, NOW)
        learn_from_publishers(store)
        (learnt,) = store.corrections.all(Provenance.PUBLISHER)
        assert (learnt.english, learnt.origin) == ("Members supplied data yesterday.", "https://example.nl/en/1")
        assert store.corrections.parallels() == []
        store.corrections.keep({learnt.dutch: "Data came in."}, Provenance.IMPORTED, "a.tsv", NOW)
        store.corrections.keep({learnt.dutch: "Other."}, Provenance.PUBLISHER, "https://example.nl/en/2", NOW)
        assert store.corrections.found([learnt.dutch]) == {learnt.dutch: "Data came in."}

    def test_an_english_text_older_than_the_dutch_teaches_nothing(
        self, store: Store, make_article: Callable[..., Article]
    ) -> None:
        dutch = make_article(body="<p>Wij leverden gisteren alle gegevens aan.</p>")
        number = store.articles.keep("metaal", dutch.url, dutch, NOW).article
        english = make_article(
            "https://example.nl/en/1", body="<p>Members supplied data yesterday.</p>", language=Language.EN
        )
        store.articles.keep_english(number, english, NOW)
        changed = make_article(body="<p>De leden leverden vandaag gegevens aan.</p>")
        store.articles.keep("metaal", changed.url, changed, NOW)
        learn_from_publishers(store)
        assert store.corrections.all() == []
