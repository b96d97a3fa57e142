"""The emulator's own endpoint, as the node reaches it, and clients of the node's role there."""

import json
import os
import secrets
import ssl
import time
from typing import Any

import boto3
from botocore.config import Config
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.tls import use_ssl_enabled
from ministack.services import iam, sts

EC2 = "ec2.amazonaws.com"
SESSION_SECONDS = 21600
CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})


class RoleError(Exception):
    """The instance has no role that EC2 may assume."""


def tls_context() -> ssl.SSLContext:
    """Trust the emulator's certificate."""
    return ssl.create_default_context(cafile=os.environ.get("MINISTACK_SSL_CERT"))


def role_session(instance: dict[str, Any]) -> boto3.Session:
    """Give credentials of the instance profile's role, as the metadata service does."""
    arn = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
    profile = iam._lookup_instance_profile(arn=arn)
    if not profile or not profile["Roles"]:
        raise RoleError(f"instance profile {arn or '(none)'} has no role")
    name = profile["Roles"][0]
    role = iam._roles[name]
    if not _trusted(role["AssumeRolePolicyDocument"]):
        raise RoleError(f"role {name} does not trust {EC2}")
    account, session = get_account_id(), instance["InstanceId"]
    access_key = f"ASIA{secrets.token_hex(8).upper()}"
    secret, token = secrets.token_urlsafe(30), secrets.token_urlsafe(60)
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
            "UserId": f"{role['RoleId']}:{session}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + SESSION_SECONDS,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
        },
    )
    return boto3.Session(access_key, secret, token, region_name=get_region())


def _trusted(document: str | dict[str, Any]) -> bool:
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"]
    return any(
        statement["Effect"] == "Allow"
        and iam_evaluator._service_principal_matches(statement.get("Principal"), EC2)
        for statement in (statements if isinstance(statements, list) else [statements])
    )


def client(session: boto3.Session, service: str) -> Any:
    """Give a client of that session, at the emulator's own address."""
    scheme = "https" if use_ssl_enabled() else "http"
    port = os.environ.get("GATEWAY_PORT") or os.environ.get("EDGE_PORT") or "4566"
    verify = os.environ.get("MINISTACK_SSL_CERT") if use_ssl_enabled() else None
    return session.client(  # type: ignore[call-overload]
        service, endpoint_url=f"{scheme}://127.0.0.1:{port}", verify=verify, config=CONFIG
    )
