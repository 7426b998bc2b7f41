"""An alert by e-mail (RFC 5321 and 5322), over TLS wherever the server offers it."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from tweeklank.alert.message import Message
from tweeklank.config import Email

_TIMEOUT = 20.0  # seconds for one step of the conversation


def send_mail(settings: Email, message: Message) -> None:
    """Sends an alert. Raises OSError, which smtplib's errors are, and ValueError.

    A password goes over an encrypted connection only: a server that offers none is not logged in to.
    """
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.sender, settings.to, message.subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=settings.sender.rpartition("@")[2])
    # RFC 3834, section 5: answering machines leave it alone.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    host, _, port = settings.smtp.rpartition(":")
    with smtplib.SMTP(host.strip("[]"), int(port), timeout=_TIMEOUT) as server:
        server.ehlo_or_helo_if_needed()
        if encrypted := server.has_extn("starttls"):
            server.starttls(context=_encryption(settings))
        if settings.user:
            _log_in(server, settings, encrypted=encrypted)
        server.send_message(mail)


def _encryption(settings: Email) -> ssl.SSLContext:
    """A password goes only to a server that proves who it is. Else any encryption beats none (RFC 7435): the mail
    server on one's own machine mostly has a certificate that nobody vouches for."""
    context = ssl.create_default_context()
    if not settings.user:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _log_in(server: smtplib.SMTP, settings: Email, *, encrypted: bool) -> None:
    if not encrypted:
        raise ValueError(f"{settings.smtp} offers no STARTTLS, and a password is not sent without")
    password = os.environ.get(settings.password_env)
    if not password:
        raise ValueError(f"the environment variable {settings.password_env} is not set (alerts.email.password_env)")
    try:
        server.login(settings.user, password)
    except smtplib.SMTPAuthenticationError as error:
        # The server's own words say more at times, such as that it wants another kind of password.
        words = error.smtp_error
        said = words if isinstance(words, str) else words.decode("utf-8", "replace")
        raise ValueError(
            f"{settings.smtp} does not let {settings.user} in ({error.smtp_code} {' '.join(said.split())}); "
            f"mend alerts.email.user, or the password in {settings.password_env}"
        ) from None
