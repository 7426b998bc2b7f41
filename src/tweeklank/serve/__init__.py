"""Serving the output folder over HTTP, for a small site by itself or behind a proxy."""

from __future__ import annotations

from tweeklank.serve.app import app
from tweeklank.serve.server import ServeError, run

__all__ = ["ServeError", "app", "run"]
