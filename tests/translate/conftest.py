"""The built-in model, loaded once, and stores and settings in temporary folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tweeklank.translate.engine import Engine
from tweeklank.translate.models import BUILTIN, Model, read_model


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or writes the packages, caches and settings of whoever runs it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.delenv("ARGOS_PACKAGES_DIR", raising=False)


@pytest.fixture(scope="session")
def model() -> Model:
    return read_model(BUILTIN)


@pytest.fixture(scope="session")
def engine(model: Model) -> Engine:
    return Engine(model)


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of the built-in package with other metadata; None takes a key away."""

    def copy(name: str = "translate-nl_en", **changes: object) -> Path:
        folder = tmp_path / name
        shutil.copytree(BUILTIN, folder)
        file = folder / "metadata.json"
        metadata = json.loads(file.read_text()) | changes
        file.write_text(json.dumps({key: value for key, value in metadata.items() if value is not None}))
        return folder

    return copy


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes loading a model an error."""

    def refuse(*_: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("tweeklank.translate.attempts.Engine", refuse)
