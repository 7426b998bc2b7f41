"""An alert as a JSON object, posted to an address."""

from __future__ import annotations

import httpx
import stamina

from tweeklank import __version__
from tweeklank.alert.message import Message

_TIMEOUT = 10.0  # seconds for one answer
_ATTEMPTS = 3
_LONGEST = 45.0  # seconds for all of them


class RefusedError(OSError):
    """The address gave an error status."""


def post(url: str, message: Message) -> None:
    """Posts an alert; ``text`` is what Slack, Mattermost and their like show. Raises OSError, ValueError.

    Tried again when there is no answer, or one that may be better next time (429, 5xx).
    """
    content = {
        "state": message.state,
        "publication": message.publication,
        "text": message.text,
        "failures": message.failures,
        "status_page": message.status_page,
    }
    headers = {"User-Agent": f"Tweeklank/{__version__} (+{message.contact})"}
    attempts = stamina.retry_context(
        on=_may_be_better, attempts=_ATTEMPTS, timeout=_LONGEST, wait_initial=1.0, wait_max=10.0
    )
    try:
        with httpx.Client(timeout=_TIMEOUT, headers=headers) as client:
            for attempt in attempts:
                with attempt:
                    client.post(url, json=content).raise_for_status()
    except httpx.HTTPStatusError as error:
        answer = error.response
        raise RefusedError(f"the server answered {answer.status_code} {answer.reason_phrase}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RefusedError(f"cannot be reached ({error or type(error).__name__})") from None


def _may_be_better(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == httpx.codes.TOO_MANY_REQUESTS or error.response.is_server_error
    return isinstance(error, httpx.TransportError)
