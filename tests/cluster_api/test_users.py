"""More users than `sim` may be asked for, each checked before a cluster is made for them."""

import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_api import reserved_names
from cluster_api_fake_world import FakeWorld
from cluster_api_world import ALICE, BOB, LAB
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure
from hpc_constructs.node_scripts.configure_node.users import more_accounts

IDS = {"vlab_id": LAB.vlab_id, "project_id": LAB.project_id}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 42
USER: dict[str, Any] = {"name": "carol", "uid": 10000, "public_key": f"{KEY}D"}
LONGEST = "AAAAC3NzaC1lZDI1NTE5AAAAI" + "P" + "/" * 42


def post(world: FakeWorld, *users: object) -> tuple[int, str]:
    """Status and message."""
    answer = world.call("POST", body={**IDS, "users": users})
    return answer.status, str(answer.body.get("message"))


def told(world: FakeWorld) -> str | None:
    """What the template was told at last."""
    return world.stacks.launches[-1].parameters.get("MoreUsers")


def test_the_template_is_told_them_by_name_and_without_comments(world: FakeWorld) -> None:
    assert post(world, BOB, ALICE)[0] == 200

    assert told(world) == f"alice:20001:{KEY}B,bob:20002:{KEY}C"


def test_without_users_the_template_keeps_its_own(world: FakeWorld) -> None:
    assert post(world)[0] == 200

    assert told(world) is None


def test_the_same_users_in_another_order_are_the_same(world: FakeWorld) -> None:
    post(world, BOB, ALICE)

    assert post(world, ALICE, {**BOB, "public_key": f"{KEY}C bob's other comment\n"})[0] == 200
    assert len(world.stacks.launches) == 1


@pytest.mark.parametrize(
    ("users", "named"),
    [
        ((), 'users is "alice:20001:...AAAAAAAB, bob:20002:...AAAAAAAC", asked for was "none"'),
        ((ALICE,), 'users is "bob:20002:...AAAAAAAC", asked for was "none"'),
        ((ALICE, BOB, USER), 'users is "none", asked for was "carol:10000:...AAAAAAAD"'),
        (
            (ALICE, {**BOB, "public_key": f"{KEY}E"}),
            'users is "bob:20002:...AAAAAAAC", asked for was "bob:20002:...AAAAAAAE"',
        ),
        (
            (ALICE, {**BOB, "uid": 20003}),
            'users is "bob:20002:...AAAAAAAC", asked for was "bob:20003:...AAAAAAAC"',
        ),
    ],
)
def test_other_users_are_a_conflict_that_names_who_differs(
    world: FakeWorld, users: tuple[object, ...], named: str
) -> None:
    post(world, ALICE, BOB)

    status, message = post(world, *users)

    assert status == 409
    assert named in message


def test_a_creation_that_failed_is_repeated_with_its_users(world: FakeWorld) -> None:
    post(world, ALICE)
    world.creation_fails()

    assert post(world, ALICE)[0] == 200
    assert told(world) == f"alice:20001:{KEY}B"


@pytest.mark.parametrize("name", ["users", "public_key"])
def test_no_query_names_a_key(world: FakeWorld, name: str) -> None:
    answer = world.call("POST", **IDS, **{name: f"alice:20001:{KEY}B"})

    assert answer.status == 400
    assert name in str(answer.body["message"])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_calls_know_no_users(world: FakeWorld, method: str) -> None:
    answer = world.call(method, **IDS, users="alice")

    assert answer.status == 400
    assert 'Unknown parameter "users"' in str(answer.body["message"])


def test_as_many_as_are_allowed_fit_into_a_parameter_of_a_template(world: FakeWorld) -> None:
    key = f"ssh-ed25519 {LONGEST}"
    users = [
        {"name": f"a{number:030}", "uid": 59999 - number, "public_key": f"{key} {'c' * 200}"}
        for number in range(34)
    ]

    status, _ = post(world, *users)

    assert status == 200
    assert 4000 < len(told(world) or "") <= 4096


def test_more_are_refused(world: FakeWorld) -> None:
    users = [{**USER, "name": f"u{number}", "uid": 20000 + number} for number in range(35)]

    status, message = post(world, *users)

    assert status == 400
    assert 'users is "a list of 35"' in message
    assert "at most 34" in message


@pytest.mark.parametrize("users", [None, "alice", {}, 3, True])
def test_what_is_no_list_is_refused(world: FakeWorld, users: object) -> None:
    answer = world.call("POST", body={**IDS, "users": users})

    assert answer.status == 400
    assert "Parameter users is " in str(answer.body["message"])


@pytest.mark.parametrize(
    ("user", "named"),
    [
        (None, "users[1] is null"),
        ("carol", 'users[1] is "carol"'),
        ({}, 'users[1] is "an object with nothing"'),
        ({"name": "carol", "uid": 10000}, 'users[1] is "an object with name, uid"; allowed is an'),
        (USER | {"shell": "/bin/sh"}, "with name, public_key, shell, uid"),
        (USER | {"name": "Carol"}, 'users[1].name is "Carol"; allowed is text that matches'),
        (USER | {"name": "carol\n"}, "users[1].name is "),
        (USER | {"name": "c:1"}, "users[1].name is "),
        (USER | {"name": "c" * 32}, "users[1].name is "),
        (USER | {"name": ""}, "users[1].name is "),
        (USER | {"name": 7}, "users[1].name is 7"),
        (USER | {"name": "root"}, 'users[1].name is "root"; allowed is a name that is not the'),
        (USER | {"name": "sim"}, 'users[1].name is "sim"'),
        (USER | {"name": "ec2-user"}, 'users[1].name is "ec2-user"'),
        (USER | {"name": "slurm"}, 'users[1].name is "slurm"'),
        (USER | {"name": "munge"}, 'users[1].name is "munge"'),
        (USER | {"name": "pcluster-admin"}, 'users[1].name is "pcluster-admin"'),
        (USER | {"name": "alice"}, 'users[1].name is "alice"; allowed is a name that no other'),
        (USER | {"uid": 20001}, "users[1].uid is 20001; allowed is an id that alice has not"),
        (USER | {"uid": 9999}, "users[1].uid is 9999; allowed is a number from 10000 to 59999"),
        (USER | {"uid": 60000}, "users[1].uid is 60000"),
        (USER | {"uid": 20000.5}, "users[1].uid is 20000.5"),
        (USER | {"uid": "20000"}, 'users[1].uid is "20000"'),
        (USER | {"uid": True}, "users[1].uid is true"),
        (USER | {"public_key": None}, "users[1].public_key is null; allowed is an Ed25519"),
        (USER | {"public_key": f"{KEY}"}, "users[1].public_key is "),
        (USER | {"public_key": f"{KEY}AA"}, "users[1].public_key is "),
        (USER | {"public_key": "ssh-rsa AAAAB3NzaC1yc2E"}, "users[1].public_key is "),
        (USER | {"public_key": f"ssh-ed25519 {'A' * 68}"}, "users[1].public_key is "),
        (USER | {"public_key": f'command="x" {KEY}A'}, "users[1].public_key is "),
        (USER | {"public_key": f"{KEY}A\n{KEY}B"}, "users[1].public_key is "),
        (USER | {"public_key": f"{KEY}A c\r{KEY}B"}, "users[1].public_key is "),
        (USER | {"public_key": f"{KEY}A,x"}, "users[1].public_key is "),
    ],
)
def test_what_is_wrong_with_a_user_is_named(world: FakeWorld, user: object, named: str) -> None:
    status, message = post(world, ALICE, user)

    assert status == 400
    assert named in message
    assert not world.stacks.launches


def test_a_key_is_what_ssh_keygen_writes(world: FakeWorld) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    line = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()

    assert post(world, USER | {"public_key": f"{line} carol@laptop\n"})[0] == 200
    assert told(world) == f"carol:10000:{line}"


_USERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True),
            "uid": st.integers(10_000, 59_999),
            "public_key": st.builds(
                lambda first, rest: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{first}{rest}",
                st.sampled_from("ABCDEFGHIJKLMNOPQR"),
                st.from_regex(r"[A-Za-z0-9+/]{42}", fullmatch=True),
            ),
        }
    ),
    max_size=4,
)


@settings(deadline=None)
@given(users=_USERS)
def test_a_node_takes_what_the_api_takes_and_the_other_way_round(
    users: list[dict[str, Any]],
) -> None:
    world = FakeWorld()

    status, _ = post(world, *users)

    text = ",".join(f"{user['name']}:{user['uid']}:{user['public_key']}" for user in users)
    if status == 200:
        accounts = more_accounts(told(world) or "")
        assert {(user["name"], user["uid"], user["public_key"]) for user in users} == {
            (account.name, account.uid, account.public_key) for account in accounts
        }
    elif not any(_is_reserved(user["name"]) for user in users):
        with pytest.raises(NodeFailure):
            more_accounts(text)


def _is_reserved(name: str) -> bool:
    return name in reserved_names.NAMES or re.match(reserved_names.PATTERN, name) is not None
