"""Which keys are published, of those that the realm has and those that it had."""

from datetime import UTC, datetime, timedelta

from realm_keys.keeping import to_publish
from realm_keys.model import Key

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def key(kid: str, *, kept_until: datetime | None = None, modulus: str = "AQAB") -> Key:
    return Key(kid=kid, modulus=modulus, exponent="AQAB", kept_until=kept_until)


def published(realms: list[Key], before: list[Key], now: datetime = NOW) -> list[Key]:
    return to_publish(
        {each.kid: each for each in realms},
        {each.kid: each for each in before},
        realm="https://keycloak.example.org/certs",
        now=now,
        token_lifetime=HOUR,
    )


def test_a_key_that_the_realm_dropped_is_kept_for_as_long_as_a_token_lasts() -> None:
    first = published([key("b")], [key("a"), key("b")])
    last = published([key("b")], first, NOW + HOUR - timedelta(seconds=1))
    after = published([key("b")], last, NOW + HOUR)

    assert first == last == [key("b"), key("a", kept_until=NOW + HOUR)]
    assert after == [key("b")]


def test_a_key_that_comes_back_is_the_realm_s_again() -> None:
    assert published([key("a")], [key("a", kept_until=NOW + HOUR)]) == [key("a")]


def test_a_kid_that_is_another_key_now_is_the_realm_s() -> None:
    assert published([key("a", modulus="AQAD")], [key("a")]) == [key("a", modulus="AQAD")]


def test_where_there_is_no_room_those_go_that_would_go_first() -> None:
    realms = [key(f"r{n}") for n in range(30)]
    kept = [key(f"k{n}", kept_until=NOW + n * timedelta(minutes=1)) for n in (3, 1, 2)]

    found = published(realms, kept)

    assert [each.kid for each in found if each.kept_until] == ["k2", "k3"]
    assert len(found) == 32


def test_where_keys_are_too_long_for_all_the_realm_s_stay() -> None:
    realms = [key(f"r{n}", modulus="A" * 1365) for n in range(20)]
    kept = [key(f"k{n}", modulus="A" * 8000, kept_until=NOW + HOUR) for n in range(5)]

    found = published(realms, kept)

    assert found[:20] == realms
    assert 20 < len(found) < 25
