"""Writing a source into config.toml, which otherwise stays byte for byte as its owner wrote it."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import tomlkit

from tweeklank import durable
from tweeklank.article import Language, address_key
from tweeklank.config.read import load_config
from tweeklank.config.settings import Source
from tweeklank.config.sources import ID_PATTERN, RESERVED_IDS
from tweeklank.config.table import ConfigError

_LONGEST_ID = 40


def source_block(source: Source, comments: Sequence[str] = ()) -> str:
    """A [[sources]] block in TOML, with comments above it. Keys that have their default are left out."""
    title = ", ".join(f"{language.value} = {_toml(source.title[language])}" for language in Language)
    listings: str | list[str] = list(source.listings) if source.further_listings else source.listing
    keys = {
        "listing": listings, "feed": source.feed, "sitemap": source.sitemap, "topics": list(source.topics),
        "local": source.local,
    }  # fmt: skip
    lines = [f"# {''.join(filter(str.isprintable, ' '.join(comment.split())))}" for comment in comments]
    lines += ["[[sources]]", f"id = {_toml(source.id)}", f"title = {{ {title} }}"]
    lines += [f"{key} = {_toml(value)}" for key, value in keys.items() if value]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def refuse_known(file: Path, sources: Iterable[Source], *urls: str) -> None:
    """Raises ConfigError if one of the sources already reads one of these addresses."""
    keys = {address_key(url) for url in urls if url}
    for source in sources:
        for url in (*source.listings, source.feed, source.sitemap):
            if url and address_key(url) in keys:
                raise ConfigError(f"{file}: the source {source.id!r} reads {url} already; nothing was added.")


def proposed_id(name: str, taken: Iterable[str]) -> str:
    """A short name that no source has, made of a title."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    stem = words[:_LONGEST_ID].rpartition("-")[0] if len(words) > _LONGEST_ID else words
    stem = stem or words[:_LONGEST_ID] or "bron"
    used = {*taken, *RESERVED_IDS}
    choices = (stem if number == 1 else f"{stem[: _LONGEST_ID - 4]}-{number}" for number in range(1, 1000))
    return next(choice for choice in choices if choice not in used and re.fullmatch(ID_PATTERN, choice))


def add_source(file: Path, block: str) -> None:
    """Puts a block at the end of the file, and nothing else; done whole or not at all.

    Raises ConfigError if that would not make a valid configuration, or if the file cannot be written.
    """
    file = file.resolve()
    try:
        before = file.read_bytes()
        after = before + _appended(before.decode("utf-8"), block).encode()
        # Beside the file, for paths in it are relative to its folder and a rename must not cross disks.
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
            _put_in_place(written, after, file, before)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be written: {error}; nothing was added.") from None


def _put_in_place(written: IO[bytes], after: bytes, file: Path, before: bytes) -> None:
    """Writes and checks what is to take the place of ``file``, which must still hold ``before``."""
    beside = Path(written.name)
    try:
        written.write(after)
        durable.flush(written)
        _check(beside, file)
        shutil.copymode(file, beside)
        if file.read_bytes() != before:
            raise ConfigError(f"{file}: was changed by someone else meanwhile; nothing was added, run again.")
        durable.replace(beside, file)
    finally:
        durable.discard(beside)


def _appended(text: str, block: str) -> str:
    """The block with what must stand before it, in the line ends of the file."""
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    new = gap + block
    return new.replace("\n", "\r\n") if "\r\n" in text else new


def _check(beside: Path, file: Path) -> None:
    try:
        load_config(beside)
    except ConfigError as error:
        reason = str(error).replace(str(beside), str(file)).rstrip(".")
        raise ConfigError(f"{reason}; nothing was added, put the block in by hand.") from None
