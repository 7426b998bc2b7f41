"""The image and its composition, as far as they can be read without building."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ready_files import DEPLOY, ROOT, follows_schema, read_yaml, understood

CONTAINERFILE = DEPLOY / "container/Containerfile"
COMPOSE = DEPLOY / "container/compose.yaml"
KNOWN = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "VOLUME", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}


def instructions(stage: int | None = None) -> list[tuple[str, str]]:
    """The instructions with their arguments; of one stage, or of all."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    found = [(line[0], line[1].strip()) for line in lines]
    if stage is None:
        return found
    starts = [number for number, (name, _) in enumerate(found) if name == "FROM"] + [len(found)]
    return found[starts[stage] : starts[stage + 1]]


def last(name: str) -> str:
    return [arguments for instruction, arguments in instructions(-2) if instruction == name][-1]


def test_every_instruction_exists_and_the_base_has_a_version() -> None:
    assert {name for name, _ in instructions()} <= KNOWN
    bases = {arguments.split()[0] for name, arguments in instructions() if name == "FROM"}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases.pop())


def test_everything_that_is_copied_is_there_and_reaches_the_build() -> None:
    ignore = (CONTAINERFILE.parent / "Containerfile.dockerignore").read_text().split()
    copied = [arguments.split()[:-1] for name, arguments in instructions(0) if name == "COPY"]
    for path in (path for paths in copied for path in paths):
        assert (ROOT / path).exists(), path
        assert f"!{path}" in ignore, path


def test_it_installs_as_the_makefile_does_but_for_being_editable() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = [arguments for name, arguments in instructions(0) if name == "RUN" and "pip" in arguments]
    assert len(installs) == 2
    for line in installs:
        ours = line.replace("/opt/tweeklank/bin/", "$(BIN)/").replace("isolation .", "isolation --editable .")
        assert ours in makefile


def test_it_runs_as_nobody_special_and_starts_a_schedule() -> None:
    assert last("USER") == "10001:10001"
    names = [name for name, _ in instructions(-2)]
    assert "RUN" not in names[names.index("USER") :]
    assert json.loads(last("ENTRYPOINT")) == ["tweeklank"]
    options = understood(json.loads(last("CMD")))
    assert (options["command"], options["every"]) == ("schedule", "30m")
    assert last("WORKDIR") == last("VOLUME") == "/data"


def test_the_composition_follows_the_specification() -> None:
    follows_schema(COMPOSE, "vendor.compose-spec")


@pytest.mark.parametrize("name", ["schedule", "serve"])
def test_a_container_may_write_nothing_but_its_data(name: str) -> None:
    service = read_yaml(COMPOSE)["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    writable = [mount for mount in service["volumes"] if not mount.endswith(":ro")]
    assert writable == (["data:/data"] if name == "schedule" else [])
    assert understood(service["command"])["command"] == name
    assert (COMPOSE.parent / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]) == CONTAINERFILE


def test_the_server_is_only_reachable_through_a_proxy_and_is_watched() -> None:
    service = read_yaml(COMPOSE)["services"]["serve"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    options = understood(service["command"])
    assert (options["host"], options["port"]) == ("0.0.0.0", 8000)
    test = service["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    compile(test[3], str(Path("healthcheck")), "exec")
    assert "/healthz" in test[3]
