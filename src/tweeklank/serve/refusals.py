"""The pages for what cannot be served. They say nothing of what was asked, so that nothing can be put in them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import HTMLResponse

from tweeklank.serve.kinds import PAGE_HEADERS

_SAID = {
    HTTPStatus.NOT_FOUND: ("Hier is geen pagina.", "There is no page here."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Dit adres kan alleen worden gelezen (GET, HEAD).",
        "This address can only be read (GET, HEAD).",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Deze pagina kan nu niet worden gelezen. Probeer het over een minuut opnieuw.",
        "This page cannot be read now. Try again in a minute.",
    ),
}
_PAGE = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{status}</title>
</head>
<body>
<main>
<h1>{status}</h1>
<p>{dutch}</p>
<p lang="en">{english}</p>
</main>
</body>
</html>
"""


def refusal(status: HTTPStatus, headers: Mapping[str, str]) -> HTMLResponse:
    """A small page in both languages, kept nowhere for long: what is missing may be published any moment."""
    dutch, english = _SAID.get(status, (status.phrase, status.description or status.phrase))
    page = _PAGE.format(status=status.value, dutch=dutch, english=english)
    return HTMLResponse(page, status, {**PAGE_HEADERS, "Cache-Control": "no-cache", **headers})
