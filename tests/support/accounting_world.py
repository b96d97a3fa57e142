"""A MariaDB server with an administrator like RDS's, and what clusters do to it."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pymysql

from accounting_database.admission import Admission
from accounting_database.credentials import AdminCredentials
from accounting_database.database import Connect, Database
from accounting_database.model import ClusterAccounting
from accounting_database.provider import Provider
from accounting_database.purging import Purge
from accounting_database.request import Made, ResourceEvent, parse_request
from accounting_database.settings import DatabaseSettings
from accounting_database.usage_report import UsageReport
from accounting_fakes import FakeClock, FakeSecrets
from embedded_aws.mariadb import MariaDb

ADMIN = "admin"
ADMIN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-admin-AbCdEf"
PASSWORD_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hpc/slurm-{}-AbCdEf"
PASSWORD = "c0rrect-horse"
DAY = 24 * 60 * 60


def cluster(**changes: str) -> ClusterAccounting:
    values = {
        "cluster_name": "pcluster-lab-project-0a1b2c3d",
        "vlab_id": "lab",
        "project_id": "project",
        "creation": "11111111",
    }
    return ClusterAccounting(**values | changes)


def event(
    kind: str, accounting: ClusterAccounting, *, old: ClusterAccounting | None = None, **more: str
) -> ResourceEvent:
    """What the framework hands on; `secret` and `old_secret` are ARNs."""
    secret = more.get("secret", PASSWORD_SECRET.format("1"))
    made: dict[str, Any] = {
        "RequestType": kind,
        "ResourceProperties": properties(accounting, secret),
    }
    if kind != "Create":
        made["PhysicalResourceId"] = (old or accounting).user_name
    if kind == "Update":
        old_secret = more.get("old_secret", secret)
        made["OldResourceProperties"] = properties(old or accounting, old_secret)
    return made  # type: ignore[return-value]


def properties(accounting: ClusterAccounting, secret: str) -> dict[str, object]:
    return {
        "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:framework",
        "ClusterName": accounting.cluster_name,
        "VlabId": accounting.vlab_id,
        "ProjectId": accounting.project_id,
        "Creation": accounting.creation,
        "PasswordSecretArn": secret,
    }


@dataclass
class World:
    """The functions on one server; `root` sees and does what only the server's owner may."""

    server: MariaDb
    admin_password: str
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.secrets.texts[PASSWORD_SECRET.format("1")] = PASSWORD
        self.keep_admin_secret(self.admin_password)

    def keep_admin_secret(self, password: str) -> None:
        text = f'{{"username": "{ADMIN}", "password": "{password}"}}'
        self.secrets.texts[ADMIN_SECRET] = text

    def database(self, connect: Connect = pymysql.connect, **changes: Any) -> Database:
        values = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "ca_file": self.server.ca,
            "secret_arn": ADMIN_SECRET,
        }
        return Database(
            settings=DatabaseSettings(**values | changes),
            admin=AdminCredentials(secrets=self.secrets, arn=ADMIN_SECRET),
            connect=connect,
        )

    def provider(self, connect: Connect = pymysql.connect, **changes: Any) -> Provider:
        admission = Admission(database=self.database(connect, **changes), clock=self.clock)
        return Provider(admission=admission, secrets=self.secrets)

    def handle(self, asked: ResourceEvent, connect: Connect = pymysql.connect) -> Made:
        return self.provider(connect).fulfil(parse_request(asked))

    def create(self, accounting: ClusterAccounting, connect: Connect = pymysql.connect) -> Made:
        return self.handle(event("Create", accounting), connect)

    def delete(self, accounting: ClusterAccounting, connect: Connect = pymysql.connect) -> Made:
        return self.handle(event("Delete", accounting), connect)

    def purge(self, retention_days: int, connect: Connect = pymysql.connect) -> Purge:
        return Purge(
            database=self.database(connect), clock=self.clock, retention_days=retention_days
        )

    def usage(self) -> UsageReport:
        return UsageReport(database=self.database(), clock=self.clock)

    @contextmanager
    def login(
        self, user: str, password: str = PASSWORD, *, tls: bool = True
    ) -> Iterator["pymysql.Connection[Any]"]:
        """As Slurm's client does, on a server that itself doesn't insist on TLS."""
        trust = ssl.create_default_context(cafile=str(self.server.ca)) if tls else None
        connection = pymysql.connect(
            host="127.0.0.1",
            port=self.server.port,
            user=user,
            password=password.encode(),
            ssl=trust,
            ssl_disabled=not tls,
            autocommit=True,
        )
        with closing(connection):
            yield connection

    def tell(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The administrator's own statement."""
        with self.login(ADMIN, self.admin_password) as connection:
            return ask(connection, statement, *values)

    def users(self) -> set[str]:
        rows = self.tell("SELECT User FROM mysql.user WHERE Host = '%'")
        return {user for (user,) in rows} - {ADMIN}

    def schemas(self) -> set[str]:
        rows = self.tell("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")
        ours = {"information_schema", "mysql", "performance_schema", "sys"}
        return {schema for (schema,) in rows} - ours

    def released(self) -> dict[str, bool]:
        rows = self.tell("SELECT creation, released_at FROM hpc_provisioner.creations")
        return {creation: released_at is not None for creation, released_at in rows}

    def clear(self) -> None:
        for schema in self.schemas():
            self.tell(f"DROP DATABASE `{schema}`")
        for user in self.users():
            self.tell(f"DROP USER `{user}`@`%`")


def ask(
    connection: "pymysql.Connection[Any]", statement: str, *values: object
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())
