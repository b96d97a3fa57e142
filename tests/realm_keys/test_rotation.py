"""From Keycloak through the function and the bucket to what a head node takes for a token."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keycloak_realm import Realm
from keycloak_server import KeycloakServer
from realm_keys.errors import BucketRefused

METRICS_PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
BROKEN = {
    "empty": b"",
    "broken JSON": b"{broken",
    "a page": b"<html>Sign in</html>",
    "no keys": b'{"keys": []}',
    "a key without n": b'{"keys": [{"kid": "a", "kty": "RSA", "use": "sig", "alg": "RS256"}]}',
    "too long": b" " * 70000,
}


def roll(realm: Realm, keycloak: KeycloakServer) -> None:
    """Sign with another key, and drop the one from before at once."""
    realm.rotate("sig-2")
    del realm.keys["sig-1"]
    keycloak.answers = realm.jwks()


def test_a_token_is_taken_once_the_realm_s_keys_have_come(
    function: Any, node: Any, realm: Realm
) -> None:
    token = realm.token("alice")
    before = (node.fetch(), node.takes(token))

    function()

    assert before == (False, False)
    assert (node.fetch(), node.takes(token)) == (True, True)
    assert function.metrics.failures == 0
    assert function.metrics.age_seconds < 5


def test_a_key_that_is_rolled_is_taken_and_the_old_one_s_tokens_too(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer
) -> None:
    old = realm.token("alice")
    function()
    roll(realm, keycloak)

    function()

    node.fetch()
    assert (node.takes(old), node.takes(realm.token("alice"))) == (True, True)


def test_a_dropped_key_s_tokens_are_taken_no_more_when_none_can_last(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer, monkeypatch: Any
) -> None:
    old = realm.token("alice")
    function()
    roll(realm, keycloak)
    function()
    forward(monkeypatch, timedelta(hours=1))

    function()

    node.fetch()
    assert (node.takes(old), node.takes(realm.token("alice"))) == (False, True)


def forward(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    """Let time pass, as the function's clock has it."""

    class Later:
        def now(self) -> datetime:
            return datetime.now(UTC) + time

    monkeypatch.setattr(sys.modules["realm_keys.handler"], "SystemClock", Later)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_the_realm_answers_in_doubt_changes_nothing_and_is_counted(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer, bucket: Any, content: bytes
) -> None:
    function()
    versions = len([*bucket.object_versions.all()])
    keycloak.answers = content

    function()

    (error,) = function.errors
    assert error.startswith("KeysRefused: ")
    assert function.metrics.failures == 1
    assert 0 <= function.metrics.age_seconds < 60
    assert len([*bucket.object_versions.all()]) == versions
    assert (node.fetch(), node.takes(realm.token("alice"))) == (True, True)


def test_a_realm_that_is_away_changes_nothing_and_is_counted(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer
) -> None:
    function()
    keycloak.stop()

    function()

    (error,) = function.errors
    assert error.startswith("RealmAway: ")
    assert "What is published stays" in error
    assert function.metrics.failures == 1
    assert (node.fetch(), node.takes(realm.token("alice"))) == (True, True)


def test_what_is_not_the_realm_s_fault_is_raised_and_counted(function: Any, bucket: Any) -> None:
    bucket.delete()

    with pytest.raises(BucketRefused, match="The next pass tries it again"):
        function()

    assert "BucketRefused" in function.errors[0]
    assert (function.metrics.failures, function.metrics.age_seconds) == (1, None)


def test_before_the_first_good_pass_nobody_knows_an_age(
    function: Any, keycloak: KeycloakServer
) -> None:
    keycloak.answers = b""

    function()

    assert (function.metrics.failures, function.metrics.age_seconds) == (1, None)


def test_a_pass_that_finds_the_same_writes_the_same_so_its_age_is_the_pass_s(
    function: Any, node: Any, bucket: Any
) -> None:
    function()
    node.fetch()
    first = [each.version_id for each in bucket.object_versions.all()]

    function()

    (newest, oldest) = sorted(
        bucket.object_versions.all(), key=lambda each: each.version_id in first
    )
    assert oldest.version_id in first
    assert newest.get()["Body"].read() == oldest.get()["Body"].read()


@pytest.mark.parametrize("content", [b"{broken", b'{"keys": []}'])
def test_what_somebody_broke_where_it_is_published_is_replaced(
    function: Any, node: Any, realm: Realm, bucket: Any, content: bytes
) -> None:
    bucket.put_object(Key="jwks.json", Body=content)

    function()

    assert (node.fetch(), node.takes(realm.token("alice"))) == (True, True)


def test_keys_that_an_operator_put_there_by_hand_are_kept_like_any(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer, bucket: Any
) -> None:
    old = realm.token("alice")
    bucket.put_object(Key="jwks.json", Body=realm.jwks())
    roll(realm, keycloak)

    function()

    node.fetch()
    assert node.takes(old)


def test_what_a_good_pass_measures_is_what_the_page_has(function: Any) -> None:
    table = METRICS_PAGE.partition("| metric of keys |")[2].partition("\n\n")[0]

    function()

    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == function.metrics.names


def test_another_realm_s_keys_are_not_carried_over(
    function: Any, node: Any, realm: Realm, keycloak: KeycloakServer, bucket: Any
) -> None:
    old = realm.token("alice")
    function()
    published = json.loads(bucket.Object("jwks.json").get()["Body"].read())
    published["hpc:realm"] = "https://keycloak.example.org/realms/another"
    bucket.put_object(Key="jwks.json", Body=json.dumps(published).encode())
    roll(realm, keycloak)
    node.fetch()
    before = node.takes(old)

    function()

    node.fetch()
    assert before
    assert (node.takes(old), node.takes(realm.token("alice"))) == (False, True)


@pytest.mark.parametrize(("hours", "kept"), [(1.9, True), (2.1, False)])
def test_keys_from_before_a_long_time_without_a_pass_are_not_carried_over(
    function: Any,
    node: Any,
    realm: Realm,
    keycloak: KeycloakServer,
    monkeypatch: pytest.MonkeyPatch,
    hours: float,
    kept: bool,
) -> None:
    old = realm.token("alice")
    function()
    roll(realm, keycloak)
    forward(monkeypatch, timedelta(hours=hours))

    function()

    node.fetch()
    assert (node.takes(old), node.takes(realm.token("alice"))) == (kept, True)
