"""The training recipe: its data is clean, nothing of the evaluation sets leaks in, terms are marked right.

Training itself needs torch and hours; these tests need neither.
"""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from argostranslate.package import Package

from apart import Fare, apart, fares
from lexicon import determined, entries, first_in_a_sentence, times_seen, translations
from marks import LONGEST, MARKS, WORD, form, marked_in_use
from names import Renamer, names_kept
from numerals import renumber
from prepare import EvaluationSets, Sieve, is_pair, normalise, odd
from recipe import HERE, Recipe, always_marked, marked_forms, read_lexicon, read_pairs
from tweeklank.translate.lexicon import Lexicon
from tweeklank.translate.models import BUILTIN, read_model, unpack
from tweeklank.translate.parted import GAP, PartedVerbs
from tweeklank.translate.prepared import prepared
from variation import Annotator, Exchanger, dress, joined
from weak import Worth, around, worth

OWN = [file for name in ("news", "recast") for file in sorted((HERE / "corpus").glob(f"{name}*.tsv"))]


@pytest.fixture(scope="module")
def held() -> EvaluationSets:
    return EvaluationSets(HERE / "eval")


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.stem)
def test_every_line_of_our_own_corpus_is_a_pair(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) > 400
    assert all(len(line.split("\t")) == 2 and all(part.strip() for part in line.split("\t")) for line in lines)
    dutch = [line.split("\t")[0].lower() for line in lines]
    assert len(dutch) - len(set(dutch)) <= len(dutch) // 200


def test_there_are_ten_thousand_pairs_more_than_the_first_model_had() -> None:
    assert sum(1 for file in OWN for _ in read_pairs(file)) >= 13_178 + 10_000


def test_the_written_lexicon_has_one_line_for_each_form() -> None:
    rows = [line.split("\t") for line in (HERE / "corpus/lexicon.tsv").read_text("utf-8").splitlines()]
    assert all(len(row) == 2 for row in rows)
    forms = [dutch for dutch, _ in rows]
    assert forms == sorted(set(forms))
    assert all(form(dutch) == dutch and all(map(WORD.fullmatch, dutch.split(" "))) for dutch in forms)
    assert all(len(dutch.split()) <= LONGEST for dutch in forms)
    assert all(english == english.strip() and 1 <= len(english.split()) <= 7 for _, english in rows)


def test_each_written_parted_verb_stands_once_and_can_be_found() -> None:
    entries = list(read_pairs(HERE / "corpus/parted.tsv"))
    forms = dict(entries)
    assert [dutch for dutch, _ in entries] == sorted(forms)
    verbs = PartedVerbs(forms)
    for dutch, english in entries:
        verb, rest = dutch.split(GAP)
        assert " " not in verb
        assert 1 <= len(english.split()) <= 7
        assert [told for _, _, told in verbs.found(f"Zij {verb} vandaag {rest}.")] == [english], dutch


def test_a_sentence_of_an_evaluation_set_is_recognised_whole_and_in_part(held: EvaluationSets) -> None:
    dutch, english = next(pair for pair in read_pairs(HERE / "eval/ntrex128.tsv") if len(pair[0].split()) > 15)
    assert held.hold(dutch)
    assert held.hold(english.upper())
    assert held.hold("Zij zei gisteren: " + " ".join(dutch.split()[2:14]))
    assert not held.hold("De vakbond wil dat de haven van Oosterdiep nog dit jaar een walstroomkast krijgt.")


def test_nothing_that_overlaps_with_an_evaluation_set_gets_through(held: EvaluationSets) -> None:
    leaks = list(read_pairs(HERE / "eval/news-heldout.tsv"))
    leaks += [pair for pair in read_pairs(HERE / "eval/tatoeba-test.tsv") if len(pair[0].split()) <= 3]
    ours = list(read_pairs(OWN[0]))[:500]
    sieve = Sieve(held)
    kept = list(sieve.through([*leaks, *ours]))
    assert sieve.leaked > len(leaks) - 100  # the rest are no pairs or stand there twice
    assert len(kept) > 480
    assert not any(held.hold(dutch) or held.hold(english) for dutch, english in kept)


def test_a_pair_is_kept_once(held: EvaluationSets) -> None:
    pair = ("De vakbond is tevreden.", "The union is satisfied.")
    assert list(Sieve(held).through([pair, pair])) == [pair]


def test_what_is_no_sentence_is_trained_to_keep_its_form() -> None:
    terms = [("goud", "gold"), ("tin", "tin"), ("hout", "wood"), ("leer", "leather"), ("melk", "milk"), ("vis", "fish")]
    pairs = list(odd([("Een schone keten.", "A clean chain.")] * 10, [*terms, ("zand", "sand")], random.Random(1)))
    assert all(source == target for source, target in pairs if source.startswith(("https://", "#", "@", "NL", "+31")))
    row = next(pair for pair in pairs if " | " in pair[0] and "goud" in pair[0])
    assert row[0].count(" | ") == row[1].count(" | ")
    assert "gold" in row[1]


@pytest.fixture(scope="module")
def renamer() -> Renamer:
    return Renamer(pair for file in OWN[:3] for pair in read_pairs(file))


def test_a_name_gives_way_to_the_same_other_name_on_both_sides(renamer: Renamer) -> None:
    dutch, english = "Gisteren sprak Rotterdam met Rotterdam.", "Yesterday Rotterdam talked to Rotterdam."
    for seed in range(20):
        other, same = renamer.rename(dutch, english, random.Random(seed))
        name = other.split()[2]
        assert (other, same) == (dutch.replace("Rotterdam", name), english.replace("Rotterdam", name))


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("De Rotterdamse haven en Rotterdam zelf.", "The port of Rotterdam and Rotterdam itself."),
        ("Zij kocht een Rotterdam.", "She bought a Rotterdam."),
        ("Rotterdam groeit.", "Rotterdam is growing."),
    ],
    ids=["a longer word holds it too", "an article fits it", "any word may begin a sentence"],
)
def test_a_name_stays_where_another_would_not_fit(renamer: Renamer, dutch: str, english: str) -> None:
    assert renamer.rename(dutch, english, random.Random(1)) == (dutch, english)


def test_an_invented_name_is_a_word_of_ordinary_length(renamer: Renamer) -> None:
    rng = random.Random(5)
    assert all(re.fullmatch(r"[A-Z][^\W\d_A-Z]{3,11}", renamer.invent(rng)) for _ in range(300))


def test_names_that_are_lost_are_counted() -> None:
    pairs = [("Dan sprak Yara Bouma in Utrecht.", "Then Yara Bouma spoke in Utrecht.")]
    assert names_kept(pairs, ["Then Yara Bauma spoke in Utrecht."]) == (3, 2)


def test_a_number_gives_way_to_the_same_other_number_on_both_sides() -> None:
    dutch = "Op 12 maart 2019 kregen 2.200 leden van de 80-jarige bond 1,9 procent meer."
    english = "On 12 March 2019, 2,200 members of the 80-year-old union got 1.9 per cent more."
    shape = re.compile(
        r"Op (\d\d) maart (\d{4}) kregen (\d\.\d{3}) leden van de (\d\d)-jarige bond (\d,\d) procent meer\."
    )
    seen = set()
    for seed in range(50):
        other, same = renumber(dutch, english, random.Random(seed))
        found = shape.fullmatch(other)
        assert found
        day, year, members, age, rise = found.groups()
        members, rise = members.replace(".", ","), rise.replace(",", ".")
        assert same == f"On {day} March {year}, {members} members of the {age}-year-old union got {rise} per cent more."
        assert 10 <= int(day) <= 28
        seen.add((day, year, members, age, rise))
    assert len(seen) == 50


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("Er bleven 3 leden over.", "3 members were left."),
        ("Om 14.30 uur op 12-03-2019 in zaal A12.", "At 2.30 pm on 12-03-2019 in room A12."),
        ("De 15 van 15 en de 15.", "The 15 of 15 and the 15."),
        ("In de jaren 80 kwam zij.", "She came in the 1980s."),
        ("Een 18-jarige.", "An 18-year-old."),
    ],
    ids=["one digit", "a time, a date, a room", "not told apart", "another form", "an article fits it"],
)
def test_a_number_stays_where_another_would_not_fit(dutch: str, english: str) -> None:
    assert renumber(dutch, english, random.Random(1)) == (dutch, english)


def test_sentences_are_joined_alike_on_both_sides() -> None:
    pairs = [(f"Zin {n}.", f"Sentence {n}.") for n in range(200)]
    made = list(joined(pairs, 0.3, random.Random(1)))
    assert all(dutch.replace("Zin", "Sentence") == english for dutch, english in made)
    assert 30 < sum(dutch.count(".") == 2 for dutch, _ in made) < 90
    assert [dutch.split(".")[0] for dutch, _ in made] == [f"Zin {n}" for n in range(200)]


@pytest.mark.parametrize(
    ("dutch", "english", "good"),
    [
        ("De vakbond is tevreden.", "The union is satisfied.", True),
        ("De vakbond is tevreden over de afspraken.", "Yes.", False),
        ("12 345 678 90", "12 345 678 90", False),
        ("woord " * 100, "word " * 100, False),
    ],
)
def test_only_what_can_be_a_translation_is_kept(dutch: str, english: str, good: bool) -> None:
    assert is_pair(dutch, english) is good


def test_text_is_normalised() -> None:
    assert normalise("  zacht\u00adjes\u00a0\u200bdoor ") == "zachtjes door"


def test_a_term_is_marked_with_the_form_that_the_english_really_has(tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("metaalconvenant\tmetals agreement\n", "utf-8")
    annotator = Annotator(terms)
    made = annotator.annotate("Het metaalconvenant, zei ze.", "The Metals Agreement, she said.", random.Random(0))
    assert made == "Het <term>metaalconvenant<as>Metals Agreement</term>, zei ze."
    assert annotator.annotate("Het metaalconvenant.", "The pact.", random.Random(0)) == "Het metaalconvenant."


def test_rare_words_of_the_lexicon_are_marked_where_the_english_has_them(tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("oude kerk\told church\n", "utf-8")
    annotator = Annotator(terms, lexicon=[("zadel", "saddle", 1), ("kerk", "church", 2), ("ruiter", "horseman", 3)])
    made = annotator.annotate("De ruiter en het zadel.", "The rider and the saddle.", random.Random(0))
    assert made == "De ruiter en het <term>zadel<as>saddle</term>."
    made = annotator.annotate("Een zadel in de oude kerk.", "A saddle in the old church.", random.Random(0))
    assert made == "Een <term>zadel<as>saddle</term> in de <term>oude kerk<as>old church</term>."


def test_an_expression_is_marked_as_one_where_the_english_has_it() -> None:
    annotator = Annotator(lexicon=[("van de baan", "off the table", 0), ("baan", "job", 0)])
    made = annotator.annotate("Het plan is van de baan.", "The plan is off the table.", random.Random(0))
    assert made == "Het plan is <term>van de baan<as>off the table</term>."
    made = annotator.annotate("Zij komt van de baan.", "She comes from her job.", random.Random(0))
    assert made == "Zij komt van de <term>baan<as>job</term>."


def test_an_expression_stands_in_the_text_as_often_as_its_words_in_a_row() -> None:
    texts = [["Van", "de", "baan", "of", "niet", "van", "de", "baan"], ["De", "baan", "van", "de", "bakker"]]
    seen = times_seen(texts, {"van de baan", "op eigen houtje"})
    assert (seen["van de baan"], seen["baan"], seen["van de"], seen["op eigen houtje"]) == (2, 3, 0, 0)


def test_a_common_word_is_marked_now_and_then_only() -> None:
    annotator, rng = Annotator(lexicon=[("huis", "house", 900)]), random.Random(0)
    marked = sum("<term>" in annotator.annotate("Een huis.", "A house.", rng) for _ in range(1000))
    assert 50 < marked < 150


def test_a_word_gives_way_to_a_rare_one_of_its_kind_on_both_sides(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text(
        "kerk\tchurch\t90\nzadel\tsaddle\t1\nappel\tapple\t1\nzadels\tsaddles\t1\ntrok\tpulled\t2\n", "utf-8"
    )
    exchanger, rng = Exchanger(read_lexicon(lexicon)), random.Random(0)
    assert exchanger.exchange("De kerk is oud.", "The church is old.", rng) == (
        "De zadel is oud.",
        "The saddle is old.",
    )
    for pair in (
        ("De kerken zijn oud.", "The churches are old."),  # not in the lexicon
        ("De kerk naast de kerk.", "The church next to the church."),  # which one is which?
        ("De Kerk is oud.", "The Church is old."),  # a name
    ):
        assert exchanger.exchange(*pair, rng) == pair


def test_the_english_of_a_word_is_what_is_aligned_with_it_alone() -> None:
    dutch, english = ["Zijn", "huisarts", "kwam"], ["His", "general", "practitioner", "came"]
    sure = {(0, 0), (1, 2), (2, 3)}
    made = set(translations(dutch, english, sure, sure | {(1, 1)}))
    assert made == {("zijn", "his"), ("huisarts", "general practitioner"), ("kwam", "came")}


def test_a_form_with_several_translations_is_in_no_lexicon() -> None:
    counted = {
        "zadel": Counter({"saddle": 2, "Saddle": 1, "seat": 1}),
        "bank": Counter({"bank": 3, "sofa": 3}),
        "eenmaal": Counter({"once": 1}),
        "egeïsche": Counter({"Aegean": 4}),
    }
    assert dict(entries(counted)) == {"zadel": "saddle", "egeïsche": "Aegean"}


def test_nouns_and_adjectives_stand_in_the_lexicon_for_the_beginning_of_a_sentence_too() -> None:
    dutch = [
        "De taart is op.",
        "Een taart, een zoete taart met helm!",
        "De helm.",
        "Zij ging vervolgens weg.",
        "Banken lenen banken geld.",
    ]
    nouns = determined(re.findall(r"\w+|[^\w\s]", sentence) for sentence in dutch)
    assert nouns == {"helm", "taart", "zoete"}
    forms = {
        "banken": "banks",
        "bonn": "Bonn",
        "helm": "helm",
        "lenen": "borrow",
        "taart": "cake",
        "vervolgens": "then",
    }
    assert dict(first_in_a_sentence(forms, nouns)) == {"Banken": "banks", "Helm": "helm", "Taart": "cake"}


def test_rare_words_and_chosen_common_ones_are_marked_and_names_in_capitals_all(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text(
        "bonn\tBonn\t4\nbrug\tbridge\t90\nduitsland\tGermany\t311\negeïsche\tAegean\t4\ngemaal\tpumping station\t52\n"
        "helm\thelm\t3\nzadel\tsaddle\t3\n"
        "Brug\tbridge\t90\nHelm\thelm\t3\nGemaal\tpumping station\t52\nWeg\troad\t900\nZadel\tsaddle\t3\n"
    )
    assert marked_forms(lexicon, {"gemaal", "helm"}) == {
        "BONN": "Bonn",
        "Brug": "bridge",
        "Helm": "helm",
        "DUITSLAND": "Germany",
        "egeïsche": "Aegean",
        "gemaal": "pumping station",
        "zadel": "saddle",
    }


def test_what_is_marked_however_common_it_is_stands_once_and_in_the_lexicon_of_the_package() -> None:
    lines = (HERE / "corpus/always.txt").read_text("utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert always_marked() <= dict(read_pairs(BUILTIN / "lexicon.tsv")).keys()


def test_a_common_form_is_looked_at_in_some_of_its_sentences() -> None:
    pairs = [(f"Het gemaal draait {n} uur.", f"The pumping station runs for {n} hours.") for n in range(20)]
    found = list(around({"gemaal": "pumping station", "het gemaal draait": "the pump runs"}, pairs))
    assert Counter(form for form, _ in found) == {"gemaal": 10, "het gemaal draait": 10}
    assert not list(around({"gemalen": "pumping stations"}, pairs))


def test_a_mark_pays_if_it_mends_more_often_than_it_imposes() -> None:
    station, mill = ("Het gemaal draait.", "The pumping station runs."), ("Het gemaal.", "The mill.")
    trials = [("gemaal", station), ("gemaal", station), ("gemaal", mill)]
    unmarked = ["The pump runs.", "The mill runs.", "The mill."]
    marked = ["The pumping station runs.", "The pumping station runs.", "The pumping station."]
    rows = worth({"gemaal": "pumping station"}, trials, unmarked, marked, lambda made, wanted: float(made == wanted))
    assert rows == {"gemaal": Worth(mended=2, imposed=1, gained=1.0)}
    assert rows["gemaal"].pays()
    assert not Worth(mended=2, imposed=3, gained=1.0).pays()
    assert not Worth(mended=1, imposed=0, gained=1.0).pays()
    assert not Worth(mended=2, imposed=0, gained=-1.0).pays()


def test_a_parted_verb_is_looked_at_where_it_is_the_only_one() -> None:
    pairs = [(f"{n} legt stil", "x") for n in range(9)] + [("legt stil en brengt op", "y"), ("lang " * 40, "z")]

    def found(dutch: str) -> list[str]:
        return [entry for entry in ("legt stil", "brengt op", "lang") if entry in dutch]

    assert [entry for entry, _ in apart(found, pairs)] == ["legt stil"] * 6


def test_how_a_parted_verb_fares_is_counted_over_its_sentences() -> None:
    trials = [("legt … stil", ("a", "It shuts down.")), ("legt … stil", ("b", "It stops."))]
    forms = {"legt … stil": "shuts down"}
    rows = fares(
        forms, trials, ["It lies.", "It stops."], ["It shuts down."] * 2, lambda made, wanted: float(made == wanted)
    )
    assert rows == {"legt … stil": Fare(times=2, told=2, anyway=0, gained=0.0)}


@pytest.mark.parametrize(
    "dutch",
    [
        "Zadel en zadels.",
        "De Zadel van Zadels, de zadel- en 3D-zadels; ’s zomers 3 zadels?",
        "Ruiters uit Bonn en uit bonn",
        "ZADELS zijn www.zadel.nl/zadel, zade\u0308l, zadel’s en #zadel.",
        "In het zadel, in het Zadel, uit het zadel en in het  zadel.",
        "Taart met Taart en taart.",
        "taart.",
        "“Taart!”",
        "Taart-Zadel.",
        "Van Wit: ‘Taart is op’. Zadels (Taart!) zijn er nog – Zadels, ‘Zadel’ en Taart.",
        'VNO-NCW: "In het zadel!"',
    ],
)
def test_evaluation_marks_words_as_the_program_does(dutch: str) -> None:
    forms = {"zadel": "saddle", "zadels": "saddles", "zomers": "Summers", "BONN": "Bonn", "in het zadel": "in control"}
    forms |= {"Taart": "cake", "Taart-zadel": "cake saddle"}
    assert marked_in_use(dutch, forms) == prepared(dutch, Lexicon(forms).found(dutch)).text


def test_variation_changes_the_outside_of_both_sides_alike() -> None:
    rng = random.Random(3)
    seen = {dress("Zij zei: “Ja.”", "She said: “Yes.”", rng) for _ in range(300)}
    assert ('Zij zei: "Ja."', 'She said: "Yes."') in seen
    assert ("ZIJ ZEI: “JA.”", "SHE SAID: “YES.”") in seen


def test_the_recipe_can_be_read_and_names_only_files_that_it_explains() -> None:
    recipe = Recipe.read()
    readme = (HERE / "README.md").read_text("utf-8")
    assert set(recipe.mixture) >= {"news", "terms", "generator"}
    assert recipe.shape["d"] % recipe.shape["h"] == 0
    for step in ("prepare", "lexicon", "tokenise", "train", "export", "evaluate", "card", "weak", "apart"):
        assert f"python {step}.py" in readme
        assert (HERE / f"{step}.py").is_file()


class TestBuiltinPackage:
    def test_argos_translate_takes_it_for_one_of_its_own(self) -> None:
        package = Package(BUILTIN)
        assert (package.from_code, package.to_code, package.code) == ("nl", "en", "translate-nl_en")
        assert package.tokenizer.encode("De vakbond is tevreden.")
        assert package.get_readme()

    def test_it_knows_the_marks_of_terms_as_single_pieces(self) -> None:
        pieces = Package(BUILTIN).tokenizer.encode("<term>convenant<as>agreement</term>")
        assert [piece for piece in pieces if piece in MARKS] == list(MARKS)

    def test_it_is_small_and_whole(self) -> None:
        assert sum(file.stat().st_size for file in BUILTIN.rglob("*") if file.is_file()) < 45_000_000
        for name in ("metadata.json", "sentencepiece.model", "model/model.bin", "lexicon.tsv", "README.md", "NOTICE"):
            assert (BUILTIN / name).is_file(), name

    def test_its_card_tells_figures_limits_and_licence(self) -> None:
        card = (BUILTIN / "README.md").read_text("utf-8")
        assert json.loads((BUILTIN / "metadata.json").read_text())["package_version"] in card.splitlines()[0]
        for part in ("FLORES-101 devtest", "NTREX-128", "chrF2", "BLEU", "Not for", "Licence", "NOTICE"):
            assert part in card
        assert len(re.findall(r"^- \*(?!\*)", card.partition("translations, unselected")[2], re.MULTILINE)) == 40

    def test_zipped_it_is_an_argosmodel_that_unpacks_again(self, tmp_path: Path) -> None:
        file = tmp_path / "translate-nl_en.argosmodel"
        with zipfile.ZipFile(file, "w") as packed:
            for path in BUILTIN.rglob("*"):
                if path.is_file():
                    packed.write(path, f"translate-nl_en/{path.relative_to(BUILTIN)}")
        unpack(file, tmp_path / "unpacked")
        assert read_model(tmp_path / "unpacked" / "translate-nl_en").marks_terms
