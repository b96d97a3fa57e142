"""The one place where a name becomes part of a statement; all other values are parameters.

Statements go through PyMySQL's formatting of parameters, so a `%` of a name is doubled.
"""


def quoted(name: str) -> str:
    """The name of a schema, table or user, whatever characters it has."""
    return "`" + name.replace("`", "``").replace("%", "%%") + "`"


def account(user: str) -> str:
    """The user, from any host."""
    return f"{quoted(user)}@'%%'"


def grant_pattern(schema: str) -> str:
    r"""What a GRANT calls exactly this schema: there `_` and `%` are wildcards, so `a_b` is `axb`.

    Source: MariaDB Knowledge Base, GRANT, "Database Privileges".
    """
    return schema.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
