"""The MariaDB of clusters' accounting on this machine, in place of RDS, with our function on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from accounting_database.clock import SystemClock
from accounting_database.model import ClusterAccounting
from accounting_database.usage_report import Report, UsageReport, parse_question
from accounting_world import ADMIN, PASSWORD, World, ask
from embedded_aws import mariadb
from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.slurm_configuration import AccountingDatabase
from embedded_aws.laboratory.swept_directory import SweptDirectory

# As clusters see it; the certificate is good for this address.
HOST, PORT = "127.0.0.1", 3306
# What slurmdbd asks for (Slurm's accounting page), as far as the server knows it.
_OPTIONS = {
    "innodb_lock_wait_timeout": "900",
    "loose_innodb_snapshot_isolation": "OFF",
    "max_allowed_packet": "16M",
}


@dataclass(frozen=True, kw_only=True)
class AccountingServer:
    """The server, and what our function does there."""

    world: World

    @property
    def endpoint(self) -> Endpoint:
        """Where it listens on this machine."""
        return Endpoint(port=self.world.server.port)

    def admit(self, accounting: ClusterAccounting) -> AccountingDatabase:
        """A cluster's schema and the user of this creation of it, as slurmdbd is told of them."""
        made = self.world.create(accounting)["Data"]
        return AccountingDatabase(
            host=HOST,
            port=PORT,
            user=made["UserName"],
            password=PASSWORD,
            name=made["DatabaseName"],
            authority=self.world.server.ca.read_text(),
        )

    def release(self, accounting: ClusterAccounting) -> None:
        """As when the cluster is deleted."""
        self.world.delete(accounting)

    def rotate(self, password: str) -> None:
        """Give the administrator another password."""
        self.world.server.set_password(password)
        self.world.admin_password = password
        self.world.keep_admin_secret(password)

    def usage(self) -> Report:
        """What was used this month."""
        report = UsageReport(database=self.world.database(), clock=SystemClock())
        return report.answer(parse_question({}, SystemClock().now()))

    def ask_as(
        self, database: AccountingDatabase, statement: str, *, password: str = "", tls: bool = True
    ) -> list[tuple[object, ...]]:
        """Run it as the user of a cluster, with another password if one is given."""
        with self.world.login(database.user, password or database.password, tls=tls) as connection:
            return ask(connection, statement)


def again(accounting: ClusterAccounting) -> ClusterAccounting:
    """The next creation of the same cluster."""
    return replace(accounting, creation="22222222")


@contextmanager
def accounting_server() -> Iterator[AccountingServer]:
    """Start it, and end it; it must run until then."""
    directory = SweptDirectory("accounting-")
    try:
        directory.path.chmod(0o755)
        password = "the-first-admin-password"
        server = mariadb.start(
            directory.path / "server", admin=ADMIN, password=password, options=_OPTIONS
        )
        try:
            world = World(server=server, admin_password=password, clock=SystemClock())
            yield AccountingServer(world=world)
            assert server.is_running
        finally:
            server.stop()
    finally:
        directory.close()
