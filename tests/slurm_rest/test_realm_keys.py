"""A realm's keys are read strictly, and the last good ones stay."""

import json
from pathlib import Path
from typing import Any

import pytest

from hpc_constructs.node_scripts.slurm_rest.realm_keys import KeptKeys, parse_keys
from hpc_constructs.node_scripts.slurm_rest.settings import RestFailure
from keycloak_realm import Realm, jwk, make_key

KEY = make_key()
GOOD = jwk(KEY, "sig-1")


def text(*keys: Any) -> bytes:
    return json.dumps({"keys": list(keys)}).encode()


def test_keycloak_s_are_read_by_their_kid_and_those_for_encryption_left_out() -> None:
    numbers = KEY.public_key().public_numbers()
    curve = {"kid": "ec-1", "kty": "EC", "alg": "ES256", "use": "sig", "x": "aa", "y": "bb"}

    found = parse_keys(text(jwk(make_key(), "enc-1", use="enc", alg="RSA-OAEP"), curve, GOOD))

    assert {kid: (key.modulus, key.exponent) for kid, key in found.items()} == {
        "sig-1": (numbers.n, numbers.e)
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "are not JSON"),
        (b"{broken", "are not JSON"),
        (b"[" * 60000, "are not JSON"),
        (b"\xff\xfe", "are not JSON"),
        (b"{}", "a list 'keys' of objects"),
        (b"[]", "a list 'keys' of objects"),
        (b'{"keys": [1]}', "a list 'keys' of objects"),
        (b'{"keys": []}', "has no key with kty RSA"),
        (text(jwk(KEY, "a", alg="RS512")), "has no key with kty RSA"),
        (text(jwk(KEY, "")), "no 'kid' of 1 to 256 characters"),
        (text(jwk(KEY, "a" * 257)), "no 'kid' of 1 to 256 characters"),
        (text({**GOOD, "kid": 1}), "no 'kid' of 1 to 256 characters"),
        (text(GOOD, GOOD), "two keys of the realm's have the kid 'sig-1'"),
        (text(GOOD, {**GOOD, "kid": "b", "n": None}), "the key 'b' has no 'n' in base64url"),
        (text({**GOOD, "n": "!!"}), "has no 'n' in base64url"),
        (text({**GOOD, "n": "AQAB"}), "has 17 bits"),
        (text({**GOOD, "e": "AQ"}), "has no odd exponent"),
        (text({**GOOD, "e": "Ag"}), "has no odd exponent"),
        (text({**GOOD, "d": "AQAB"}), "has the private members ['d']"),
        (text({"kid": "h", "kty": "oct", "k": "c2VjcmV0"}), "has the private members ['k']"),
        (text(*[jwk(KEY, str(number)) for number in range(33)]), "has 33 keys; at most 32"),
        (b" " * (64 * 1024 + 1), "have 65537 bytes"),
    ],
)
def test_what_is_in_doubt_is_refused_and_said(content: bytes, said: str) -> None:
    with pytest.raises(RestFailure) as failed:
        parse_keys(content)

    assert said in str(failed.value)


def test_a_file_is_read_again_when_it_is_another(tmp_path: Path) -> None:
    file, told, realm = tmp_path / "keys.json", list[str](), Realm()
    kept = KeptKeys(file, told.append)
    before = kept.keys()

    file.write_bytes(realm.jwks())
    first = set(kept.keys())
    realm.rotate("sig-2")
    file.with_suffix(".new").write_bytes(realm.jwks())
    file.with_suffix(".new").replace(file)
    second = set(kept.keys())

    assert (before, first, second) == ({}, {"sig-1"}, {"sig-1", "sig-2"})
    assert told == ["the realm's keys are ['sig-1']", "the realm's keys are ['sig-1', 'sig-2']"]


@pytest.mark.parametrize("broken", [b"", b"{", b'{"keys": []}'])
def test_a_file_that_breaks_changes_nothing_and_is_told_once(tmp_path: Path, broken: bytes) -> None:
    file, told = tmp_path / "keys.json", list[str]()
    file.write_bytes(Realm().jwks())
    kept = KeptKeys(file, told.append)
    good = kept.keys()

    file.write_bytes(broken)
    after = [kept.keys() for _ in range(3)]

    assert after == [good] * 3
    assert len(told) == 2
    assert "those from before stay" in told[1]


def test_a_file_that_goes_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    file, told = tmp_path / "keys.json", list[str]()
    file.write_bytes(Realm().jwks())
    kept = KeptKeys(file, told.append)
    good = kept.keys()

    file.unlink()
    after = [kept.keys() for _ in range(3)]

    assert after == [good] * 3
    assert len(told) == 2
