"""These tests attack the whole program, so they borrow the rooms of others: the covenant site and the browser."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).parent.parent
sys.path += [str(_TESTS / room) for room in ("collect", "publish") if str(_TESTS / room) not in sys.path]
