"""What a store on PostgreSQL needs besides SQLAlchemy: one transaction at a time, limits, plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

WRITING, SYNCING = 1_953_981_796, 1_953_981_797
"""The first halves of our advisory locks' keys; the second one is the schema, for several stores in one database."""

_PATIENCE = 10  # seconds for a connection
_SESSION = {
    # A worker that hangs in the middle of a transaction, or whose machine is gone, must not hold the others up.
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_MENDS = (
    ("password", "mend the user or password in store.url, PGPASSWORD or ~/.pgpass."),
    ("permission denied", "make this user the owner of the database."),
    ("No space left", "free some space on the database server and run again, nothing stored is lost."),
    ('database "', "create it (createdb), or mend its name in store.url."),
    ("role ", "create that user (createuser), or mend its name in store.url."),
    ("lock timeout", "another process holds the store for long; run again when it is done."),
    ("encoding", "create the database with ENCODING 'UTF8'."),
    ("terminat", "run again once the server is back, nothing stored is lost."),
    ("closed the connection", "run again once the server is back, nothing stored is lost."),
    ("connection", "check that PostgreSQL runs there, and host and port in store.url."),
)  # fmt: skip


def is_postgresql(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def prepared(url: URL, **options: Any) -> Engine:
    """An engine that gives up in time, at either end. Raises ModuleNotFoundError without a driver."""
    waiting = {} if "connect_timeout" in url.query else {"connect_timeout": _PATIENCE}
    engine = create_engine(url, connect_args=waiting, **options)
    event.listen(engine, "connect", _set_limits)
    return engine


def one_at_a_time(connection: Connection) -> None:
    """For the event of a transaction's begin: waits for the one before it to end, on whatever machine.

    So what a transaction read is still so when it writes, as in SQLite after BEGIN IMMEDIATE. All
    of them are short: none waits for the network or for the model. The lock goes with the
    transaction, also if its process is killed.
    """
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", (WRITING,))


@contextmanager
def only_sync(url: URL) -> Iterator[bool]:
    """Holds the lock of a sync, if no other does: tells whether. The server releases it when this process is gone."""
    engine = prepared(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    lock = "SELECT pg_try_advisory_lock(%s, hashtext(current_schema()))"
    give_back = "SELECT pg_advisory_unlock(%s, hashtext(current_schema()))"
    try:
        with engine.connect() as connection:
            held = bool(connection.exec_driver_sql(lock, (SYNCING,)).scalar_one())
            try:
                yield held
            finally:
                # The end of the connection would do it too, but only when the server has noticed it. If there is
                # no connection any more, it has.
                with suppress(DBAPIError):
                    if held:
                        connection.exec_driver_sql(give_back, (SYNCING,))
    finally:
        engine.dispose()


def is_syncing(url: URL) -> bool:
    """Whether a sync has its lock, which is looked up and not tried: nobody can get in its way like that."""
    held = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid = %s AND objid = hashtext(current_schema())::oid)"
    )
    engine = prepared(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql(held, (SYNCING,)).scalar_one())
    finally:
        engine.dispose()


def mend(reason: str) -> str:
    """What to do about an error of the database; empty if there is nothing to say."""
    return next((advice for sign, advice in _MENDS if sign in reason), "")


def _set_limits(connection: Any, _: Any) -> None:
    if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
        raise connection.NotSupportedError(f"the database's encoding is {encoding}")
    before, connection.autocommit = connection.autocommit, True
    for name, value in _SESSION.items():
        connection.execute(f"SET {name} = '{value}'")
    connection.autocommit = before
