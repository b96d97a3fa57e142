"""The role of a head node's instance: credentials for it, as the metadata service has them."""

import json
import secrets
import time
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, sts

from embedded_aws.head_nodes.role import NodeRole, RoleCredentials

EC2 = "ec2.amazonaws.com"
SESSION_SECONDS = 21600


class RoleError(Exception):
    """The instance has no role that EC2 may assume."""


def role_name(instance: dict[str, Any]) -> str:
    """The name of the role of the instance's profile.

    Raises:
        RoleError: there is none, or it doesn't trust EC2.
    """
    arn = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
    profile = iam._lookup_instance_profile(arn=arn)
    if not profile or not profile["Roles"]:
        raise RoleError(f"instance profile {arn or '(none)'} has no role")
    name = str(profile["Roles"][0])
    if not _trusted(iam._roles[name]["AssumeRolePolicyDocument"]):
        raise RoleError(f"role {name} does not trust {EC2}")
    return name


def node_role(instance: dict[str, Any]) -> NodeRole:
    """A new session of the role.

    Raises:
        RoleError: there is none, or it doesn't trust EC2.
    """
    name = role_name(instance)
    account, session = get_account_id(), instance["InstanceId"]
    credentials = RoleCredentials(
        access_key=f"ASIA{secrets.token_hex(8).upper()}",
        secret_key=secrets.token_urlsafe(30),
        token=secrets.token_urlsafe(60),
        expires_at=time.time() + SESSION_SECONDS,
    )
    sts.register_session(
        credentials.access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
            "UserId": f"{iam._roles[name]['RoleId']}:{session}",
            "SecretAccessKey": credentials.secret_key,
            "SessionToken": credentials.token,
            "Expiration": credentials.expires_at,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
        },
    )
    return NodeRole(credentials=credentials, region=get_region())


def _trusted(document: str | dict[str, Any]) -> bool:
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"]
    return any(
        statement["Effect"] == "Allow"
        and iam_evaluator._service_principal_matches(statement.get("Principal"), EC2)
        for statement in (statements if isinstance(statements, list) else [statements])
    )
