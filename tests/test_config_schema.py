"""The schema that editors use says what the reader says."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.small_config import SMALL
from tweeklank.cli import app
from tweeklank.config import ConfigError, load_config
from tweeklank.config.schema import config_schema

ROOT = Path(__file__).parent.parent
DEMO = (ROOT / "src/tweeklank/demo/config.toml").read_text("utf-8").replace("{base}", "http://127.0.0.1:8017")
CHECKER = jsonschema.Draft7Validator(config_schema())


def as_json(value: Any) -> Any:
    """What an editor hands to its checker: a TOML date is its text."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def follows_schema(text: str) -> bool:
    return CHECKER.is_valid(as_json(tomllib.loads(text)))


def is_read(text: str, folder: Path) -> bool:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    try:
        load_config(file)
    except ConfigError:
        return False
    return True


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(config_schema())


@pytest.mark.parametrize("text", [(ROOT / "config.toml").read_text("utf-8"), DEMO, SMALL], ids=["own", "demo", "small"])
def test_good_configurations_follow_the_schema(text: str, tmp_path: Path) -> None:
    assert follows_schema(text)
    assert is_read(text, tmp_path)


def test_every_key_that_config_toml_shows_in_a_comment_is_known(tmp_path: Path) -> None:
    text = (ROOT / "config.toml").read_text("utf-8")
    shown = re.sub(r"^# (\w+ *= |\[\w+\]$)", r"\1", text, flags=re.MULTILINE)
    assert shown != text
    assert follows_schema(shown)
    assert is_read(shown, tmp_path)


SOURCE = 'id = "metaal"'


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        (
            SOURCE,
            SOURCE + '\npages = 3\ninclude = "*convenant*"\nexclude = ["*/vacatures/*"]\nsince = 2024-01-01',
            True,
        ),
        (SOURCE, SOURCE + '\ntopic_rules = { metaal = "*metaal*", "groene stroom" = ["*wind*", "*zon*"] }', True),
        (SOURCE, SOURCE + '\nenglish = { from = "/nl/", to = "/en/" }', True),
        (SOURCE, SOURCE + '\nfeed = ""', True),
        ('"https://www.example.nl/nieuws"', '["https://www.example.nl/nieuws", "https://www.example.nl/pers"]', True),
        ("[collect]", "[collect]\ndelay = 3600", True),
        (SOURCE, SOURCE + "\npages = 0", False),
        (SOURCE, SOURCE + "\npages = 1.5", False),
        (SOURCE, SOURCE + "\ninclude = 5", False),
        (SOURCE, SOURCE + '\nexclude = ["a", 5]', False),
        (SOURCE, SOURCE + '\nsince = "gisteren"', False),
        (SOURCE, SOURCE + "\nsince = 2024-01-01T10:00:00", False),
        (SOURCE, SOURCE + "\ntopic_rules = { metaal = 5 }", False),
        (SOURCE, SOURCE + '\ntopic_rules = ["metaal"]', False),
        (SOURCE, SOURCE + '\nfeed = "https://www.example.nl/feed"', False),
        (SOURCE, SOURCE + '\nselect = { titel = "h1" }', False),
        (SOURCE, SOURCE + '\nenglish = { from = "/nl/" }', False),
        (SOURCE, SOURCE + '\nenglish = { from = "", to = "/en/" }', False),
        (SOURCE, SOURCE + "\nlocal = 1", False),
        (SOURCE, SOURCE + '\ntopics = "a"', False),
        (SOURCE, SOURCE + '\ntitle = { nl = "a" }', False),
        (SOURCE, 'id = "Metaal!"', False),
        (SOURCE, 'id = "topics"', False),
        (SOURCE, "", False),
        ('"https://www.example.nl/nieuws"', '"www.example.nl"', False),
        ('"https://www.example.nl/nieuws"', '["https://www.example.nl/nieuws", "pers"]', False),
        ('"https://www.example.nl/nieuws"', "[]", False),
        ("listing", "listin", False),
        ("[[sources]]", "[sources]", False),
        ("[collect]", "[colect]", False),
        ("[collect]", "[collect]\ndelay = -1", False),
        ("[collect]", "[collect]\ntimeout = 601", False),
        ("[collect]", "[collect]\ndelay = true", False),
        ("[collect]", "[collect]\nmax_articles = 0", False),
        ("mailto:iemand@example.org", "iemand", False),
        ('contact = "mailto:iemand@example.org"', "", False),
        ("https://example.org/nieuws", "ftp://example.org/", False),
        ("[publication]", "[publication]\nentries = 1001", False),
        ("[collect]", '[translate]\nreview = "wait"\n[collect]', False),
        ("[collect]", "[translate]\nclock = 24\n[collect]", False),
        ("[collect]", "[store]\nurl = 5\n[collect]", False),
    ],
)
def test_reader_and_schema_agree(old: str, new: str, good: bool, tmp_path: Path) -> None:
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    assert (is_read(text, tmp_path), follows_schema(text)) == (good, good)


VALUES = st.one_of(st.booleans(), st.integers(-5, 2000), st.sampled_from(["", "a", "https://a.nl/"]), st.just([]))


def _keys() -> list[tuple[str, str]]:
    inside = config_schema()["properties"]
    return [(name, key) for name in inside if name != "sources" for key in inside[name]["properties"]]


@settings(deadline=None)
@given(st.sampled_from(_keys()), VALUES)
def test_a_value_of_another_type_or_out_of_range_is_refused_by_both(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, str], value: Any
) -> None:
    table, key = place
    written = json.dumps(value)
    tables = tomllib.loads(SMALL)
    lines = {k: json.dumps(v) for k, v in tables.get(table, {}).items()} | {key: written}
    rest = SMALL.replace(f"[{table}]", "[old]") if table in tables else SMALL
    rest = re.sub(r"\[old\]\n.*\n", "", rest)
    text = f"[{table}]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items()) + rest
    if not follows_schema(text):
        assert not is_read(text, tmp_path_factory.getbasetemp()), text
    elif not isinstance(value, str) and (place, value) != (("workers", "enabled"), True):
        # Of texts the reader knows more than a schema can say, such as which CSS is valid, and workers need PostgreSQL.
        assert is_read(text, tmp_path_factory.getbasetemp()), text


def _undescribed(schema: dict[str, Any], place: str = "") -> list[str]:
    missing = []
    for key, value in schema.get("properties", {}).items():
        inside = value.get("items", value)
        if not value.get("description") and "properties" not in inside and not place.endswith("select."):
            missing.append(place + key)
        missing += _undescribed(inside, f"{place}{key}.")
    return missing


def test_every_key_is_explained() -> None:
    assert _undescribed(config_schema()) == []


def test_the_schema_in_docs_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(app, ["config", "schema"]).stdout
    assert (ROOT / "docs/config.schema.json").read_text("utf-8") == printed, (
        "run: tweeklank config schema > docs/config.schema.json"
    )


def test_config_toml_leads_editors_to_the_schema() -> None:
    first = (ROOT / "config.toml").read_text("utf-8").splitlines()[0]
    assert (ROOT / first.removeprefix("#:schema ")).is_file()
