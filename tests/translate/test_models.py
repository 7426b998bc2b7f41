"""Packages: found, checked, unpacked and fetched from a real server."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tweeklank.translate.engine import Engine
from tweeklank.translate.models import (
    BUILTIN,
    ModelError,
    card,
    find_model,
    install_official,
    installed_models,
    packages_folder,
    read_model,
    unpack,
)


def zipped(folder: Path, file: Path, name: str = "translate-nl_en") -> Path:
    with zipfile.ZipFile(file, "w") as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return file


def test_the_built_in_package_is_whole_and_loads() -> None:
    model = find_model("auto")
    assert model.builtin
    assert model.path == BUILTIN
    assert model.marks_terms
    assert model.name.startswith("Tweeklank nl→en ")
    assert card(model)


def test_auto_takes_the_newest_installed_package(package: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    packages = package("packages/old", package_version="1.9").parent
    package("packages/new", package_version="1.10")
    package("packages/german", from_code="de", package_version="9")
    (packages / "empty").mkdir()
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(packages))
    assert [model.version for model in installed_models()] == ["1.10", "1.9"]
    found = find_model("auto")
    assert (found.version, found.builtin, found.name) == ("1.10", False, "Argos Translate nl→en 1.10")


def test_where_packages_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert packages_folder() == tmp_path / "argos-translate" / "packages"
    assert installed_models() == []


def test_a_path_may_be_a_folder_or_an_archive(package: Callable[..., Path], tmp_path: Path) -> None:
    folder = package()
    assert find_model(folder).path == folder
    archive = zipped(folder, tmp_path / "own.argosmodel")
    found = find_model(archive)
    assert found.key == find_model(folder).key == read_model(BUILTIN).key
    shutil.rmtree(folder)
    assert find_model(archive) == found
    Engine(found)


def test_the_key_tells_packages_apart(package: Callable[..., Path]) -> None:
    keys = {
        read_model(BUILTIN).key,
        read_model(package("plain", term_marks=None)).key,
        read_model(package("newer", package_version="7")).key,
    }
    other = package("other")
    with (other / "model/model.bin").open("ab") as file:
        file.write(b"x")
    assert len(keys | {read_model(other).key}) == 4


def broken_json(folder: Path) -> None:
    (folder / "metadata.json").write_text("{")


def json_list(folder: Path) -> None:
    (folder / "metadata.json").write_text("[]")


def german(folder: Path) -> None:
    (folder / "metadata.json").write_text('{"from_code": "de", "to_code": "en"}')


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (broken_json, "metadata.json cannot be read"),
        (json_list, "not an object"),
        (german, "translates de→en; a package for nl→en is needed"),
        (lambda folder: (folder / "metadata.json").unlink(), "no metadata.json"),
        (lambda folder: (folder / "model/model.bin").unlink(), "has no model/model.bin"),
        (shutil.rmtree, "no metadata.json"),
    ],
)
def test_what_is_no_package(package: Callable[..., Path], damage: Callable[[Path], None], says: str) -> None:
    folder = package()
    damage(folder)
    with pytest.raises(ModelError, match=says) as raised:
        find_model(folder)
    assert str(folder) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["model/model.bin", "sentencepiece.model"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_package_that_is_cut_off_does_not_load(package: Callable[..., Path], name: str, size: int) -> None:
    file = package() / name
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(ModelError, match="cannot be loaded"):
        Engine(read_model(file.parents[0] if name.startswith("sent") else file.parents[1]))


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"../evil": b"x", "a/metadata.json": b"{}"}, "outside its own folder"),
        ({"/evil": b"x", "a/metadata.json": b"{}"}, "outside its own folder"),
        ({"readme": b"x"}, "no metadata.json in its top folder"),
        ({f"a/{n}": b"" for n in range(2001)} | {"a/metadata.json": b"{}"}, "far more than"),
    ],
)
def test_archives_that_are_not_to_be_trusted(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    archive = tmp_path / "own.argosmodel"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    with pytest.raises(ModelError, match=says):
        find_model(archive)
    assert [p.name for p in tmp_path.iterdir()] == ["own.argosmodel"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "own.argosmodel"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a/metadata.json", b"{}")
        packed.writestr("a/zeros", bytes(2_000_000))
    monkeypatch.setattr("tweeklank.translate.models._MOST_BYTES", 1_000_000)
    with pytest.raises(ModelError, match="far more than"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_no_archive_at_all(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "own.argosmodel"
    archive.write_bytes(content)
    with pytest.raises(ModelError, match="is no Argos package"):
        find_model(archive)


def test_a_damaged_archive_leaves_nothing_behind(package: Callable[..., Path], tmp_path: Path) -> None:
    archive = zipped(package(), tmp_path / "own.argosmodel")
    content = bytearray(archive.read_bytes())
    content[100_000:100_100] = bytes(100)
    archive.write_bytes(content)
    with pytest.raises(ModelError, match="is no Argos package"):
        unpack(archive, tmp_path / "out" / "whole")
    assert list((tmp_path / "out").iterdir()) == []


class Shop:
    """A loopback server with an index and a package, and what may go wrong."""

    def __init__(self, content: bytes) -> None:
        self.content, self.cut, self.ranges = content, 0, True
        self.asked: list[str] = []
        self.sha256, self.codes = hashlib.sha256(content).hexdigest(), ("nl", "en")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def index(self) -> bytes:
        offer = {
            "from_code": self.codes[0],
            "to_code": self.codes[1],
            "package_version": "1.8",
            "links": [f"{self.url}/package"],
            "sha256": self.sha256,
        }
        return json.dumps(
            [
                {"from_code": "en", "to_code": "nl"},
                offer,
                {**offer, "package_version": "1.2", "links": ["http://127.0.0.1:1/"]},
            ]
        ).encode()

    def _handler(shop) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                if self.path == "/index":
                    self.answer(200, shop.index())
                    return
                shop.asked.append(self.headers.get("Range", ""))
                start = int(self.headers.get("Range", "bytes=0-")[6:-1]) if shop.ranges else 0
                if start >= len(shop.content):
                    self.answer(416, b"")
                    return
                extra = {"Content-Range": f"bytes {start}-{len(shop.content) - 1}/{len(shop.content)}"} if start else {}
                self.answer(206 if start else 200, shop.content[start:], **extra)

            def answer(self, status: int, content: bytes, **extra: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                for name, value in extra.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content[: shop.cut] if shop.cut and self.path == "/package" else content)

        return Handler


@pytest.fixture
def shop(package: Callable[..., Path], tmp_path: Path) -> Iterator[Shop]:
    content = zipped(package("offered", package_version="1.8"), tmp_path / "offered.argosmodel").read_bytes()
    shop = Shop(content)
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


def test_the_official_package_is_fetched_and_then_preferred(shop: Shop) -> None:
    seen: list[tuple[int, int]] = []
    made = install_official(f"{shop.url}/index", lambda have, total: seen.append((have, total)))
    assert made.version == "1.8"
    assert find_model("auto") == made
    assert seen[-1] == (len(shop.content), len(shop.content))
    assert list((packages_folder().parent / "downloads").iterdir()) == []
    assert install_official(f"{shop.url}/index") == made


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_was_cut_goes_on(shop: Shop, ranges: bool) -> None:
    shop.cut, shop.ranges = 1_000_000, ranges
    with pytest.raises(ModelError, match="run the command again"):
        install_official(f"{shop.url}/index")
    shop.cut = 0
    assert install_official(f"{shop.url}/index").version == "1.8"
    assert shop.asked == ["", "bytes=1000000-"]


def test_a_download_that_was_whole_but_not_installed(shop: Shop) -> None:
    part = packages_folder().parent / "downloads" / "translate-nl_en-1.8.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(shop.content)
    assert install_official(f"{shop.url}/index").version == "1.8"


def test_a_wrong_checksum_is_thrown_away(shop: Shop) -> None:
    shop.sha256 = "0" * 64
    with pytest.raises(ModelError, match="checksum"):
        install_official(f"{shop.url}/index")
    assert installed_models() == []
    shop.sha256 = ""
    assert install_official(f"{shop.url}/index").version == "1.8"


def test_an_index_without_dutch(shop: Shop) -> None:
    shop.codes = ("fr", "en")
    with pytest.raises(ModelError, match="names no package for nl→en"):
        install_official(f"{shop.url}/index")


@pytest.mark.parametrize("index", ["http://127.0.0.1:1/index", "nowhere", "http://[/"])
def test_an_index_that_cannot_be_reached(index: str) -> None:
    with pytest.raises(ModelError, match="could not be fetched"):
        install_official(index)


def test_an_offer_that_is_no_package(shop: Shop) -> None:
    shop.content, shop.sha256 = b"no zip", ""
    with pytest.raises(ModelError, match="is no Argos package"):
        install_official(f"{shop.url}/index")
    assert installed_models() == []
