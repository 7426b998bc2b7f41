"""Faults against a real server and real `tweeklank sync` processes. ``python -m tests.pipeline.faults`` runs them all."""
