"""The step as a whole: a real store, the real built-in model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tweeklank.article import Article, Image, Language
from tweeklank.config import Config, Translate, load_config
from tweeklank.store import Store, open_store
from tweeklank.translate import translate
from tweeklank.translate.alignment import Aligned
from tweeklank.translate.attempts import FIRST, SECOND, translate_sentences
from tweeklank.translate.engine import Decoding, Engine, TranslationFailedError
from tweeklank.translate.models import Model, ModelError
from tweeklank.translate.prepared import Prepared, prepared
from tweeklank.translate.terminology import GlossaryError, load_glossary

CONFIG = """
[publication]
base_url = "https://example.org/"
[collect]
contact = "mailto:redactie@example.org"
[translate]
{}
[store]
url = "sqlite:///store.db"
[[sources]]
id = "metaal"
listing = "https://example.org/nieuws/"
"""
NOW = datetime(2026, 6, 18, 9, 30, tzinfo=UTC)


def settings(folder: Path, translation: str = "") -> Config:
    file = folder / "config.toml"
    file.write_text(CONFIG.format(translation), "utf-8")
    return load_config(file)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return settings(tmp_path)


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    with open_store(config.store_url) as store:
        yield store


def article(number: int = 1, **changes: object) -> Article:
    url = f"https://example.org/nieuws/{number}"
    made = Article(
        url=url,
        canonical=url,
        title=f"Bericht {number} over het convenant",
        lead="De leden komen bijeen.",
        body='<p>De leden <a href="https://ser.nl/">lezen</a> het rapport. Dat is goed.</p><ul><li>Een</li></ul>',
        image=Image("https://example.org/a.jpg", "Een fabriek", "Lassen in de fabriek"),
        published=NOW,
    )
    return replace(made, **changes)


def keep(store: Store, *articles: Article) -> None:
    for one in articles:
        store.articles.keep("metaal", one.url, one, NOW)


def english(store: Store) -> dict[str, str]:
    return {entry.original_url: entry.words.title for entry in store.articles.newest(Language.EN, 50)}


def test_all_words_of_an_article_are_translated(config: Config, store: Store) -> None:
    keep(store, article())
    steps: list[tuple[int, int]] = []
    report = translate(config, store, lambda done, total: steps.append((done, total)))
    (entry,) = store.articles.newest(Language.EN, 5)
    words = entry.words
    assert (report.articles, report.sentences, report.remembered, report.kept) == (1, 7, 0, 0)
    assert steps[-1] == (7, 7)
    assert report.model == entry.model
    assert '<a href="https://ser.nl/">' in words.body
    assert "<ul><li>" in words.body
    for text in (words.title, words.lead, words.alt, words.caption, words.body):
        assert " the " in f" {text} ".lower() or "factory" in text.lower() or "members" in text.lower()
        assert " het " not in text


def test_a_sentence_is_translated_once(config: Config, store: Store) -> None:
    keep(store, article(1), article(2), article(3, title="Bericht 1 over het convenant", lead="Dat is goed."))
    report = translate(config, store)
    assert (report.articles, report.sentences) == (3, 8)
    assert len(english(store)) == 3


@pytest.mark.usefixtures("no_model")
def test_nothing_is_loaded_when_nothing_waits(tmp_path: Path, store: Store) -> None:
    missing = settings(tmp_path, 'model = "nowhere"\nglossary = "nowhere.toml"')
    assert translate(missing, store).articles == 0
    keep(store, article())
    with pytest.raises(ModelError, match="nowhere"):
        translate(missing, store)


def test_a_second_run_finds_all_in_memory(config: Config, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(store, article(1))
    translate(config, store)
    keep(store, article(2, title="Bericht 1 over het convenant", lead="Dat is goed."))
    monkeypatch.setattr("tweeklank.translate.attempts.Engine", None)
    report = translate(config, store)
    assert (report.articles, report.sentences, report.remembered) == (1, 0, 6)
    assert translate(config, store).articles == 0


def test_only_what_changed_is_translated_after_a_revision(config: Config, store: Store) -> None:
    keep(store, article())
    translate(config, store)
    keep(store, article(body="<p>De leden lezen het rapport. De vakbond is blij.</p>"))
    report = translate(config, store)
    assert (report.articles, report.sentences, report.remembered) == (1, 1, 5)


def test_another_glossary_is_another_memory(tmp_path: Path, config: Config, store: Store) -> None:
    keep(store, article(1))
    translate(config, store)
    (tmp_path / "own.toml").write_text('[terms]\n"rapport" = "study"\n', "utf-8")
    own = settings(tmp_path, 'glossary = "own.toml"')
    keep(store, article(2))
    report = translate(own, store)
    assert (report.sentences, report.remembered) == (7, 0)
    assert "study" in next(e for e in store.articles.newest(Language.EN, 5) if e.original_url.endswith("2")).words.body


def test_a_broken_glossary_stops_before_the_model_is_loaded(tmp_path: Path, store: Store, no_model: None) -> None:
    keep(store, article())
    (tmp_path / "own.toml").write_text("[", "utf-8")
    with pytest.raises(GlossaryError):
        translate(settings(tmp_path, 'glossary = "own.toml"'), store)


def test_what_was_done_before_a_kill_is_not_done_again(tmp_path: Path, store: Store, config: Config) -> None:
    who, does, what = (
        ["leden", "kinderen", "boeren", "bedrijven", "vrouwen", "mannen", "scholen", "banken", "mensen"],
        ["lezen", "willen", "kopen", "maken", "zien", "zoeken", "vinden"],
        ["water", "geld", "brood", "werk", "koffie", "hout", "vis", "boeken"],
    )
    body = "".join(f"<p>De {a} {b} {c}.</p>" for a in who for b in does for c in what)
    keep(store, article(body=body))
    code = f"""
import os, signal
from pathlib import Path
from tweeklank.config import load_config
from tweeklank.store import open_store
from tweeklank.translate import translate
config = load_config(Path({str(config.path)!r}))
def progress(done, total):
    if done >= 256: os.kill(os.getpid(), signal.SIGKILL)
with open_store(config.store_url) as store:
    translate(config, store, progress)
"""
    killed = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ), timeout=120)
    assert killed.returncode == -signal.SIGKILL
    report = translate(config, store)
    assert report.remembered >= 200
    assert report.remembered + report.sentences == 508
    assert len(english(store)) == 1


class Stubborn(Engine):
    """The real engine, whose answers for some sentences are bad as long as ``bad`` says so."""

    asked: list[tuple[Decoding, str]]
    bad = staticmethod(lambda decoding, given: True)

    def translate(self, sentences, decoding, done=lambda _: None):  # type: ignore[no-untyped-def]
        for number, output in super().translate(sentences, decoding, done):
            given: Prepared = sentences[number]
            is_bad = "honderd" in given.original and self.bad(decoding, given)
            self.asked.append((decoding, given.text))
            yield number, Aligned("bad bad bad bad bad bad", ()) if is_bad else output


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch) -> type[Stubborn]:
    monkeypatch.setattr("tweeklank.translate.attempts.Engine", Stubborn)
    monkeypatch.setattr(Stubborn, "asked", [], raising=False)
    return Stubborn


SENTENCE = "De SER heeft in de afgelopen honderd jaar veel adviezen gegeven, maar de leden vinden dat niet genoeg."


def result(model: Model) -> tuple[str, str]:
    made = {
        s: r
        for part in translate_sentences([SENTENCE, "De leden zijn blij."], model, load_glossary(Translate()))
        for s, r in part.items()
    }
    assert made["De leden zijn blij."].fault == ""
    return made[SENTENCE].target, made[SENTENCE].fault


@pytest.mark.parametrize(
    ("bad", "asked"),
    [
        (lambda decoding, _: decoding == FIRST, 3),
        (lambda _, given: given.original == SENTENCE, 5),
        (lambda *_: True, 5),
    ],
)
def test_what_fails_is_tried_other_ways(
    model: Model, stubborn: type[Stubborn], bad: object, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stubborn, "bad", staticmethod(bad))
    target, fault = result(model)
    assert len(stubborn.asked) == asked
    assert stubborn.asked[2][0] == SECOND
    assert "<term>" not in stubborn.asked[2][1]
    assert (target == SENTENCE) == bool(fault)
    assert "bad bad" not in target


def test_what_loses_a_time_is_told_it_in_english(
    model: Model, stubborn: type[Stubborn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stubborn, "bad", staticmethod(lambda _, given: "<as>4.05 pm" not in given.text))
    sentence = "Om 16.05 uur krijgen honderd leden van Schoon Tij het woord."
    (made,) = (p[sentence] for p in translate_sentences([sentence], model, load_glossary(Translate())) if sentence in p)
    assert [decoding for decoding, _ in stubborn.asked][:2] == [FIRST, FIRST]
    assert "<term>Schoon<as>Schoon</term> <term>Tij<as>Tij</term>" in stubborn.asked[1][1]
    assert made.fault or "4.05 pm" in made.target


def test_what_loses_a_day_is_told_it_in_english(
    model: Model, stubborn: type[Stubborn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stubborn, "bad", staticmethod(lambda _, given: "<as>Tuesday<" not in given.text))
    sentence = "Dinsdag krijgen honderd leden in mei het woord."
    for _ in translate_sentences([sentence], model, load_glossary(Translate())):
        pass
    assert "<as>Tuesday</term> krijgen" in stubborn.asked[1][1]
    assert "<term>mei<as>May</term>" in stubborn.asked[1][1]


def test_what_fails_every_time_stays_dutch_and_is_counted(
    config: Config, store: Store, stubborn: type[Stubborn]
) -> None:
    keep(
        store,
        article(
            title="Na honderd jaar", body='<p>Dat is <a href="u">na honderd</a> jaar goed. De leden zijn blij.</p>'
        ),
    )
    report = translate(config, store)
    (entry,) = store.articles.newest(Language.EN, 5)
    assert entry.words.title == "Na honderd jaar"
    assert entry.words.body.startswith('<p><span lang="nl">Dat is <a href="u">na honderd</a> jaar goed.</span> ')
    assert report.kept == entry.kept == 2
    # What failed is remembered too.
    keep(store, article(2, title="Na honderd jaar", body=""))
    assert translate(config, store).kept == 1


def test_a_model_that_gives_up_is_one_sentence(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def translate_batch(self, *_: object, **__: object) -> None:
            raise RuntimeError("out of memory")

    monkeypatch.setattr(engine, "_translator", Broken())
    with pytest.raises(TranslationFailedError, match="out of memory"):
        list(engine.translate([prepared("Een zin.")], FIRST))
