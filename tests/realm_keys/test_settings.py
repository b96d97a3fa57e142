"""The environment of the function: every fault is named at once."""

import pytest

from keycloak_server import Authority
from realm_keys.errors import InvalidSettings
from realm_keys.settings import parse_settings

ENVIRONMENT = {
    "JWKS_URL": "https://keycloak.example.org/realms/hpc/protocol/openid-connect/certs",
    "KEYS_BUCKET": "artifacts",
    "KEYS_KEY": "slurm-rest/jwks.json",
    "TOKEN_LIFETIME_MINUTES": "60",
}


def test_authorities_may_be_named_or_left_out() -> None:
    pem = Authority().pem

    assert parse_settings(ENVIRONMENT).authorities == ""
    assert parse_settings({**ENVIRONMENT, "AUTHORITIES": pem}).authorities == pem


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidSettings) as refused:
        parse_settings({})

    for name in ENVIRONMENT:
        assert f"{name} is missing" in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"JWKS_URL": "http://keycloak.example.org/certs"}, "begins with https://"),
        ({"JWKS_URL": "https:///certs"}, "begins with https://"),
        ({"TOKEN_LIFETIME_MINUTES": "0"}, "TOKEN_LIFETIME_MINUTES is '0'"),
        ({"TOKEN_LIFETIME_MINUTES": "10081"}, "no whole number of 1 to 10080"),
        ({"TOKEN_LIFETIME_MINUTES": "an hour"}, "TOKEN_LIFETIME_MINUTES is 'an hour'"),
        ({"AUTHORITIES": "PEM"}, "AUTHORITIES are no certificates"),
    ],
)
def test_what_is_not_allowed_is_named(changed: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidSettings, match=said):
        parse_settings({**ENVIRONMENT, **changed})
