"""CloudFormation's events, read once; what can't be is said with its name, value and remedy."""

import pytest

from accounting_database.errors import InvalidRequest
from accounting_database.request import Admit, Keep, Release, parse_request
from accounting_world import PASSWORD_SECRET, cluster, event


def test_a_create_admits() -> None:
    request = parse_request(event("Create", cluster()))

    assert request == Admit(
        accounting=cluster(), password_secret_arn=PASSWORD_SECRET.format("1"), is_new=True
    )
    assert request.log_fields["creation"] == "11111111"


def test_an_update_that_changes_nothing_keeps() -> None:
    assert parse_request(event("Update", cluster())) == Keep(accounting=cluster())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ClusterName", None, "Property ClusterName is None; allowed is a letter, then a-z"),
        ("ClusterName", "a_b", "Property ClusterName is 'a_b'"),
        ("ClusterName", "Upper", "Property ClusterName is 'Upper'"),
        ("ClusterName", "a`; DROP", "Property ClusterName is 'a`; DROP'"),
        ("ClusterName", "a" * 65, "at most 64 characters"),
        ("VlabId", "", "Property VlabId is ''; allowed is a text of 1 to 255 characters"),
        ("VlabId", "\ud800", "Property VlabId is"),
        ("ProjectId", "p" * 256, "Property ProjectId is 'pppp"),
        ("ProjectId", 7, "Property ProjectId is 7"),
        ("Creation", "1234567", "Property Creation is '1234567'; allowed is 8 hexadecimal"),
        ("Creation", "ABCDEF01", "Property Creation is 'ABCDEF01'"),
        ("PasswordSecretArn", "secret", "Property PasswordSecretArn is 'secret'; allowed is the"),
    ],
)
def test_a_property_that_can_t_be_read_is_named(name: str, value: object, says: str) -> None:
    asked = event("Create", cluster())
    asked["ResourceProperties"] = {**asked["ResourceProperties"], name: value}

    with pytest.raises(InvalidRequest, match=r"^InvalidRequest: ") as refusal:
        parse_request(asked)

    assert says in str(refusal.value)


def test_the_rollback_of_a_create_with_unreadable_properties_succeeds() -> None:
    asked = event("Delete", cluster())
    asked["ResourceProperties"] = {"ClusterName": "a_b"}
    asked["PhysicalResourceId"] = "made-up"

    request = parse_request(asked)

    assert request == Release(accounting=None, physical_id="made-up")
    assert request.log_fields == {"physical_id": "made-up"}


def test_a_delete_answers_for_the_id_that_it_was_asked_about() -> None:
    asked = event("Delete", cluster())
    asked["PhysicalResourceId"] = "made-up"

    assert parse_request(asked) == Release(accounting=cluster(), physical_id="made-up")


def test_the_longest_names_fit() -> None:
    longest = cluster(cluster_name="a" * 64)

    assert len(longest.schema_name) == 64
    assert len(longest.user_name) <= 80
