"""What Tweeklank remembers: articles with revisions, translations, HTTP validators, runs, problems."""

from tweeklank.store.open import Store, StoreError, open_store, read_store

__all__ = ["Store", "StoreError", "open_store", "read_store"]
