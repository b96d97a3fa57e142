"""What of a realm's answer is taken for keys, and that nodes take what is written of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hpc_constructs.node_scripts.slurm_rest import realm_keys as nodes
from keycloak_realm import Realm, jwk, make_key
from realm_keys.errors import KeysRefused
from realm_keys.jwks import parse_keys, parse_published, rendered

REALM = "https://keycloak.example.org/realms/hpc/protocol/openid-connect/certs"
KEY = make_key()
OTHER = make_key()
SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it is what is refused
A = jwk(KEY, "a")


def text(*entries: Any) -> bytes:
    return json.dumps({"keys": entries}).encode()


def with_(**changed: Any) -> bytes:
    return text({name: it for name, it in (A | changed).items() if it is not None})


def test_keycloak_s_keys_for_signatures_are_taken_and_no_others() -> None:
    realm = Realm()
    realm.rotate("sig-2")
    elliptic = {"kid": "ec", "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "x": "AA"}
    document = json.loads(realm.jwks())
    document["keys"].append(elliptic)

    keys = parse_keys(json.dumps(document).encode())

    assert set(keys) == {"sig-1", "sig-2"}


def test_what_is_written_is_what_nodes_read() -> None:
    realm = Realm()
    realm.rotate("sig-2")

    written = rendered(parse_keys(realm.jwks()).values(), realm=REALM)

    read = nodes.parse_keys(written)
    for kid, key in realm.keys.items():
        numbers = key.public_key().public_numbers()
        assert (read[kid].modulus, read[kid].exponent) == (numbers.n, numbers.e)


def test_a_kept_key_is_a_key_to_nodes_and_says_until_when_to_us() -> None:
    until = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    (key,) = parse_keys(text(A)).values()
    kept = type(key)(kid=key.kid, modulus=key.modulus, exponent=key.exponent, kept_until=until)

    written = rendered([kept], realm=REALM)

    assert set(nodes.parse_keys(written)) == {"a"}
    assert parse_published(written, realm=REALM) == {"a": kept}


def test_until_when_a_key_is_kept_is_nothing_that_a_realm_says() -> None:
    keys = parse_keys(with_(**{"hpc:kept_until": "2099-01-01T00:00:00+00:00"}))

    assert keys["a"].kept_until is None


def test_what_is_written_has_nothing_but_the_keys_and_whose_they_are() -> None:
    keys = parse_keys(with_(x5c=["MIIC"], note="x")).values()

    document = json.loads(rendered(keys, realm=REALM))

    (entry,) = document["keys"]
    assert set(document) == {"hpc:realm", "keys"}
    assert set(entry) == {"kid", "kty", "use", "alg", "n", "e"}


def test_the_same_keys_in_another_order_are_the_same_text() -> None:
    b = jwk(OTHER, "b")

    one, other = (parse_keys(text(*keys)).values() for keys in ((A, b), (b, A)))

    assert rendered(one, realm=REALM) == rendered(other, realm=REALM)


REFUSED = {
    "empty": (b"", "not JSON"),
    "broken JSON": (b"{broken", "not JSON"),
    "deep JSON": (b"[" * 60000, "not JSON"),
    "HTML": (b"<html>Bad gateway</html>", "not JSON"),
    "no UTF-8": (b'{"keys": "\xff"}', "not JSON"),
    "another document": (b"{}", "no object that has a list 'keys'"),
    "a list": (b"[]", "no object that has a list 'keys'"),
    "keys that are no objects": (text("a"), "no object that has a list 'keys'"),
    "no keys": (text(), "none has kty RSA, use sig, alg RS256"),
    "for encryption only": (with_(use="enc", alg="RSA-OAEP"), "none has kty RSA"),
    "another algorithm": (with_(alg="RS512"), "none has kty RSA"),
    "symmetric": (text({"kty": "oct", "kid": "a", "k": "c2VjcmV0"}), "private members ['k']"),
    "private": (with_(d="AQAB"), "private members ['d']"),
    "too long": (b" " * 65537, "more than 65536 bytes"),
    "too many": (text(*[A] * 33), "there are 33; at most 32"),
    "no kid": (with_(kid=None), "no 'kid' of 1 to 256"),
    "an empty kid": (with_(kid=""), "no 'kid' of 1 to 256"),
    "a long kid": (with_(kid="a" * 257), "no 'kid' of 1 to 256"),
    "a kid that is a number": (with_(kid=1), "no 'kid' of 1 to 256"),
    "a kid twice": (text(A, jwk(OTHER, "a")), "two have the kid 'a'"),
    "short": (text(jwk(SHORT, "a")), "1024 bits"),
    "no modulus": (with_(n=None), "lacks 'n' or 'e'"),
    "a modulus that is a number": (with_(n=5), "lacks 'n' or 'e'"),
    "a modulus that is nothing": (with_(n=""), "no 'n' and 'e' that make a key"),
    "no base64": (with_(n="é"), "no 'n' and 'e' that make a key"),
    "an exponent of one": (with_(e="AQ"), "key 'a'"),
    "an even exponent": (with_(e="Ag"), "key 'a'"),
    "a large exponent": (with_(e="AQAAAAE"), "no odd exponent"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_in_doubt_is_refused_and_said(content: bytes, said: str) -> None:
    with pytest.raises(KeysRefused) as refused:
        parse_keys(content)

    assert said in str(refused.value)


def test_an_even_modulus_is_refused() -> None:
    even = jwk(KEY, "a")["n"][:-1] + "A"

    with pytest.raises(KeysRefused, match="key 'a'"):
        parse_keys(with_(n=even))


@pytest.mark.parametrize("moment", ["tomorrow", "2026-01-02", 5])
def test_published_keys_that_are_kept_until_no_moment_are_refused(moment: object) -> None:
    with pytest.raises(KeysRefused, match="hpc:kept_until is"):
        parse_published(with_(**{"hpc:kept_until": moment}), realm=REALM)


@pytest.mark.parametrize("named", ["https://keycloak.example.org/realms/other", 5, None])
def test_published_keys_of_another_realm_are_refused(named: object) -> None:
    written = json.dumps({"hpc:realm": named, "keys": [A]}).encode()

    with pytest.raises(KeysRefused, match=rf"they are those of '{named}', not of '{REALM}'"):
        parse_published(written, realm=REALM)


def test_published_keys_that_name_no_realm_are_this_one_s() -> None:
    assert set(parse_published(text(A), realm=REALM)) == {"a"}
