"""How the realm is asked: by HTTPS that is verified, once, and not for ever."""

from pathlib import Path

import pytest

from keycloak_server import PATH, Authority, KeycloakServer
from realm_keys import realm as asking
from realm_keys.errors import RealmAway
from realm_keys.realm import KeycloakRealm


def test_its_answer_is_as_it_came(keycloak: KeycloakServer, authority: Authority) -> None:
    asked = KeycloakRealm(url=keycloak.url, authorities=authority.pem)

    assert asked.fetch() == keycloak.answers
    assert keycloak.asked == [PATH]


@pytest.mark.parametrize("named", [Authority().pem, ""], ids=["another", "the system's"])
def test_who_shows_a_certificate_of_another_authority_is_not_believed(
    keycloak: KeycloakServer, named: str
) -> None:
    with pytest.raises(RealmAway, match="certificate verify failed"):
        KeycloakRealm(url=keycloak.url, authorities=named).fetch()

    assert keycloak.asked == []


def test_who_shows_another_host_s_certificate_is_not_believed(
    authority: Authority, tmp_path: Path
) -> None:
    with (
        KeycloakServer(authority.context(tmp_path, host="127.0.0.2")) as server,
        pytest.raises(RealmAway, match="IP address mismatch"),
    ):
        KeycloakRealm(url=server.url, authorities=authority.pem).fetch()


def test_who_shows_a_certificate_that_doesn_t_say_whose_it_is_is_not_believed(
    authority: Authority, tmp_path: Path
) -> None:
    with (
        KeycloakServer(authority.context(tmp_path, names_authority=False)) as server,
        pytest.raises(RealmAway, match="Missing Authority Key Identifier"),
    ):
        KeycloakRealm(url=server.url, authorities=authority.pem).fetch()


@pytest.mark.parametrize("status", [204, 301, 302, 307, 404, 500, 503])
def test_only_an_answer_of_200_counts_and_no_redirect_is_followed(
    keycloak: KeycloakServer, authority: Authority, status: int
) -> None:
    keycloak.status = status
    keycloak.headers = {"Location": keycloak.url}

    with pytest.raises(RealmAway, match=f"it answers {status}, not 200"):
        KeycloakRealm(url=keycloak.url, authorities=authority.pem).fetch()

    assert keycloak.asked == [PATH]


def test_no_more_is_read_than_may_be_keys(keycloak: KeycloakServer, authority: Authority) -> None:
    keycloak.answers = b" " * (10 << 20)

    content = KeycloakRealm(url=keycloak.url, authorities=authority.pem).fetch()

    assert len(content) == 65537


def test_an_answer_that_ends_too_early_is_none(
    keycloak: KeycloakServer, authority: Authority
) -> None:
    keycloak.says_bytes = len(keycloak.answers) + 7

    with pytest.raises(RealmAway, match=r"7 bytes too early|timed out"):
        KeycloakRealm(url=keycloak.url, authorities=authority.pem).fetch()


def test_who_answers_byte_by_byte_is_not_waited_for(
    keycloak: KeycloakServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_SECONDS", 0.5)
    keycloak.pause_seconds = 0.05

    with pytest.raises(RealmAway, match="hasn't answered after"):
        KeycloakRealm(url=keycloak.url, authorities=authority.pem).fetch()


def test_who_doesn_t_answer_at_all_is_not_waited_for(
    keycloak: KeycloakServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_SECONDS_A_READ", 0.2)
    keycloak.pause_seconds = 2

    with pytest.raises(RealmAway, match="timed out"):
        KeycloakRealm(url=keycloak.url, authorities=authority.pem).fetch()
