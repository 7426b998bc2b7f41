"""What is on this machine: settings, folders, disk, store, glossary, model."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from tweeklank.article import TweeklankError
from tweeklank.check.finding import Finding, fine, problem, warning
from tweeklank.config import Config
from tweeklank.status.disk import LEAST_FREE, existing, folders, free_bytes
from tweeklank.store import StoreError, read_store
from tweeklank.store.care import faults
from tweeklank.store.open import MEND_OF_DAMAGE, sqlite_file
from tweeklank.translate.explain import explain
from tweeklank.translate.models import find_model
from tweeklank.translate.terminology import load_glossary

_PROBE = "De deelnemers van het convenant hebben vandaag nieuwe afspraken gemaakt."
_LITTLE_FREE = 1_000_000_000  # bytes
# Names that never lead anywhere (RFC 2606).
_EXAMPLE = re.compile(r"(?:.*\.)?(?:example\.(?:com|net|org)|example|invalid|test)", re.IGNORECASE)


def is_example(host: str) -> bool:
    return bool(_EXAMPLE.fullmatch(host))


def check_settings(config: Config) -> Iterator[Finding]:
    """Whether what only the operator can know has been filled in."""
    yield fine("config", f"{config.path} is valid, with {len(config.sources)} sources")
    contact = config.collect.contact
    host = contact.rpartition("@")[2] if contact.startswith("mailto:") else urlsplit(contact).hostname or ""
    if is_example(host):
        mend = "set collect.contact to an address of your own, so that sites can reach you"
        yield problem("contact", f"{contact} is an example", mend)
    else:
        yield fine("contact", f"sites can reach you at {contact}")


def check_folders(config: Config) -> Iterator[Finding]:
    """Whether files can be made where the feeds and the store go."""
    for subject, folder in folders(config).items():
        there = existing(folder)
        try:
            with tempfile.TemporaryFile(dir=there):
                yield fine(subject, f"{folder} can be written")
        except OSError as error:
            yield problem(subject, f"{there}: {error.strerror or error}", "make it writable for this user")


def check_disk(config: Config) -> Iterator[Finding]:
    free = free_bytes(config)
    said = f"{free / 1e9:.1f} GB are free"
    if free < LEAST_FREE:
        yield problem("disk", said, "free some space, or a sync cannot write")
    elif free < _LITTLE_FREE:
        yield warning("disk", said, "free some space")
    else:
        yield fine("disk", said)


def check_store(config: Config) -> Iterator[Finding]:
    """Whether the store opens and is whole."""
    file = sqlite_file(config.store_url)
    if file and not file.is_file():
        yield warning("store", f"{file} is not there yet", "run tweeklank sync")
        return
    try:
        with read_store(config.store_url) as store:
            articles = store.articles.count()
        # Another database looks after itself.
        damage = faults(file) if file else []
    except StoreError as error:
        cause, _, mend = str(error).rstrip(".").rpartition("; ")
        yield problem("store", cause or mend, mend)
        return
    if damage:
        yield problem("store", f"is damaged: {damage[0]}", MEND_OF_DAMAGE)
    else:
        yield fine("store", f"is whole, with {articles} articles")


def check_glossary(config: Config) -> Finding:
    file = config.translate.glossary
    try:
        load_glossary(config.translate)
    except TweeklankError as error:
        return problem("glossary", str(error).rstrip("."), "mend the file that translate.glossary names")
    return fine("glossary", f"{file} is valid" if file else "the built-in terms are in use")


def check_model(config: Config) -> Finding:
    """Whether the model that a sync would use translates a sentence."""
    try:
        model = find_model(config.translate.model)
        made = explain([_PROBE], config.translate)[0]
    except TweeklankError as error:
        mend = "name another one in translate.model, or install one with tweeklank model install"
        return problem("model", str(error).rstrip("."), mend)
    if made.fault:
        mend = "name another one in translate.model"
        return problem("model", f"{model.name} leaves a plain sentence in Dutch ({made.fault})", mend)
    return fine("model", f"{model.name} translates: {made.english}")
