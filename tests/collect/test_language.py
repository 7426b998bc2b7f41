"""Articles in other languages are told from Dutch ones by their text, and left out or published as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from covenant_site import Desk, Site, source
from hypothesis import given, settings
from hypothesis import strategies as st

from tweeklank.article import Article, Language, Origin
from tweeklank.collect import Collected
from tweeklank.collect.language import LANGUAGES, declared_language, language_of

Sync = Callable[..., Collected]
HELD_OUT = Path(__file__).parents[2] / "training" / "eval" / "news-heldout.tsv"

DUTCH = (
    "De haven van Vlissingen gaat samen met de vakbonden onderzoeken hoe het graniet voor de kades is gewonnen.",
    "Volgens de wethouder is nog niet bekend uit welke groeven de laatste leveringen kwamen.",
    "In het voorjaar ligt er een verslag, waarna de gemeenteraad beslist over nieuwe eisen aan leveranciers.",
)
ENGLISH = (
    "The port of Flushing will look into how the granite for its quays was quarried, together with the trade unions.",
    "According to the alderman it is not yet known which quarries the latest deliveries came from.",
    "A report is due in spring, after which the city council decides on new demands to suppliers.",
)
OTHERS = {
    "de": "Der Hafen lässt gemeinsam mit den Gewerkschaften untersuchen, wie der Granit für die Kaimauern abgebaut wurde. "
    "Im Frühjahr soll ein Bericht vorliegen, über den dann der Stadtrat berät.",
    "fr": "Le port va étudier avec les syndicats comment le granit de ses quais a été extrait. "
    "Un rapport est attendu au printemps, après quoi le conseil municipal se prononcera sur de nouvelles exigences.",
    "fy": "De haven sil tegearre mei de fakbûnen útsykje hoe't it granyt foar de kaaien wûn is. "
    "Yn it foarjier leit der in ferslach, en dêrnei beslút de gemeenterie oer nije easken oan leveransiers.",
    "af": "Die hawe gaan saam met die vakbonde ondersoek hoe die graniet vir die kaaie ontgin is. "
    "In die lente sal daar 'n verslag wees, waarna die stadsraad oor nuwe vereistes vir verskaffers sal besluit.",
}
FLEMISH = (
    "De schepen van Openbare Werken laat weten dat de kasseien voor de heraanleg van de markt in eigen land gekapt zijn. "
    "Het stadsbestuur heeft zich daartoe geëngageerd, en de vakbonden kijken mee of dat ook in orde komt."
)


def article(*paragraphs: str, title: str = "Bericht", lead: str = "") -> Article:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Article("https://bron.example/1", "https://bron.example/1", title, body, lead)


class TestTelling:
    @pytest.mark.parametrize(("column", "language"), [(0, "nl"), (1, "en")])
    def test_held_out_news_is_never_mistaken(self, column: int, language: str) -> None:
        """300 sentences in both languages, by three and all together, whatever the page declares."""
        sentences = [line.split("\t")[column] for line in HELD_OUT.read_text("utf-8").splitlines()]
        assert len(sentences) == 300
        for declared in ("", "nl", "en", "de"):
            assert language_of(article(*sentences), declared) == language
            by_three = [article(*sentences[at : at + 3]) for at in range(0, 300, 3)]
            judged = [one for one in by_three if len(one.body) >= 160]
            assert len(judged) >= 95
            assert {language_of(one, declared) for one in judged} == {language}

    @pytest.mark.parametrize("language", sorted(OTHERS))
    def test_relatives_of_dutch_are_not_dutch(self, language: str) -> None:
        assert language_of(article(OTHERS[language]), "nl") == language

    def test_flemish_is_dutch(self) -> None:
        assert language_of(article(FLEMISH), "en") == "nl"

    def test_an_english_title_lead_or_quote_leaves_a_dutch_article_dutch(self) -> None:
        assert language_of(article(*DUTCH, title=ENGLISH[0], lead=ENGLISH[2])) == "nl"
        assert language_of(article(DUTCH[0], f"“{ENGLISH[0]}”", f"“{ENGLISH[1]}”", *DUTCH[1:]), "en") == "nl"

    def test_a_page_in_two_languages_is_for_readers_of_dutch(self) -> None:
        assert language_of(article(*ENGLISH, *DUTCH), "en") == "nl"

    def test_an_english_article_with_dutch_names_and_a_quote_is_english(self) -> None:
        names = "The Sociaal-Economische Raad and the Ministerie van Buitenlandse Zaken signed as well."
        assert language_of(article(*ENGLISH, names, "“Dat is goed nieuws.”"), "nl") == "en"

    @pytest.mark.parametrize("declared", ["", "nl", "de"])
    def test_a_very_short_text_is_not_judged_by_itself(self, declared: str) -> None:
        assert language_of(article("The port will be closed on Sunday and the locks too."), declared) == "nl"

    def test_a_very_short_text_that_is_what_its_page_declares_is_believed(self) -> None:
        assert language_of(article("The port will be closed on Sunday and the locks too."), "en") == "en"
        assert language_of(article("De haven is zondag gesloten en de sluizen zijn dat ook."), "en") == "nl"

    @settings(max_examples=40)
    @given(text=st.text(max_size=400), lead=st.text(max_size=80), declared=st.sampled_from(["", "nl", "en", "zz"]))
    def test_any_text_has_a_language(self, text: str, lead: str, declared: str) -> None:
        assert language_of(article(text, lead=lead), declared) in LANGUAGES

    @pytest.mark.parametrize(
        ("html", "language"),
        [
            ('<!doctype html><html class="no-js" lang="en-GB"><body lang="nl">', "en"),
            ("<HTML LANG=nl>", "nl"),
            ("<html xml:lang='fr'>", "fr"),
            ("<html><p lang='en'>", ""),
            ("", ""),
        ],
    )
    def test_what_a_page_declares(self, html: str, language: str) -> None:
        assert declared_language(html) == language


def put(site: Site, path: str, paragraphs: tuple[str, ...], title: str, **parts: str) -> None:
    site.article(path, title, body="".join(f"<p>{one}</p>" for one in paragraphs), **parts)


@pytest.fixture
def mixed(site: Site) -> Site:
    """A Dutch article, and an English and a German one on pages that say that they are Dutch."""
    site.listing("/nieuws/graniet", "/nieuws/granite", "/nieuws/granit")
    put(site, "/nieuws/graniet", DUTCH, "Haven onderzoekt graniet")
    put(site, "/nieuws/granite", ENGLISH, "Port looks into granite")
    put(site, "/nieuws/granit", (OTHERS["de"],), "Hafen lässt Granit untersuchen")
    return site


class TestCollecting:
    def test_foreign_articles_are_left_out_and_not_fetched_again(self, mixed: Site, sync: Sync, desk: Desk) -> None:
        bron = source(listing=f"{mixed.base}/nieuws/")
        (report,) = sync(bron).sources
        assert (report.new, report.foreign, report.waiting, report.failures) == (1, 2, 0, [])
        assert desk.titles() == {"Haven onderzoekt graniet"}
        assert desk.articles(Language.EN) == []
        mixed.forget()
        mixed.listing("/nieuws/graniet", "/nieuws/granite", "/nieuws/granit", "/nieuws/later")
        put(mixed, "/nieuws/later", DUTCH, "Nog een bericht")
        (report,) = sync(bron).sources
        assert (report.new, report.foreign) == (1, 0)
        assert mixed.asked("/nieuws/granite", "/nieuws/granit") == []

    def test_english_articles_are_published_as_they_are_where_that_is_asked_for(
        self, mixed: Site, sync: Sync, desk: Desk
    ) -> None:
        bron = source(listing=f"{mixed.base}/nieuws/")
        (report,) = sync(bron, foreign="publish").sources
        assert (report.new, report.foreign) == (2, 1)
        assert desk.titles() == {"Haven onderzoekt graniet"}
        (entry,) = desk.articles(Language.EN)
        assert (entry.words.title, entry.origin) == ("Port looks into granite", Origin.ORIGINAL)
        assert entry.url == entry.original_url == f"{mixed.base}/nieuws/granite"
        assert [waiting.words.title for waiting in desk.store.translations.waiting()] == ["Haven onderzoekt graniet"]

    def test_what_was_left_out_comes_in_when_the_setting_changes(self, mixed: Site, sync: Sync, desk: Desk) -> None:
        bron = source(listing=f"{mixed.base}/nieuws/")
        sync(bron)
        mixed.forget()
        (report,) = sync(bron, foreign="publish").sources
        assert (report.new, report.foreign) == (1, 0)
        assert mixed.asked("/nieuws/granit") == []
        assert [entry.words.title for entry in desk.articles(Language.EN)] == ["Port looks into granite"]

    @pytest.mark.parametrize("english_first", [True, False])
    def test_both_versions_in_one_list_are_one_article(
        self, mixed: Site, sync: Sync, desk: Desk, english_first: bool
    ) -> None:
        head = f'<link rel="alternate" hreflang="en" href="{mixed.base}/nieuws/granite">'
        paths = ("/nieuws/granite", "/nieuws/graniet") if english_first else ("/nieuws/graniet", "/nieuws/granite")
        mixed.listing(*paths)
        put(mixed, "/nieuws/graniet", DUTCH, "Haven onderzoekt graniet", head=head)
        bron = source(listing=f"{mixed.base}/nieuws/")
        sync(bron, foreign="publish")
        (dutch,), (english,) = desk.articles(), desk.articles(Language.EN)
        assert dutch.id.removesuffix(":nl") == english.id.removesuffix(":en")
        assert (english.origin, english.original_url) == (Origin.PUBLISHER, f"{mixed.base}/nieuws/graniet")

    @pytest.mark.parametrize("foreign", ["leave", "publish"])
    def test_the_publishers_own_english_version_is_found_as_ever(
        self, site: Site, sync: Sync, desk: Desk, foreign: str
    ) -> None:
        site.listing("/nieuws/graniet")
        head = '<link rel="alternate" hreflang="en" href="/en/granite">'
        put(site, "/nieuws/graniet", DUTCH, "Haven onderzoekt graniet", head=head)
        put(site, "/en/granite", ENGLISH, "Port looks into granite", lang="en")
        (report,) = sync(source(listing=f"{site.base}/nieuws/"), foreign=foreign).sources
        assert (report.new, report.foreign) == (1, 0)
        (entry,) = desk.articles(Language.EN)
        assert (entry.words.title, entry.origin) == ("Port looks into granite", Origin.PUBLISHER)
