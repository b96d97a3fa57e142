"""The accounting database of the deployed application, as the flow's tests look into it."""

import json
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql

from accounting_world import ask
from deployed_application import Application, wait_until
from embedded_aws.emulator_environment import Places

INSTANCE = "hpc-accounting"


@dataclass(frozen=True, kw_only=True)
class Accounting:
    """The database, and who has a password for it."""

    application: Application

    def instance(self) -> dict[str, Any]:
        """The instance, as RDS describes it."""
        rds = self.application.service("rds")
        [found] = rds.describe_db_instances(DBInstanceIdentifier=INSTANCE)["DBInstances"]
        return dict(found)

    def stop(self) -> None:
        """Have it down, until `start`."""
        self.application.service("rds").stop_db_instance(DBInstanceIdentifier=INSTANCE)
        wait_until(lambda: self.instance()["DBInstanceStatus"] == "stopped")

    def start(self) -> None:
        """Have it up again."""
        self.application.service("rds").start_db_instance(DBInstanceIdentifier=INSTANCE)
        wait_until(lambda: self.instance()["DBInstanceStatus"] == "available")

    def rotate(self) -> None:
        """Give the master user another password."""
        arn = self.instance()["MasterUserSecret"]["SecretArn"]
        self.application.service("secretsmanager").rotate_secret(SecretId=arn)

    def password(self, cluster_name: str) -> str:
        """The whole secret of that cluster's user."""
        secrets = self.application.service("secretsmanager")
        [found] = secrets.list_secrets(
            Filters=[{"Key": "name", "Values": [f"hpc-accounting/{cluster_name}-"]}]
        )["SecretList"]
        return str(secrets.get_secret_value(SecretId=found["ARN"])["SecretString"])

    @contextmanager
    def login(self, user: str, password: str) -> Iterator["pymysql.Connection[Any]"]:
        """As a slurmdbd does."""
        endpoint = self.instance()["Endpoint"]
        trusted = Places(self.application.aws.state).certificate
        connection = pymysql.connect(
            host=endpoint["Address"],
            port=endpoint["Port"],
            user=user,
            password=password,
            ssl=ssl.create_default_context(cafile=str(trusted)),
            autocommit=True,
        )
        with closing(connection):
            yield connection

    def tell(self, statement: str) -> list[tuple[Any, ...]]:
        """The master user's own statement."""
        arn = self.instance()["MasterUserSecret"]["SecretArn"]
        secrets = self.application.service("secretsmanager")
        master = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
        with self.login(master["username"], master["password"]) as connection:
            return ask(connection, statement)

    def users(self) -> set[str]:
        """Every cluster's."""
        found = self.tell("SELECT User FROM mysql.user WHERE User LIKE 'pcluster%'")
        return {user for (user,) in found}

    def usage(self, **question: str) -> list[dict[str, Any]]:
        """The report's rows, as an operator has them."""
        return list(self._invoke("AccountingUsage", question)["rows"])

    def purge(self) -> dict[str, int]:
        """What the schedule does at night."""
        return self._invoke("AccountingPurge", {})

    def _invoke(self, function: str, event: dict[str, str]) -> dict[str, Any]:
        answer = self.application.service("lambda").invoke(
            FunctionName=self.application.function(function), Payload=json.dumps(event).encode()
        )
        content = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, content
        return dict(content)
