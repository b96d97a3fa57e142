"""The report of permissions, from roles and decisions that are made up."""

from embedded_aws.permissions import Decision
from tools.deployed_roles import DeployedRole, Grant
from tools.permission_usage import render, usage

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Stack-Registry1A2B3C4D-9FD7C5FECE14C"
STACKS = "arn:aws:cloudformation:us-east-1:000000000000:stack/hpc-*/*"
ROLE = DeployedRole(
    name="Provisioner/Api/Function",
    physical_name="api-role",
    grants=(
        Grant(action="dynamodb:Get*", resources=(TABLE,)),
        Grant(action="dynamodb:Query", resources=(TABLE,)),
        Grant(action="cloudformation:DeleteStack", resources=(STACKS,)),
    ),
)


def asked(action: str, resource: str, *, allowed: bool = True, role: str = "api-role") -> Decision:
    return Decision(role=role, action=action, resource=resource, allowed=allowed)


def test_a_grant_is_used_on_as_many_resources_as_it_covers() -> None:
    found = usage(
        ROLE,
        [
            asked("dynamodb:GetItem", TABLE),
            asked("cloudformation:DeleteStack", STACKS.replace("*", "a")),
            asked("cloudformation:DeleteStack", STACKS.replace("*", "b")),
            asked("dynamodb:Query", TABLE, role="another"),
        ],
    )

    assert {grant.action: count for grant, count in found.grants} == {
        "cloudformation:DeleteStack": 2,
        "dynamodb:Get*": 1,
        "dynamodb:Query": 0,
    }
    assert [grant.action for grant in found.unused()] == ["dynamodb:Query"]


def test_what_was_allowed_without_a_grant_and_what_was_refused_are_told_apart() -> None:
    elsewhere = asked("dynamodb:GetItem", f"{TABLE}-2")
    refused = asked("dynamodb:Query", TABLE, allowed=False)

    found = usage(ROLE, [elsewhere, refused])

    assert (found.ungranted, found.refused) == ([elsewhere], [refused])
    assert not any(count for _, count in found.grants)


def test_the_report_names_nothing_that_differs_from_one_deployment_to_the_next() -> None:
    found = usage(ROLE, [asked("dynamodb:Query", TABLE, allowed=False)])
    names = {"Stack-Registry1A2B3C4D-9FD7C5FECE14C": "<Provisioner.Registry>"}

    report = render([found], names=names, reasons={(ROLE.name, "dynamodb:Query"): "nobody lists"})

    table = "arn:aws:dynamodb:us-east-1:000000000000:table/<Provisioner.Registry>"
    assert f"| `dynamodb:Query` | `{table}` | 0 |" in report
    assert "- `dynamodb:Query`: nobody lists" in report
    assert "- `dynamodb:Get*`: no reason is given" in report
    assert f"Refused:\n\n- `dynamodb:Query` on `{table}`" in report


def test_the_report_s_ids_hashes_and_times_are_left_out() -> None:
    grant = Grant(
        action="dynamodb:GetRecords", resources=(f"{TABLE}/stream/2026-11-26T13:34:31.937Z",)
    )
    key = Grant(action="kms:Decrypt", resources=("key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f",))
    role = DeployedRole(name="R", physical_name="r", grants=(grant, key))

    report = render([usage(role, [])], names={}, reasons={})

    assert "/stream/…`" in report
    assert "`key/…`" in report
