"""What a reference to a resource is, read back from its service."""

from typing import Any

from aws_account import Account, unique
from deployed import deploy, described
from resource_promises import ROLE, resource


def test_a_reference_to_an_instance_profile_is_its_name(account: Account) -> None:
    profile = {
        "Role": resource("IAM::Role", **ROLE),
        "Profile": resource(
            "IAM::InstanceProfile", Path="/parallelcluster/one/", Roles=[{"Ref": "Role"}]
        ),
    }

    stack = deploy(account, profile, ref="Profile", arn=("Profile", "Arn"))

    iam = account.client("iam")
    told = iam.get_instance_profile(InstanceProfileName=stack.outputs["ref"])["InstanceProfile"]
    assert told["Arn"] == stack.outputs["arn"]
    assert [role["RoleName"] for role in told["Roles"]] == [stack.ids["Role"]]
    stack.delete()
    names = [one["InstanceProfileName"] for one in iam.list_instance_profiles()["InstanceProfiles"]]
    assert stack.outputs["ref"] not in names


def test_a_reference_to_a_secret_is_its_arn_also_after_a_change(account: Account) -> None:
    name = unique("secret")

    def secret(text: str) -> dict[str, Any]:
        return {"Secret": resource("SecretsManager::Secret", Name=name, SecretString=text)}

    stack = deploy(account, secret("one"), ref="Secret")
    changed = stack.update(secret("two"), ref="Secret")

    told = account.client("secretsmanager").get_secret_value(SecretId=stack.outputs["ref"])
    assert stack.outputs["ref"].startswith("arn:aws:secretsmanager:")
    assert changed.outputs == stack.outputs
    assert told["SecretString"] == "two"
    stack.delete()
    after = described(account, "secretsmanager", "describe_secret", SecretId=name)
    assert after == {"Error": "ResourceNotFoundException"}
