"""A translation package from anywhere writes into its own folder only, and no more than it says."""

from __future__ import annotations

import stat
import struct
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tweeklank.translate import models
from tweeklank.translate.models import ModelError, install_official, unpack

METADATA = ("own/metadata.json", b'{"from_code": "nl", "to_code": "en"}')


def packed(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    archive = folder / "own.argosmodel"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return archive


def link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return member


@pytest.mark.parametrize(
    "name",
    ["../evil", "own/../../evil", "/tmp/evil", "own/a/../../../evil", "//evil", "./../evil"],
)
def test_no_member_is_written_outside(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="outside its own folder"):
        unpack(packed(tmp_path, METADATA, (name, b"x")), tmp_path / "in" / "out")
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", ["..\\evil", "C:\\evil", "own/\x00../evil", "own/evil\n", "own/..%2fevil"])
def test_what_is_only_odd_stays_inside(name: str, tmp_path: Path) -> None:
    out = tmp_path / "in" / "out"
    unpack(packed(tmp_path, METADATA, (name, b"x")), out)
    assert {path.name for path in tmp_path.iterdir()} == {"own.argosmodel", "in"}
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"out"}


def test_a_symbolic_link_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "buiten"
    outside.mkdir()
    members = [METADATA, (link("own/model"), str(outside).encode()), ("own/zeker.bin", b"x")]
    unpack(packed(tmp_path, *members), tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_symlink()]
    with pytest.raises(ModelError):
        unpack(packed(tmp_path, *members, ("own/model/evil", b"x")), tmp_path / "out2")
    assert list(outside.iterdir()) == []
    assert not (tmp_path / "out2").exists()


def test_a_member_that_is_larger_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    archive = packed(tmp_path, METADATA, ("own/model/model.bin", bytes(5_000_000)))
    content = archive.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 5_000))
    archive.write_bytes(content)
    with pytest.raises(ModelError):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_absurd_size_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    archive = packed(tmp_path, METADATA, ("own/model/model.bin", bytes(5_000_000)))
    huge = struct.pack("<L", 4_000_000_000)
    archive.write_bytes(archive.read_bytes().replace(struct.pack("<L", 5_000_000), huge))
    with pytest.raises(ModelError, match="far more than"):
        unpack(archive, tmp_path / "out")


class _Endless(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        if self.path == "/index.json":
            address = f"http://{self.headers['Host']}/package"
            self.wfile.write(f'[{{"from_code": "nl", "to_code": "en", "links": ["{address}"]}}]'.encode())
            return
        try:
            while True:
                self.wfile.write(bytes(100_000))
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def test_a_download_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_MOST_BYTES", 1_000_000)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endless)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with pytest.raises(ModelError, match="far larger than"):
            install_official(f"http://127.0.0.1:{server.server_port}/index.json")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert [path for path in models.packages_folder().parent.rglob("*") if path.is_file()] == []
