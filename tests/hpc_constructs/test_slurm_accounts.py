"""What sacctmgr is told: what is missing of the account tree, and nothing that is there."""

import pytest

from hpc_constructs.node_scripts.configure_node.slurm_accounts import (
    account_names,
    known_users,
    missing,
)
from hpc_constructs.node_scripts.configure_node.wishes import SlurmAccounts

WANTED = SlurmAccounts("lab", "project")
BOOTSTRAPPED = "root||\nroot||root\npcdefault|root|\npcdefault||ec2-user\n"
COMPLETE = f"{BOOTSTRAPPED}lab|root|\nproject|lab|\nproject||sim\nproject||alice\n"
DEFAULTS = "root|root\nsim|project\nalice|project\n"


def commands(associations: str, defaults: str = DEFAULTS) -> list[str]:
    done = missing(
        WANTED, ["sim", "alice"], cluster="one", associations=associations, defaults=defaults
    )
    return [" ".join(command) for command in done]


def test_a_new_cluster_gets_the_whole_tree_from_its_root() -> None:
    assert commands(BOOTSTRAPPED, "root|root\n") == [
        "add account name=lab cluster=one parent=root",
        "add account name=project cluster=one parent=lab",
        "add user name=sim cluster=one account=project defaultaccount=project",
        "add user name=alice cluster=one account=project defaultaccount=project",
    ]


def test_what_is_there_is_left_alone() -> None:
    assert commands(COMPLETE) == []


@pytest.mark.parametrize(
    ("associations", "defaults", "expected"),
    [
        (
            COMPLETE.replace("project|lab|", "project|root|"),
            DEFAULTS,
            "modify account where name=project cluster=one set parent=lab",
        ),
        (
            COMPLETE,
            DEFAULTS.replace("sim|project", "sim|pcdefault"),
            "modify user where name=sim cluster=one set defaultaccount=project",
        ),
        (
            COMPLETE.replace("project||alice\n", ""),
            DEFAULTS.replace("alice|project\n", ""),
            "add user name=alice cluster=one account=project defaultaccount=project",
        ),
    ],
)
def test_what_differs_is_put_right(associations: str, defaults: str, expected: str) -> None:
    assert commands(associations, defaults) == [expected]


def test_words_of_sacctmgr_s_own_are_names_like_others() -> None:
    to_do = missing(
        account_names("set", "where"),
        ["sim"],
        cluster="one",
        associations="root||\n",
        defaults="",
    )

    assert [command[2] for command in to_do] == ["name=set", "name=where", "name=sim"]


def test_slurmctld_knows_whose_association_it_shows_with_a_number() -> None:
    shown = "\n".join(
        [
            "ClusterName=one Account=project UserName= Partition= Priority=0 ID=7",
            "ClusterName=one Account=project UserName=sim(2001) Partition= Priority=0 ID=8",
            "ClusterName=one Account=project UserName=alice(4294967294) Partition= ID=9",
            "ClusterName=one Account=pcdefault UserName=bob(2002) Partition= Priority=0 ID=10",
        ]
    )

    assert known_users("project", shown) == {"sim"}
