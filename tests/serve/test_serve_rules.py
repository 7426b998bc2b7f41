"""Negotiation and conditions by themselves, as tables of RFC 9110."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tweeklank.serve.conditions import Coding, choose_coding, precondition

ETAG = '"abc"'
CHANGED = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ([], Coding.IDENTITY),
        ([""], Coding.IDENTITY),
        (["gzip, deflate, br, zstd"], Coding.BR),
        (["gzip"], Coding.GZIP),
        (["x-gzip"], Coding.GZIP),
        (["GZIP"], Coding.GZIP),
        (["br;q=0.5, gzip;q=0.9"], Coding.GZIP),
        (["br;q=0, gzip;q=0"], Coding.IDENTITY),
        (["br; q=0", "gzip"], Coding.GZIP),
        (["*"], Coding.BR),
        (["*;q=0.1, br;q=0"], Coding.GZIP),
        (["identity, br;q=0.2"], Coding.IDENTITY),
        (["identity;q=0.2, br;q=0.2"], Coding.BR),
        (["identity;q=0"], Coding.IDENTITY),
        (["identity;q=0, *;q=0"], Coding.IDENTITY),
        (["zstd, deflate"], Coding.IDENTITY),
        (["br;q=yes"], Coding.IDENTITY),
        (["br;q=2"], Coding.IDENTITY),
        (["br;level=1"], Coding.IDENTITY),
        ([",,;;q=1,"], Coding.IDENTITY),
        (["br;q=1.000"], Coding.BR),
        (["gzip;q=0.001"], Coding.GZIP),
    ],
)
def test_a_client_gets_the_coding_it_likes_best(accepted, chosen):
    assert choose_coding(accepted) is chosen


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"if-none-match": '"abc"'}, 304),
        ({"if-none-match": 'W/"abc"'}, 304),
        ({"if-none-match": '"x", W/"y,z" , "abc"'}, 304),
        ({"if-none-match": '"abc-br"'}, None),
        ({"if-none-match": "abc"}, None),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"x"', "if-modified-since": "Thu, 18 Jun 2026 12:00:00 GMT"}, None),
        ({"if-modified-since": "Thu, 18 Jun 2026 12:00:00 GMT"}, 304),
        ({"if-modified-since": "Thursday, 18-Jun-26 12:00:00 GMT"}, 304),
        ({"if-modified-since": "Thu Jun 18 12:00:00 2026"}, 304),
        ({"if-modified-since": "Thu, 18 Jun 2026 11:59:59 GMT"}, None),
        ({"if-modified-since": "yesterday"}, None),
        ({"if-modified-since": "Thu, 99 Jun 99999 12:00:00 GMT"}, None),
        ({"if-match": '"abc"'}, None),
        ({"if-match": "*"}, None),
        ({"if-match": 'W/"abc"'}, 412),
        ({"if-match": '"x"', "if-none-match": '"abc"'}, 412),
        ({"if-unmodified-since": "Thu, 18 Jun 2026 11:59:59 GMT"}, 412),
        ({"if-unmodified-since": "Thu, 18 Jun 2026 12:00:00 GMT"}, None),
    ],
)
def test_a_condition_is_judged_as_rfc_9110_orders(headers, status):
    assert precondition(headers, ETAG, CHANGED) == status
