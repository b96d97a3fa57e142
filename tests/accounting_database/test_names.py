"""Names in statements, and passwords in the form that statements have them."""

from hypothesis import given
from hypothesis import strategies as st

from accounting_database.credentials import Credentials, password_hash
from accounting_database.identifiers import account, grant_pattern, quoted
from accounting_world import World


def test_a_grant_s_wildcards_are_escaped() -> None:
    assert grant_pattern(r"a_b%c\d") == r"a\_b\%c\\d"


def test_backquotes_end_no_name() -> None:
    assert quoted("a`; DROP DATABASE b; --") == "`a``; DROP DATABASE b; --`"
    assert account("u`@`h") == "`u``@``h`@'%%'"


def test_any_name_is_that_schema_s_and_no_other(world: World) -> None:
    names = ["a`b", 'a"b', "a'b", "a%b", r"a\b", "a;b", "a b", "é☃"]

    with world.login("admin", world.admin_password) as connection, connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE DATABASE {quoted(name)}", ())
        cursor.execute("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")
        seen = {name for (name,) in cursor.fetchall()}
        for name in names:
            cursor.execute(f"DROP DATABASE {quoted(name)}", ())

    assert seen >= set(names)


def test_the_hash_is_mariadb_s(world: World) -> None:
    for password in ("simple", "é☃", "'\"\\`%"):
        assert world.tell("SELECT PASSWORD(%s)", password) == [(password_hash(password),)]


@given(st.text(min_size=1))
def test_credentials_never_show_the_password(password: str) -> None:
    shown = repr(Credentials(user="u", password=password))

    assert shown == "Credentials(user='u')"
