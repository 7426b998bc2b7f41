"""From the bytes of an answer to its text: unpacking within limits, and whatever the charset really is."""

from __future__ import annotations

import codecs
import re
import zlib

import brotli
from bs4.dammit import EncodingDetector

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python knows codecs under names that no page may use, such as unicode_escape.
_WEB_CHARSETS = re.compile(
    r"windows-125\d|cp125\d|iso-?8859-?\d{1,2}|latin-?\d|koi8-[ru]|macintosh|utf-?16(?:le|be)?|big5|gbk|gb2312|gb18030"
    r"|shift_jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
_WESTERN = re.compile(r"iso-?8859-?1|latin-?1|ascii|us-ascii", re.IGNORECASE)
_UNPRINTABLE = dict.fromkeys([*range(9), 11, *range(14, 32), 127])
_ACCENTS_PER_ERROR = 4


class PackedWronglyError(ValueError):
    """An answer that cannot be unpacked."""


class TooLargeError(ValueError):
    """An answer that unpacks to more than was allowed."""


def unpack(packed: bytes, encoding: str, most: int) -> bytes:
    """The content of a body with this Content-Encoding. Never makes more than ``most`` bytes of it."""
    match encoding.strip().lower():
        case "" | "identity":
            plain = packed
        case "gzip" | "x-gzip":
            plain = _inflate(packed, 16 + zlib.MAX_WBITS, most)
        case "deflate":
            # RFC 9110 means zlib's format by this name; some servers send the bare one.
            bare = packed[:1] and packed[0] & 0x0F != zlib.DEFLATED
            plain = _inflate(packed, -zlib.MAX_WBITS if bare else zlib.MAX_WBITS, most)
        case "br":
            plain = _unbrotli(packed, most)
        case _:
            raise PackedWronglyError(encoding)
    if len(plain) > most:
        raise TooLargeError
    return plain


def _inflate(packed: bytes, window: int, most: int) -> bytes:
    if not packed:
        return b""
    inflater = zlib.decompressobj(window)
    try:
        plain = inflater.decompress(packed, most + 1)
    except zlib.error as error:
        raise PackedWronglyError(str(error)) from error
    if len(plain) <= most and not inflater.eof:
        raise PackedWronglyError("ends too soon")
    return plain


def _unbrotli(packed: bytes, most: int) -> bytes:
    if not packed:
        return b""
    plain, unpacker, waiting = bytearray(), brotli.Decompressor(), packed
    try:
        while len(plain) <= most and not unpacker.is_finished():
            part = unpacker.process(waiting, output_buffer_limit=most + 1 - len(plain))
            if not part and not waiting:
                raise PackedWronglyError("ends too soon")
            plain, waiting = plain + part, b""
    except brotli.error as error:
        raise PackedWronglyError(str(error)) from error
    return bytes(plain)


def decode(body: bytes, content_type: str = "") -> str:
    """Text of a page, without control characters.

    A byte order mark decides, then the bytes: what reads as UTF-8 is UTF-8, whatever the server
    says, even with a stray byte in it. Only then the header counts, the page's own word, and
    at last what Dutch pages without any are in: Windows-1252.
    """
    return _text(body, content_type).translate(_UNPRINTABLE)


def _text(body: bytes, content_type: str) -> str:
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(charset, "replace")
    if b"\0" in body[:64]:
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    errors = text.count("\ufffd")
    if _ACCENTS_PER_ERROR * errors <= len(re.findall(r"[^\x00-\x7f\ufffd]", text)):
        return text
    return body.decode(_declared(body, content_type), "replace")


def _declared(body: bytes, content_type: str) -> str:
    in_header = re.search(r"charset=[\"']?([\w-]+)", content_type, re.IGNORECASE)
    in_page = EncodingDetector.find_declared_encoding(body, is_html=True, search_entire_document=False)
    for name in (in_header and in_header[1], in_page):
        # Pages that call themselves ISO 8859-1 use the larger Windows set (WHATWG Encoding, section 4.2).
        if name and _WEB_CHARSETS.fullmatch(name) and not _WESTERN.fullmatch(name):
            return str(name)
    return "windows-1252"
