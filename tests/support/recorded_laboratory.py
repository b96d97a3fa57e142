"""A Slurm laboratory whose jobs are recorded, as they are on a head node; CloudWatch is moto's."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from accounted_laboratory import accounted, admit
from accounting_database.model import ClusterAccounting
from accounting_server import AccountingServer
from cloudwatch_logs_server import CloudWatchLogsServer
from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Done, NodeTrouble
from embedded_aws.laboratory_job_records import (
    COLLECTOR,
    SHIPPER,
    SPOOL,
    install,
    prepare,
    use_hooks,
)
from job_record_schema import violations

GROUP = "/hpc/jobs/pcluster-records-0123abcd"
CLUSTER = "pcluster-records"

_LOGS = "logs.us-east-1.test"


class RecordedLaboratory:
    """Use it in a `with`.

    Attributes:
        slurm: the cluster.
        logs: where its records arrive.
    """

    def __init__(
        self, server: AccountingServer, name: str, *, custom: Iterable[str] = ("KillWait=5",)
    ) -> None:
        cluster = ClusterAccounting(
            cluster_name=f"pcluster-{name}", vlab_id="Lab", project_id=name, creation="11111111"
        )
        self.slurm = accounted(server, cluster.cluster_name, server.admit(cluster))
        self.logs = CloudWatchLogsServer(GROUP)
        self.node = self.slurm.node
        self._custom = tuple(custom)
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        with self._ends:
            self._ends.enter_context(self.logs)
            self.node.see(_LOGS, self.logs.port, Endpoint(port=self.logs.port))
            self._ends.enter_context(self.slurm)
            admit(self.slurm)
            prepare(self.node)
            self.install("install_hooks")
            use_hooks(self.slurm, more=self._custom)
            self.install("install_services")
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.__exit__(kind, error, trace)

    def install(self, step: str) -> None:
        """Do a step of the installation, as the node's script does."""
        settings = {
            "cluster": CLUSTER,
            "region": "us-east-1",
            "log_group": GROUP,
            "logs_endpoint": f"http://{_LOGS}:{self.logs.port}",
        }
        install(self.node, step, settings)

    def run(self, user: str, *command: str, environment: Mapping[str, str] | None = None) -> Done:
        return self.slurm.run(user, *command, environment=environment)

    def script(self, user: str, text: str, *options: str) -> int:
        """Submit a batch script, and give the job's number."""
        path = f"/home/{user}/{time.monotonic_ns()}.sh"
        self.node.write(path, text, owner=user)
        return int(self.slurm.must(user, "sbatch", "--parsable", *options, path).split(";")[0])

    def records(self) -> list[dict[str, Any]]:
        """What has arrived, in its order; each keeps the schema."""
        made = [json.loads(message) for message in self.logs.messages("jobs")]
        assert [each for record in made for each in violations(record)] == []
        return made

    def wait_for(self, keys: Iterable[str], *, seconds: float) -> dict[str, dict[str, Any]]:
        """The records by `job/restart`, once all of these have arrived."""
        wanted, end = set(keys), time.monotonic() + seconds
        while True:
            found = {record["key"].partition("/")[2]: record for record in self.records()}
            if wanted <= set(found):
                return found
            if time.monotonic() > end:
                missing = sorted(wanted - set(found))
                raise NodeTrouble(f"no record of {missing} after {seconds} s: {self.last_words()}")
            time.sleep(0.5)

    def wait_until(self, what: str, holds: Callable[[], bool]) -> None:
        self.slurm.head.wait_until(what, holds)

    def last_words(self) -> str:
        """What the services and the spool say."""
        units = ("--unit", COLLECTOR, "--unit", SHIPPER)
        said = self.node.run("journalctl", *units, "--output=cat", "--lines=20").stdout
        return said + self.node.run("ls", "-R", SPOOL).stdout[-1000:]
