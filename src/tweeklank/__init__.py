"""Tweeklank: Dutch covenant news as feeds in two languages."""

__version__ = "0.1.0"
