"""What the sync does and how it is doing: gathered in one place, shown in several."""

from tweeklank.status.facts import Facts, gather

__all__ = ["Facts", "gather"]
