"""What a person sees of a translation: the words, and why they are what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tweeklank.cli import app
from tweeklank.config import Translate
from tweeklank.translate.attempts import SECOND, WAYS
from tweeklank.translate.document import Document, DocumentError, read_document
from tweeklank.translate.engine import Decoding, Engine
from tweeklank.translate.explain import explain, in_words
from tweeklank.translate.markup import Sentence

BUILTIN_ONLY = Translate()
DUTCH = "De leden van het Metaalconvenant komen om 14.30 uur bijeen."
PAGE = """<!DOCTYPE html>
<html lang="nl"><head><title>Nieuws &amp; meer</title><style>p { color: red }</style></head>
<body class="a"><script>var de = "het een van";</script>
<p>Lees <a href="u">het rapport</a>.</p></body></html>
"""


def test_a_sentence_is_explained() -> None:
    (one,) = explain([DUTCH], BUILTIN_ONLY)
    assert "2.30 pm" in one.english
    assert [(term.dutch, term.english) for term in one.terms] == [("Metaalconvenant", "Metals Agreement")]
    assert one.terms[0].applied == ("Metals Agreement" in one.english)
    assert (one.attempts[0].way, one.attempts[-1].fault) == (WAYS[0], "")
    assert one.attempts[0].made.score < 0
    assert one.as_dict()["won"] == one.attempts[-1].way
    told = "\n".join(in_words([one]))
    assert DUTCH in told
    assert one.english in told
    assert "Metaalconvenant → Metals Agreement" in told


def test_words_of_the_lexicon_are_told_beside_the_terms(package: Callable[..., Path]) -> None:
    folder = package()
    (folder / "lexicon.tsv").write_text("metaalconvenant\tmetal thing\nzadel\tsaddle\n", "utf-8")
    (one,) = explain(["Het Metaalconvenant koopt een zadel."], Translate(model=folder))
    assert [(word.dutch, word.english) for word in one.words] == [("zadel", "saddle")]
    assert "word   zadel → saddle" in "\n".join(in_words([one]))
    assert one.as_dict()["words"][0]["dutch"] == "zadel"


def test_the_style_of_the_settings_is_used() -> None:
    (one,) = explain([DUTCH], Translate(clock="24"))
    assert "14:30" in one.english


def test_all_attempts_at_a_stubborn_sentence_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweeklank.translate.attempts.fault", lambda *_: "name")
    (one,) = explain([DUTCH], BUILTIN_ONLY)
    assert [attempt.way for attempt in one.attempts] == list(WAYS)
    assert (one.english, one.fault, one.as_dict()["won"]) == (DUTCH, "name", None)
    assert one.sentence == Sentence(DUTCH, (), kept=True)
    assert "stays in Dutch: name" in "\n".join(in_words([one]))


def test_the_attempt_that_passes_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Decoding] = []
    real = Engine.translate

    def translate(engine, sentences, decoding, *more):
        asked.append(decoding)
        return real(engine, sentences, decoding, *more)

    monkeypatch.setattr(Engine, "translate", translate)
    monkeypatch.setattr("tweeklank.translate.attempts.fault", lambda *_: "" if SECOND in asked else "loop")
    (one,) = explain([DUTCH], BUILTIN_ONLY)
    assert [attempt.fault for attempt in one.attempts] == ["loop", "loop", ""]
    assert one.as_dict()["won"] == WAYS[2]


def test_nothing_is_loaded_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweeklank.translate.explain.find_model", None)
    assert explain([], BUILTIN_ONLY) == []


def test_a_page_keeps_all_but_its_words() -> None:
    page = Document(PAGE, is_html=True)
    assert page.sentences() == ["Nieuws & meer", "Lees het rapport."]
    known = {
        "Nieuws & meer": Sentence("News & more"),
        "Lees het rapport.": Sentence("Read the report.", ((0,), (1,), (2,))),
    }
    made = page.translated(known)
    changes = {
        'lang="nl"': 'lang="en"',
        "Nieuws &amp; meer": "News &amp; more",
        '<a href="u">het rapport</a>': '<a href="u">the report</a>',
        "Lees": "Read",
    }
    expected = PAGE
    for old, new in changes.items():
        expected = expected.replace(old, new)
    assert made == expected


def test_a_piece_of_html_and_plain_text() -> None:
    known = {"Een zin.": Sentence("A sentence.")}
    html = Document("<p>Een <b>zin</b>.</p>", is_html=True)
    assert html.translated({"Een zin.": Sentence("A sentence.", ((0,), (1,)))}) == "<p>A <b>sentence</b>.</p>"
    assert Document("Een zin.\n\nEen zin. Een zin.").translated(known) == "A sentence.\n\nA sentence. A sentence."
    assert Document("").sentences() == Document("", is_html=True).sentences() == []


def test_files_are_read_as_they_are_encoded(tmp_path: Path) -> None:
    old = tmp_path / "oud.HTML"
    old.write_bytes('<meta charset="iso-8859-1"><p>Eén café</p>'.encode("latin-1"))
    assert read_document(old).sentences() == ["Eén café"]
    text = tmp_path / "brief.txt"
    text.write_text("<p>Eén</p>", "utf-8")
    assert read_document(text) == Document("<p>Eén</p>")
    picture = tmp_path / "a.html"
    picture.write_bytes(b"\x89PNG\0\0")
    with pytest.raises(DocumentError, match=r"a\.html: is no text"):
        read_document(picture)
    with pytest.raises(DocumentError, match="cannot be read: No such file"):
        read_document(tmp_path / "none.txt")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.html"
    file.write_text(PAGE, "utf-8")
    run = CliRunner().invoke
    made = run(app, ["translate", str(file)])
    assert made.exit_code == 0
    assert '<p>Read <a href="u">the report</a>.</p>' in made.stdout
    listed = json.loads(run(app, ["translate", "--json"], input="De leden komen bijeen.\n").stdout)
    assert [one["dutch"] for one in listed] == ["De leden komen bijeen."]
    told = run(app, ["translate", "--explain"], input="De leden komen bijeen.\n").stdout
    assert "  1  nl     De leden komen bijeen." in told
    assert run(app, ["translate"], input="").stdout.strip() == ""
