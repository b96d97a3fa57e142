"""Instances of MariaDB on the embedded AWS: made, asked, waited for."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from aws_account import Account, refusal, unique
from deployed import vpc_with_subnet

VERSION, FAMILY = "10.11", "mariadb10.11"
PATIENCE_SECONDS = 120


def wanted(**more: Any) -> dict[str, Any]:
    """The least that an instance is asked for with, and what is said besides."""
    asked = {
        "DBInstanceIdentifier": unique("db"),
        "Engine": "mariadb",
        "EngineVersion": VERSION,
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "master",
        "ManageMasterUserPassword": True,
        **more,
    }
    return {name: value for name, value in asked.items() if value is not None}


def network_in_two_zones(block: str) -> dict[str, Any]:
    """The resources of a network, its subnets Subnet and Second, as a subnet group wants them."""
    properties = {
        "VpcId": {"Ref": "Vpc"},
        "CidrBlock": block.replace(".0.0/16", ".2.0/24"),
        "AvailabilityZone": "us-east-1c",
    }
    second = {"Type": "AWS::EC2::Subnet", "Properties": properties}
    return {**vpc_with_subnet(block), "Second": second}


def refusal_code(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error that the call is answered with; "" if it succeeds."""
    error = refusal(call, **arguments)
    return "" if error is None else str(error.response["Error"]["Code"])


@dataclass(frozen=True, kw_only=True)
class Database:
    """An instance, by its identifier."""

    account: Account
    identifier: str

    @property
    def described(self) -> dict[str, Any]:
        """What DescribeDBInstances tells of it."""
        answer = self.account.client("rds").describe_db_instances(
            DBInstanceIdentifier=self.identifier
        )
        instance: dict[str, Any] = answer["DBInstances"][0]
        return instance

    @property
    def state(self) -> str:
        """Its state; `gone` if there is no such instance."""
        try:
            return str(self.described["DBInstanceStatus"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "DBInstanceNotFound":
                raise
            return "gone"

    @property
    def secret(self) -> dict[str, str]:
        """What is in the secret of its master user."""
        answer = self.account.client("secretsmanager").get_secret_value(
            SecretId=self.described["MasterUserSecret"]["SecretArn"]
        )
        content: dict[str, str] = json.loads(answer["SecretString"])
        return content

    def settled(self) -> str:
        """Its state once it goes through nothing."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            state = self.state
            if not state.endswith("ing"):
                return state
            time.sleep(0.05)
        raise AssertionError(f"{self.identifier} is {state} after {PATIENCE_SECONDS} s")

    def ask(self, statement: str, password: str | None = None) -> str:
        """What the server answers its master user, over TLS; its error where it has one."""
        endpoint = self.described["Endpoint"]
        told = subprocess.run(
            [
                *("mariadb", "--no-defaults", "--batch", "--skip-column-names"),
                *(f"--host={endpoint['Address']}", f"--port={endpoint['Port']}"),
                f"--user={self.described['MasterUsername']}",
                f"--ssl-ca={self.account.emulator.environment()['SSL_CERT_FILE']}",
                *("--ssl-verify-server-cert", f"--execute={statement}"),
            ],
            env={"PATH": os.environ["PATH"], "MYSQL_PWD": password or self.secret["password"]},
            capture_output=True,
            text=True,
            check=False,
        )
        return told.stdout + told.stderr

    def delete(self) -> None:
        """Delete it, if it is there, and wait until it's gone."""
        if self.settled() == "gone":
            return
        rds = self.account.client("rds")
        if self.described["DeletionProtection"]:
            rds.modify_db_instance(DBInstanceIdentifier=self.identifier, DeletionProtection=False)
        rds.delete_db_instance(DBInstanceIdentifier=self.identifier, SkipFinalSnapshot=True)
        self.settled()


def make(account: Account, **more: Any) -> Database:
    """A new instance, which is being created."""
    asked = wanted(**more)
    account.client("rds").create_db_instance(**asked)
    return Database(account=account, identifier=asked["DBInstanceIdentifier"])


@contextmanager
def database(account: Account, **more: Any) -> Iterator[Database]:
    """A new instance that is available, until the block is left."""
    made = make(account, **more)
    try:
        assert made.settled() == "available"
        yield made
    finally:
        made.delete()


def order(account: Account, which: str, **members: object) -> None:
    """Order how creations go."""
    account.client("ssm").put_parameter(
        Name=f"/embedded-aws/databases/{which}/creation",
        Value=json.dumps(members),
        Type="String",
        Overwrite=True,
    )
