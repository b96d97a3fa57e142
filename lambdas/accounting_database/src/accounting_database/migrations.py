"""Our own schema, made and changed on demand.

Every statement may be repeated, and be run by two at once: so a migration that was interrupted, or
that somebody else is just at, is simply run. A new one is appended; an old one is never changed.
"""

from accounting_database.identifiers import quoted
from accounting_database.session import Session

SCHEMA = "hpc_provisioner"
SCHEMAS = f"{quoted(SCHEMA)}.cluster_schemas"
CREATIONS = f"{quoted(SCHEMA)}.creations"
LOCKS = f"{quoted(SCHEMA)}.locks"
_VERSIONS = f"{quoted(SCHEMA)}.migrations"

# Ids are bytes: compared exactly, trailing spaces and all. Times are seconds since 1970, as
# Slurm's are.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"""CREATE TABLE IF NOT EXISTS {SCHEMAS} (
            schema_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
            cluster_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            vlab_id VARBINARY(1020) NOT NULL,
            project_id VARBINARY(1020) NOT NULL,
            created_at BIGINT UNSIGNED NOT NULL
        ) ENGINE = InnoDB""",
        f"""CREATE TABLE IF NOT EXISTS {CREATIONS} (
            schema_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            creation CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            created_at BIGINT UNSIGNED NOT NULL,
            released_at BIGINT UNSIGNED NULL,
            PRIMARY KEY (schema_name, creation)
        ) ENGINE = InnoDB""",
        f"""CREATE TABLE IF NOT EXISTS {LOCKS} (
            only_row TINYINT UNSIGNED PRIMARY KEY,
            token CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        ) ENGINE = InnoDB""",
    ),
)


def migrate(session: Session) -> None:
    """Have our schema as this version of the code needs it; newer ones are left alone."""
    what = f"make schema {SCHEMA}"
    session.run(
        what,
        f"CREATE DATABASE IF NOT EXISTS {quoted(SCHEMA)} CHARACTER SET utf8mb4",
    )
    session.run(
        what,
        f"CREATE TABLE IF NOT EXISTS {_VERSIONS} (version INT UNSIGNED PRIMARY KEY)"
        " ENGINE = InnoDB",
    )
    ((applied,),) = session.run(what, f"SELECT COALESCE(MAX(version), 0) FROM {_VERSIONS}")  # noqa: S608 - our own name
    for version, statements in enumerate(_MIGRATIONS, start=1):
        if version > applied:
            for statement in statements:
                session.run(what, statement)
            session.run(what, f"INSERT IGNORE INTO {_VERSIONS} VALUES (%s)", version)  # noqa: S608 - our own name
