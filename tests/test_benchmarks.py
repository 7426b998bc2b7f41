"""The benchmarks need peers that the tests do not install; what they take from the project must be there."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = sorted(Path(__file__).parents[1].joinpath("benchmarks").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_what_a_benchmark_imports_of_the_project_exists(script: Path) -> None:
    taken = [
        (node.module, name.name)
        for node in ast.walk(ast.parse(script.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "tweeklank"
        for name in node.names
    ]
    missing = [(module, name) for module, name in taken if not hasattr(import_module(module), name)]
    assert not missing


def test_there_are_benchmarks() -> None:
    assert SCRIPTS
