"""Who is let in by what a token claims, and as whom."""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from hpc_constructs.node_scripts.slurm_rest.admission import admitted_user
from hpc_constructs.node_scripts.slurm_rest.node_accounts import NodeAccounts
from hpc_constructs.node_scripts.slurm_rest.refusals import Forbidden, Unverified
from hpc_constructs.node_scripts.slurm_rest.settings import Settings
from keycloak_realm import ROLE, Realm
from rest_settings import SETTINGS

WITH_SIM = replace(SETTINGS, fallback_user="sim")
REALM = Realm()


class Accounts:
    """A head node's: the image's users and two of the project's."""

    uids: ClassVar = {
        "root": 0,
        "slurm": 401,
        "ec2-user": 1000,
        "sim": 2001,
        "alice": 20001,
        "low": 999,
    }

    def uid(self, name: str) -> int | None:
        return self.uids.get(name)

    def is_member(self, name: str, group: str) -> bool:
        return group == "obi" and name in ("sim", "alice", "low")


def user(settings: Settings = SETTINGS, name: str | None = "alice", **claims: Any) -> str:
    return admitted_user(REALM.claims(name, **claims), settings, Accounts())


def test_a_user_of_the_project_is_that_user() -> None:
    assert user() == "alice"
    assert user(WITH_SIM) == "alice"


@pytest.mark.parametrize("name", ["root", "slurm", "ec2-user", "low"])
@pytest.mark.parametrize("settings", [SETTINGS, WITH_SIM], ids=["strict", "with sim"])
def test_a_user_of_the_node_s_own_is_nobody_here(settings: Settings, name: str) -> None:
    with pytest.raises(Forbidden, match="no user of this project"):
        user(settings, name)


@pytest.mark.parametrize("name", ["mallory", "alice@example.org", "Alice", "alice\n", "", "-"])
def test_a_stranger_is_sim_where_the_settings_allow_it(name: str) -> None:
    assert user(WITH_SIM, name) == "sim"
    with pytest.raises(Forbidden, match="no user of this cluster"):
        user(SETTINGS, name)


def test_who_has_no_name_is_nobody() -> None:
    for name in (None, ["alice"], {"name": "alice"}, 20001):
        with pytest.raises(Forbidden, match="no 'preferred_username'"):
            user(WITH_SIM, None, preferred_username=name)


@pytest.mark.parametrize(
    "access",
    [
        None,
        {},
        {"roles": []},
        {"roles": None},
        {"roles": ["hpc:Lab.1:Other"]},
        {"roles": ROLE + ":more"},
        {"roles": [[ROLE]]},
        {"roles": {ROLE: True}},
        [ROLE],
        ROLE,
    ],
)
def test_without_the_project_s_role_nobody_comes_in(access: Any) -> None:
    with pytest.raises(Forbidden, match=r"realm_access\.roles"):
        user(realm_access=access)


def test_the_claim_may_be_another_and_a_text_of_its_own() -> None:
    settings = replace(SETTINGS, claim="project", admits="lab/project")

    assert user(settings, project="lab/project") == "alice"
    with pytest.raises(Forbidden):
        user(settings, project="lab/project2")


@pytest.mark.parametrize("claim", ["sun", "username"])
@pytest.mark.parametrize("value", ["root", "alice", ""])
def test_a_claim_that_slurm_would_take_for_a_name_is_refused(claim: str, value: str) -> None:
    with pytest.raises(Forbidden, match=f"the claim '{claim}'"):
        user(**{claim: value})


@pytest.mark.parametrize("kind", ["ID", "Refresh", "DPoP", None])
def test_only_access_tokens_are_taken(kind: str | None) -> None:
    with pytest.raises(Unverified):
        user(typ=kind)


def test_the_node_s_databases_are_asked() -> None:
    accounts = NodeAccounts()

    assert accounts.uid("root") == 0
    assert accounts.uid("nobody-of-this-name") is None
    assert not accounts.is_member("root", "no-group-of-this-name")
