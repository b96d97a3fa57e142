"""One request at a time for a schema."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from accounting_database.errors import DatabaseBusy
from accounting_database.migrations import LOCKS
from accounting_database.session import Session


@contextmanager
def locked(session: Session, schema: str) -> Iterator[None]:
    """Within this block no other request makes, releases or drops the schema.

    The server lets go of it if the connection ends, however that goes. Needs `migrate` first.
    Raises DatabaseBusy.
    """
    what = f"lock schema {schema}"
    name = _name(session, what, schema)
    if session.run(what, "SELECT GET_LOCK(%s, %s)", name, session.deadline.patience.lock) != [(1,)]:
        raise DatabaseBusy(session.host, what)
    yield
    # A failure ends the session, and that the lock.
    session.run(f"unlock schema {schema}", "SELECT RELEASE_LOCK(%s)", name)


def _name(session: Session, what: str, schema: str) -> str:
    """64 characters that no cluster can guess: every user of the server may take any lock by name.

    With a name that is known, one cluster could hold up another's creation and deletion.
    """
    session.run(what, f"INSERT IGNORE INTO {LOCKS} VALUES (1, %s)", secrets.token_hex(16))  # noqa: S608 - our own name
    ((token,),) = session.run(what, f"SELECT token FROM {LOCKS}")  # noqa: S608 - our own name
    return hashlib.sha256(f"{token}.{schema}".encode()).hexdigest()
