"""The least that a configuration must say; tests change it, or add to it."""

from __future__ import annotations

SMALL = """
[publication]
base_url = "https://example.org/nieuws"
[collect]
contact = "mailto:iemand@example.org"
[[sources]]
id = "metaal"
listing = "https://www.example.nl/nieuws"
"""
