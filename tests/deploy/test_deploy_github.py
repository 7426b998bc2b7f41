"""The workflow: what its steps do to repositories, and how little it may do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ready_files import DEPLOY, ROOT, follows_schema, read_yaml

WORKFLOW = DEPLOY / "github/tweeklank.yml"
STEPS: dict[str, Any] = {
    step.get("name", step.get("uses")): step for job in read_yaml(WORKFLOW)["jobs"].values() for step in job["steps"]
}
SCRIPTS = [name for name, step in STEPS.items() if "run" in step]


def test_it_is_a_workflow() -> None:
    follows_schema(WORKFLOW, "vendor.github-workflows")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_sound(name: str) -> None:
    script = STEPS[name]["run"]
    subprocess.run(["bash", "-n"], input=script, text=True, timeout=60, check=True)
    if shutil.which("shellcheck"):
        command = ["shellcheck", "--shell=bash", "-"]
        done = subprocess.run(command, input=script, text=True, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout
    assert "${{" not in script  # what comes from outside is never pasted into a script


def test_every_action_is_pinned_and_says_its_version() -> None:
    used = re.findall(r"uses: (.*)", WORKFLOW.read_text())
    assert len(used) == 4
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_each_job_may_do_only_what_it_must_and_one_runs_at_a_time() -> None:
    workflow = read_yaml(WORKFLOW)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"] == {"group": "news", "cancel-in-progress": False}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "sync": {"contents": "write"},
        "publish": {"pages": "write", "id-token": "write"},
    }
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_it_installs_as_the_makefile_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for line in STEPS["Install from the lock"]["run"].splitlines():
        assert line.replace("python -m", "$(BIN)/python -m") in makefile


class Runner:
    """A clone in which steps run the way the runner runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.origin, self.clone = folder, folder / "origin.git", folder / "clone"
        self.environment = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_OUTPUT": str(folder / "output"),
        }

    def git(self, *arguments: str, where: Path | None = None) -> str:
        command = ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *arguments]
        done = subprocess.run(
            command,
            cwd=where or self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.strip()

    def check_out(self) -> None:
        shutil.rmtree(self.clone, ignore_errors=True)
        self.git("clone", "--quiet", "--depth", "1", f"file://{self.origin}", str(self.clone), where=self.folder)

    def step(self, name: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "output").write_text("")
        command = ["bash", "-e", "-c", STEPS[name]["run"]]
        return subprocess.run(
            command, cwd=self.clone, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def output(self) -> str:
        return (self.folder / "output").read_text().strip()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    runner = Runner(tmp_path)
    runner.git("init", "--quiet", "--bare", "--initial-branch=main", str(runner.origin), where=tmp_path)
    runner.git("clone", "--quiet", str(runner.origin), str(runner.clone), where=tmp_path)
    (runner.clone / "feeds").mkdir()
    (runner.clone / "feeds/nl.atom.xml").write_text("<feed/>")
    (runner.clone / ".gitignore").write_text("*.db\n")
    runner.git("add", "--all")
    runner.git("commit", "--quiet", "-m", "Begin")
    runner.git("push", "--quiet", "origin", "HEAD:main")
    runner.check_out()
    return runner


def commits(runner: Runner, branch: str = "main") -> list[str]:
    return runner.git("log", "--format=%s", branch, where=runner.origin).splitlines()


def test_feeds_are_committed_when_they_changed_and_only_then(runner: Runner) -> None:
    feeds = runner.clone / "feeds"
    (feeds / "nl.atom.xml").write_text("<feed>nieuws</feed>")
    (feeds / "en.atom.xml").write_text("<feed>news</feed>")
    (runner.clone / "tweeklank.db").write_text("store")
    (runner.clone / "other.txt").write_text("left by something else")
    done = runner.step("Commit the feeds if they changed")
    assert (done.returncode, runner.output()) == (0, "changed=true"), done.stderr
    assert commits(runner) == ["Publish news", "Begin"]
    changed = runner.git("show", "--name-only", "--format=", "main", where=runner.origin).split()
    assert changed == ["feeds/en.atom.xml", "feeds/nl.atom.xml"]
    again = runner.step("Commit the feeds if they changed")
    assert (again.returncode, runner.output()) == (0, "changed=false"), again.stderr
    assert commits(runner) == ["Publish news", "Begin"]


def test_a_commit_by_somebody_else_meanwhile_does_no_harm(runner: Runner, tmp_path: Path) -> None:
    other = tmp_path / "other"
    runner.git("clone", "--quiet", str(runner.origin), str(other), where=tmp_path)
    (other / "config.toml").write_text("# a new source")
    runner.git("add", "--all", where=other)
    runner.git("commit", "--quiet", "-m", "Add a source", where=other)
    runner.git("push", "--quiet", where=other)
    (runner.clone / "feeds/nl.atom.xml").write_text("<feed>nieuws</feed>")
    done = runner.step("Commit the feeds if they changed")
    assert done.returncode == 0, done.stderr
    assert commits(runner) == ["Publish news", "Add a source", "Begin"]


def test_the_store_comes_back_in_the_next_run_and_its_branch_does_not_grow(runner: Runner) -> None:
    assert runner.step("Fetch the store").returncode == 0
    assert not (runner.clone / "tweeklank.db").exists()
    for content in (b"first\0", b"second\0"):
        (runner.clone / "tweeklank.db").write_bytes(content)
        done = runner.step("Keep the store")
        assert done.returncode == 0, done.stderr
        runner.check_out()
        done = runner.step("Fetch the store")
        assert done.returncode == 0, done.stderr
        assert (runner.clone / "tweeklank.db").read_bytes() == content
    assert commits(runner, "tweeklank-store") == ["The store"]
    assert commits(runner) == ["Begin"]


def test_a_store_that_cannot_be_fetched_ends_the_run_instead_of_beginning_anew(runner: Runner) -> None:
    shutil.rmtree(runner.origin)
    assert runner.step("Fetch the store").returncode != 0


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (2, 2), (3, 3)])
def test_a_source_that_fails_does_not_keep_the_rest_from_being_published(runner: Runner, code: int, ends: int) -> None:
    fake = runner.folder / "bin/tweeklank"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\nexit {code}\n")
    fake.chmod(0o755)
    done = runner.step("Sync")
    assert (done.returncode, "::warning::" in done.stdout) == (ends, code == 1)
