"""The queue of jobs: procrastinate's tables in the store's own database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from sqlalchemy import delete, insert, select

from tweeklank.store import Store, StoreError
from tweeklank.store.open import connected, parsed, plain_errors, shown
from tweeklank.store.schema import setting

QUEUE = "tweeklank"
COLLECT, TRANSLATE = "collect", "translate"
_CONNECTIONS, _PATIENCE = 4, 10  # at most; seconds for one


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[App]:
    """The queue of a store, made or brought up to date if need be. Raises StoreError."""
    _make_tables(store)
    parts = parsed(store.url)
    _, arguments = parts.get_dialect()().create_connect_args(parts)
    limits = {"connect_timeout": _PATIENCE, **arguments}
    connector = PsycopgConnector(kwargs=limits, min_size=1, max_size=_CONNECTIONS, timeout=_PATIENCE)
    app = App(connector=connector)
    with plain_queue_errors(store):
        async with app.open_async():
            yield app


@contextmanager
def plain_queue_errors(store: Store) -> Iterator[None]:
    try:
        yield
    except ConnectorException as error:
        reason = str(error.__cause__ or error).strip().partition("\n")[0].strip(" .")
        mend = "run again once the server is back, nothing stored is lost."
        raise StoreError(f"{shown(parsed(store.url))}: {reason}; {mend}") from error


def _make_tables(store: Store) -> None:
    """Makes procrastinate's tables, or applies the migrations that came with a newer version of it."""
    parts = parsed(store.url)
    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with plain_errors(parts):
        engine = connected(parts)
        try:
            with engine.execution_options(no_parameters=True).begin() as connection:
                is_queue = setting.c.name == "queue"
                applied = connection.execute(select(setting.c.value).where(is_queue)).scalar()
                if applied is None:
                    connection.exec_driver_sql(SchemaManager.get_schema())
                for step in steps:
                    if applied is not None and step.name > applied:
                        connection.exec_driver_sql(step.read_text("utf-8"))
                connection.execute(delete(setting).where(is_queue))
                connection.execute(insert(setting).values(name="queue", value=steps[-1].name))
        finally:
            engine.dispose()
