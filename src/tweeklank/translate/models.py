"""Argos packages: the built-in one, installed ones, and getting the official one."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from packaging.version import InvalidVersion, Version

from tweeklank.article import TweeklankError

BUILTIN = Path(__file__).parent / "builtin"
LEXICON = "lexicon.tsv"
"""The file of a package that tells the English of rare words. Not Argos's own: see translate.lexicon."""
_MOST_BYTES = 1_500_000_000  # of an unpacked package
_MOST_FILES = 2000


class ModelError(TweeklankError):
    """A translation model that is missing, broken, or for other languages."""


@dataclass(frozen=True)
class Model:
    """A package on disk. ``key`` changes with its contents; ``name`` is for readers of the feed."""

    path: Path
    name: str
    version: str
    key: str
    builtin: bool
    marks_terms: bool


def find_model(setting: str | Path) -> Model:
    """The package to translate with.

    "auto" is the newest installed Argos package for Dutch to English, else the built-in one; a
    path is that package folder or .argosmodel file. Raises ModelError.
    """
    if isinstance(setting, Path):
        return read_model(_unpacked(setting) if setting.is_file() else setting)
    installed = installed_models()
    return max(installed, key=lambda model: _version(model.version)) if installed else read_model(BUILTIN)


def read_model(path: Path) -> Model:
    """Checks a package folder. Raises ModelError if it is not a whole Dutch to English package."""
    metadata = _metadata(path)
    if (metadata.get("from_code"), metadata.get("to_code")) != ("nl", "en"):
        pair = f"{metadata.get('from_code')}→{metadata.get('to_code')}"
        raise ModelError(f"{path}: translates {pair}; a package for nl→en is needed.")
    model = path / "model" / "model.bin"
    if not model.is_file():
        raise ModelError(f"{path}: has no model/model.bin; the package is not whole, install it again.")
    parts = [part for part in (model, path / LEXICON) if part.is_file()]
    digest = "-".join(_digest(part, found.st_size, found.st_mtime_ns) for part in parts for found in [part.stat()])
    version, builtin = str(metadata.get("package_version", "")), path == BUILTIN
    marks_terms = bool(metadata.get("term_marks"))
    return Model(
        path=path,
        name=f"{'Tweeklank' if builtin else 'Argos Translate'} nl→en {version}".strip(),
        version=version,
        key=f"{version}-{digest}{'-terms' if marks_terms else ''}",
        builtin=builtin,
        marks_terms=marks_terms,
    )


@lru_cache(maxsize=16)
def _digest(file: Path, _size: int, _changed: int) -> str:
    """Of a file's content, which is read again when its size or time of change is another one."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:12]


def card(model: Model) -> str:
    """The package's README: what it was made from, for what, and how good it is."""
    file = model.path / "README.md"
    return file.read_text("utf-8") if file.is_file() else "The package has no README."


def _metadata(path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads((path / "metadata.json").read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path}: is no Argos package, there is no metadata.json; see translate.model.") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: metadata.json cannot be read: {error}.") from None
    if not isinstance(metadata, dict):
        raise ModelError(f"{path}: metadata.json is not an object.")
    return metadata


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def packages_folder() -> Path:
    """Where Argos Translate keeps installed packages (its own rule, with its environment variables)."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(os.environ.get("ARGOS_PACKAGES_DIR") or home / "argos-translate" / "packages")


def installed_models() -> list[Model]:
    """Whole Dutch to English packages that Argos Translate or ``tweeklank model install`` installed."""
    models = []
    folder = packages_folder()
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            models.append(read_model(path))
        except ModelError:
            continue
    return models


def _unpacked(archive: Path) -> Path:
    """The folder of an .argosmodel file, unpacked once into the cache."""
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tweeklank" / "models" / digest
    if not cache.is_dir():
        unpack(archive, cache)
    return _top(cache)


def _top(folder: Path) -> Path:
    """The folder of a package that was unpacked into ``folder``."""
    return min(folder.glob("*/metadata.json")).parent


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks an .argosmodel (a zip with one top folder) so that ``folder`` appears whole or not at all.

    Raises ModelError for what is no package, reaches outside its folder, or is far too large.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            _check_members(archive, packed)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as temporary:
                whole = Path(temporary) / "whole"
                packed.extractall(whole)
                whole.rename(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: it is encrypted
        raise ModelError(f"{archive}: is no Argos package: {error}.") from None
    except OSError as error:
        raise ModelError(f"{archive}: cannot be unpacked: {error}.") from None


def _check_members(archive: Path, packed: zipfile.ZipFile) -> None:
    members = packed.infolist()
    names = [Path(member.filename) for member in members]
    if any(name.is_absolute() or ".." in name.parts for name in names):
        raise ModelError(f"{archive}: reaches outside its own folder; it is not safe to unpack.")
    if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
        raise ModelError(f"{archive}: unpacks to far more than a translation package holds.")
    if not any(len(name.parts) == 2 and name.name == "metadata.json" for name in names):
        raise ModelError(f"{archive}: is no Argos package, there is no metadata.json in its top folder.")


Progress = Callable[[int, int], None]
"""Called with the bytes received and the bytes expected (0 if unknown)."""


def install_official(index: str, progress: Progress = lambda *_: None) -> Model:
    """Downloads the official Dutch to English package that the Argos ``index`` (JSON) names, and installs it.

    An interrupted download goes on where it stopped; the checksum is verified where the index
    has one. Raises ModelError.
    """
    try:
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            listed = client.get(index).raise_for_status().json()
            offer = _best_offer(index, listed)
            version = re.sub(r"[^\w.]", "-", str(offer.get("package_version", "")))
            file = packages_folder().parent / "downloads" / f"translate-nl_en-{version}.argosmodel"
            file.parent.mkdir(parents=True, exist_ok=True)
            _download(client, offer["links"][0], file, progress)
        _verify(file, str(offer.get("sha256", "")))
        return _install(file)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ModelError(f"{index}: the package could not be fetched: {error}; run the command again.") from None
    except OSError as error:
        raise ModelError(f"the package could not be stored: {error}.") from None


def _install(file: Path) -> Model:
    """Unpacks a downloaded package, and puts it among the installed ones if it is whole."""
    with tempfile.TemporaryDirectory(dir=file.parent) as temporary:
        unpack(file, Path(temporary) / "package")
        top = _top(Path(temporary) / "package")
        read_model(top)
        final = packages_folder() / top.name
        final.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(final, ignore_errors=True)
        top.rename(final)
    file.unlink()
    return read_model(final)


def _best_offer(index: str, listed: Any) -> dict[str, Any]:
    offers = [
        offer
        for offer in (listed if isinstance(listed, list) else [])
        if isinstance(offer, dict)
        and (offer.get("from_code"), offer.get("to_code")) == ("nl", "en")
        and offer.get("links")
        and isinstance(offer["links"], list)
    ]
    if not offers:
        raise ModelError(f"{index}: names no package for nl→en.")
    return max(offers, key=lambda offer: _version(str(offer.get("package_version", ""))))


def _download(client: httpx.Client, url: str, file: Path, progress: Progress) -> None:
    """Fetches ``url`` to ``file`` through ``file.part``, from where a part of it ends (RFC 9110, 14.2)."""
    part = file.with_suffix(".part")
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.rename(file)
            return
        answer.raise_for_status()
        if not answer.headers.get("content-range", "").startswith(f"bytes {have}-"):
            have = 0  # the server sends it all
        total = have + int(answer.headers.get("content-length", 0))
        with part.open("ab" if have else "wb") as out:
            for block in answer.iter_bytes():
                out.write(block)
                have += len(block)
                if have > _MOST_BYTES:
                    part.unlink()
                    raise ModelError(f"{file.name}: is far larger than a translation package.")
                progress(have, total)
    part.rename(file)


def _verify(file: Path, wanted: str) -> None:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if wanted and digest != wanted.lower():
        file.unlink()
        raise ModelError(f"{file.name}: the checksum is not the one in the index; run the command again.")
