"""When syncs keep failing, whoever is to know is told once, and once more when they go well again."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.pipeline.conftest import Site, again

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@dataclass
class Hook:
    """An address for alerts: what it was sent, and what it answers (the last one for ever)."""

    url: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [204])


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            if status < 300:
                found.sent.append(json.loads(body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Hook(f"http://127.0.0.1:{server.server_address[1]}/alarm")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


class Postbox:
    """Keeps the mail that comes in."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


class MailServer(Controller):
    """Listens on a free port."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Guarded = tuple[Postbox, str]


@pytest.fixture
def mail() -> Iterator[tuple[Postbox, str]]:
    box = Postbox()
    controller = MailServer(box, hostname="127.0.0.1", port=0)
    controller.start()
    yield box, f"127.0.0.1:{controller.port}"
    controller.stop()


def encryption(folder: Path) -> ssl.SSLContext:
    """A server's, with a certificate for 127.0.0.1 that nobody else vouches for: ``cert.pem`` in the folder."""
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([*making, *names, *files], cwd=folder, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def takes(_server: object, _session: object, _envelope: object, mechanism: str, login: Any) -> AuthResult:
    """The one user of a server that demands a login."""
    good = mechanism in ("PLAIN", "LOGIN") and (login.login, login.password) == (b"sync", b"geheim-woord")
    # Not handled: the server is to give its own answer, 535.
    return AuthResult(success=good, handled=False)


@pytest.fixture(params=["PLAIN", "LOGIN"])
def guarded(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guarded]:
    """A mail server that takes mail only over TLS and from its one user, and whose certificate is known here."""
    box, other = Postbox(), {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[request.param]
    controller = MailServer(
        box,
        hostname="127.0.0.1",
        port=0,
        tls_context=encryption(tmp_path),
        require_starttls=True,
        auth_required=True,
        authenticator=takes,
        auth_exclude_mechanism=[other],
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    controller.start()
    yield box, f"127.0.0.1:{controller.port}"
    controller.stop()


def with_alerts(config_file: Path, alerts: str) -> Path:
    config_file.write_text(f"[alerts]\n{alerts}\n{config_file.read_text('utf-8')}", "utf-8")
    return config_file


def test_one_message_after_three_failing_syncs_and_one_on_recovery(config_file: Path, site: Site, hook: Hook) -> None:
    with_alerts(config_file, f'webhook = "{hook.url}"')
    for _ in range(2):
        assert again(config_file).failures
    assert hook.sent == []
    for _ in range(3):
        again(config_file)
    (told,) = hook.sent
    assert told["state"] == "failing"
    assert "3 syncs in a row" in told["text"]
    assert told["failures"] == [f"metaal: {site.base}/nieuws: the server answered 404 Not Found."]
    assert told["status_page"] == "https://example.org/nieuws/status/"
    site.pages["/nieuws"] = "<main><a href='/elders.pdf'>x</a></main>"
    again(config_file)
    assert len(hook.sent) == 1  # another failure is no other state


def test_an_alert_that_does_not_get_through_fails_no_sync_and_is_tried_again_after_the_next(
    config_file: Path, site: Site, hook: Hook
) -> None:
    with_alerts(config_file, f'webhook = "{hook.url}"\nafter = 1')
    hook.answers = [403]
    summary = again(config_file)
    assert summary.undelivered == ["alert by webhook: the server answered 403 Forbidden"]
    assert not any("alert" in failure for failure in summary.failures)
    hook.answers = [503, 204]
    assert again(config_file).undelivered == []
    assert [one["state"] for one in hook.sent] == ["failing"]


def test_mail_tells_of_failure_and_of_recovery(
    config_file: Path, site: Site, mail: tuple[Postbox, str], make_fine: Any
) -> None:
    box, smtp = mail
    email = f'{{ to = "beheer@tweeklank.test", from = "sync@tweeklank.test", smtp = "{smtp}" }}'
    with_alerts(config_file, f"after = 1\nemail = {email}")
    again(config_file)
    make_fine()
    for _ in range(2):
        assert again(config_file).failures == []
    bad, good = box.mails
    assert bad["Subject"] == "Tweeklank: the last sync has failed"
    assert bad["Auto-Submitted"] == "auto-generated"
    assert "404 Not Found" in bad.get_payload()
    assert good["Subject"] == "Tweeklank: syncs go well again"


def test_a_mail_server_on_the_own_machine_needs_no_certificate_that_others_vouch_for_unless_there_is_a_password(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Postbox()
    controller = MailServer(box, hostname="127.0.0.1", port=0, tls_context=encryption(tmp_path), require_starttls=True)
    controller.start()
    monkeypatch.setenv("MAIL_PASSWORD", "geheim")
    whom = f'to = "beheer@tweeklank.test", from = "sync@tweeklank.test", smtp = "127.0.0.1:{controller.port}"'
    original = config_file.read_text("utf-8")
    try:
        with_alerts(config_file, f'after = 1\nemail = {{ {whom}, user = "sync", password_env = "MAIL_PASSWORD" }}')
        (undelivered,) = again(config_file).undelivered
        assert "CERTIFICATE_VERIFY_FAILED" in undelivered
        config_file.write_text(original, "utf-8")
        with_alerts(config_file, f"after = 1\nemail = {{ {whom} }}")
        assert again(config_file).undelivered == []
    finally:
        controller.stop()
    assert len(box.mails) == 1


@pytest.fixture
def make_fine(config_file: Path, site: Site) -> Any:
    """Puts the site in order, with an article in the publisher's own English, so that no model is needed."""

    def fine() -> None:
        site.publish("lood")
        english = (
            "<html lang=en><body><main><article><h1>News of lead</h1><p>The companies in the agreement have made plans "
            "with the unions about lead, and they want to prevent abuses in the chain of their suppliers.</p>"
            "<p>The unions are content with the agreement that has been made.</p></article></main></body></html>"
        )
        site.pages["/en/lood"] = english
        head = f'<link rel="alternate" hreflang="en" href="{site.base}/en/lood">'
        site.pages["/nieuws/lood"] = site.pages["/nieuws/lood"].replace("<head>", f"<head>{head}")

    return fine


def test_a_password_is_not_sent_over_an_open_line(
    config_file: Path, mail: tuple[Postbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, smtp = mail
    email = (
        f'{{ to = "beheer@tweeklank.test", from = "sync@tweeklank.test", smtp = "{smtp}", '
        'user = "sync", password_env = "MAIL_PASSWORD" }'
    )
    monkeypatch.setenv("MAIL_PASSWORD", "geheim")
    with_alerts(config_file, f"after = 1\nemail = {email}")
    (undelivered,) = again(config_file).undelivered
    assert "offers no STARTTLS" in undelivered
    assert box.mails == []


def logging_in(config_file: Path, smtp: str) -> Path:
    whom = f'to = "beheer@tweeklank.test", from = "sync@tweeklank.test", smtp = "{smtp}"'
    return with_alerts(config_file, f'after = 1\nemail = {{ {whom}, user = "sync", password_env = "MAIL_PASSWORD" }}')


def test_mail_goes_through_a_server_that_demands_a_login(
    config_file: Path, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, smtp = guarded
    monkeypatch.setenv("MAIL_PASSWORD", "geheim-woord")
    assert again(logging_in(config_file, smtp)).undelivered == []
    (told,) = box.mails
    assert (told["To"], told["Subject"]) == ("beheer@tweeklank.test", "Tweeklank: the last sync has failed")


def test_a_login_that_is_refused_is_one_sentence_without_the_password(
    config_file: Path, guarded: Guarded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    box, smtp = guarded
    monkeypatch.setenv("MAIL_PASSWORD", "oud-woord")
    caplog.set_level("DEBUG")
    (undelivered,) = again(logging_in(config_file, smtp)).undelivered
    assert undelivered == (
        f"alert by email: {smtp} does not let sync in (535 5.7.8 Authentication credentials invalid); "
        "mend alerts.email.user, or the password in MAIL_PASSWORD"
    )
    assert undelivered in caplog.text
    for secret in ("oud-woord", b64encode(b"oud-woord").decode(), b64encode(b"\0sync\0oud-woord").decode()):
        assert secret not in "".join(one.getMessage() for one in caplog.records if one.name.startswith("tweeklank"))
    assert box.mails == []
