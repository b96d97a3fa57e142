"""Where a realm's keys come from: what settings may say of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from cdk_app.configuration_files import DIRECTORY
from cdk_app.settings import Settings
from cdk_app.slurm_rest_settings import SlurmRestSettings
from keycloak_server import Authority

ISSUER = "https://keycloak.example.org/realms/hpc"


def slurm_rest(issuer: str = ISSUER, **keys: Any) -> SlurmRestSettings:
    return SlurmRestSettings.model_validate(
        {"issuer": issuer, "audience": "hpc-slurm", "keys": keys}
    )


def sandbox(*keycloak: dict[str, Any], main_vpc: dict[str, Any] | None) -> Settings:
    content = yaml.safe_load((DIRECTORY / "sandbox.yaml").read_text())
    content["network"]["main_vpc"] = main_vpc
    content["slurm_rest"]["keys"] = {"keycloak_subnets": list(keycloak)}
    return Settings.model_validate({**content, "environment": "sandbox"})


HERE = {
    "vpc_id": "vpc-11111111111111111",
    "cidr": "10.16.0.0/16",
    "workflow_service_subnets": [
        {"cidr": "10.16.0.0/24", "route_table_id": "rtb-11111111111111111"}
    ],
}
ELSEWHERE = {
    **HERE,
    "account": "999999999999",
    "accepter_role_arn": "arn:aws:iam::999999999999:role/accepter",
    "workflow_service_subnets": [{"cidr": "10.16.0.0/24"}],
}
TABLE = {"route_table_id": "rtb-22222222222222222"}


def test_keys_are_where_keycloak_has_them_unless_it_is_said() -> None:
    ours = f"{ISSUER}/protocol/openid-connect/certs"

    assert (slurm_rest().jwks_url(), slurm_rest().keycloak_port()) == (ours, 443)
    assert slurm_rest(f"{ISSUER}/").jwks_url() == ours
    said = slurm_rest(jwks_url="https://internal.example.org:8443/keys")
    assert said.jwks_url() == "https://internal.example.org:8443/keys"
    assert said.keycloak_port() == 8443


@pytest.mark.parametrize(
    "keys",
    [
        {"jwks_url": "http://keycloak.example.org/certs"},
        {"jwks_url": "https://user:password@keycloak.example.org/certs"},
        {"jwks_url": "https://keycloak.example.org"},
        {"fetch_every_minutes": 1},
        {"fetch_every_minutes": 61},
        {"token_lifetime_minutes": 0},
        {"token_lifetime_minutes": 10081},
        {"keycloak_subnets": [{"cidr": "10.16.4.0"}, {"cidr": "10.16.4.1/24"}]},
        {"authorities": "there-is-no-such.pem"},
    ],
    ids=str,
)
def test_what_is_not_allowed_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=f"keys.{next(iter(keys))}"):
        slurm_rest(**keys)


def test_of_a_file_of_authorities_the_certificates_are_taken_and_nothing_else(
    tmp_path: Path,
) -> None:
    one, other = Authority().pem.strip(), Authority().pem.strip()
    file = tmp_path / "authorities.pem"
    file.write_text(f"# Ours\n{one}\n\nand\n{other}\n")

    assert slurm_rest(authorities=file).keys.authorities_text() == f"{one}\n{other}"
    assert slurm_rest().keys.authorities_text() == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nothing", "has 0 characters of certificates"),
        (Authority().pem * 9, "name the root's alone"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "can't be read as certificates",
        ),
    ],
)
def test_a_file_that_is_none_of_authorities_is_refused(
    content: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "authorities.pem"
    file.write_text(content)

    with pytest.raises(ValidationError, match=said):
        slurm_rest(authorities=file)


def test_keycloak_s_subnets_are_in_the_main_vpc_and_say_their_way_back() -> None:
    within = {"cidr": "10.16.4.0/24"}

    assert sandbox({**within, **TABLE}, main_vpc=HERE).slurm_rest
    assert sandbox(within, main_vpc=ELSEWHERE).slurm_rest
    for keycloak, main_vpc, said in (
        ({**within, **TABLE}, None, "there is no Main VPC of yours"),
        ({"cidr": "10.17.0.0/24", **TABLE}, HERE, "is not in network.main_vpc.cidr 10.16.0.0/16"),
        (within, HERE, "has route_table_id None: required"),
        ({**within, **TABLE}, ELSEWHERE, "whose tables are its owner's"),
    ):
        with pytest.raises(ValidationError, match=said):
            sandbox(keycloak, main_vpc=main_vpc)
