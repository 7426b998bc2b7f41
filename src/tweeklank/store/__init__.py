"""What Tweeklank remembers: articles with revisions, translations, HTTP validators, runs."""

from tweeklank.store.open import Store, StoreError, open_store

__all__ = ["Store", "StoreError", "open_store"]
