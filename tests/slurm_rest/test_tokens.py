"""The realm's tokens are verified, and Slurm's are signed."""

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from hpc_constructs.node_scripts.slurm_rest.realm_keys import parse_keys
from hpc_constructs.node_scripts.slurm_rest.refusals import NoKeys, Unverified
from hpc_constructs.node_scripts.slurm_rest.tokens import (
    SECONDS_OF_SLURMS,
    SlurmTokens,
    bearer_token,
    verified_claims,
)
from keycloak_realm import Realm, make_key
from rest_settings import SETTINGS

REALM = Realm()
KEYS = parse_keys(REALM.jwks())


def test_what_the_realm_signed_for_us_is_believed() -> None:
    claims = REALM.claims("alice")

    assert verified_claims(REALM.signed(claims), KEYS, SETTINGS) == claims


def test_clocks_may_differ_by_some_seconds() -> None:
    now = int(time.time())

    assert verified_claims(REALM.token("alice", exp=now - 5, nbf=now + 5), KEYS, SETTINGS)


@pytest.mark.parametrize("name", ["exp", "iat", "iss", "aud"])
def test_a_claim_that_is_missing_or_of_another_kind_is_refused(name: str) -> None:
    for value in (None, {}, "other", [None]):
        changed: Any = {name: value}
        with pytest.raises((Unverified, TypeError)) as failed:
            verified_claims(REALM.token("alice", **changed), KEYS, SETTINGS)
        if failed.type is TypeError:  # PyJWT itself refuses to sign such an issuer
            assert name == "iss"


def test_critical_extensions_that_nobody_here_knows_are_refused() -> None:
    token = REALM.signed(REALM.claims("alice"), crit=["exp"])

    with pytest.raises(Unverified):
        verified_claims(token, KEYS, SETTINGS)


def test_without_keys_no_token_is_wrong_and_none_is_right() -> None:
    with pytest.raises(NoKeys):
        verified_claims(REALM.token("alice"), {}, SETTINGS)


@given(st.text(max_size=200))
def test_no_text_is_a_token_and_none_breaks_the_verifier(text: str) -> None:
    with pytest.raises(Unverified):
        verified_claims(text, KEYS, SETTINGS)


@given(st.integers(min_value=0, max_value=400), st.sampled_from("ABCxyz019-_."))
def test_a_token_in_which_anything_was_changed_is_refused(place: int, letter: str) -> None:
    good = REALM.token("alice")
    place %= len(good) - 2  # the last letter of base64 has bits that count for nothing
    changed = good[:place] + letter + good[place + 1 :]
    if changed == good:
        return

    with pytest.raises(Unverified):
        verified_claims(changed, KEYS, SETTINGS)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic x", "x"])
def test_without_a_bearer_s_token_there_is_none(header: str | None) -> None:
    with pytest.raises(Unverified, match="Authorization: Bearer"):
        bearer_token(header)


def test_a_token_may_have_twelve_kilobytes() -> None:
    assert bearer_token(f"bearer {'x' * 12288}") == "x" * 12288
    with pytest.raises(Unverified, match="longer than 12288 bytes"):
        bearer_token(f"Bearer {'x' * 12289}")


def test_a_token_for_slurm_is_one_user_s_and_lasts_minutes() -> None:
    key = make_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    token = SlurmTokens(key=pem, kid="own").of("alice")

    claims = jwt.decode(token, key.public_key(), algorithms=["RS256"])
    assert jwt.get_unverified_header(token)["kid"] == "own"
    assert claims["sun"] == "alice"
    assert claims["exp"] - claims["iat"] == SECONDS_OF_SLURMS
    assert set(claims) == {"sun", "iat", "exp"}
