"""The room there is for the store and the feeds."""

from __future__ import annotations

import shutil
from pathlib import Path

from tweeklank.config import Config
from tweeklank.store.open import sqlite_file

LEAST_FREE = 200_000_000
"""Bytes of free disk below which the next sync may not be able to write."""


def folders(config: Config) -> dict[str, Path]:
    """Where files are made: the output folder, and the store's if the store is a file."""
    file = sqlite_file(config.store_url)
    found = {"output folder": config.publication.output}
    return {**found, "store folder": file.parent} if file else found


def existing(folder: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def free_bytes(config: Config) -> int:
    """What is free on the fuller of the disks."""
    return min(shutil.disk_usage(existing(folder)).free for folder in folders(config).values())
