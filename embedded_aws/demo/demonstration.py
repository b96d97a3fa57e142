"""The order of the demonstration: a cluster, a job, the deletion, the result, what is left."""

from dataclasses import dataclass
from typing import Any

from embedded_aws.demo.exported_result import ScratchLink, show_exported
from embedded_aws.demo.job import FinishedJob, run_job, show_accounting
from embedded_aws.demo.job_record import show_record
from embedded_aws.demo.leftovers import Found, look_what_is_left
from embedded_aws.demo.project_cluster import ProjectCluster
from embedded_aws.demo.stopwatch import Stopwatch
from embedded_aws.demo.surroundings import Surroundings
from embedded_aws.demo.telling import Say
from embedded_aws.deployment import Deployment
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.head_nodes.records import find, running
from embedded_aws.inventory import take
from embedded_aws.laboratory.node import NodeTrouble
from embedded_aws.laboratory.secure_shell import SecureShell
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.patient_client import PatientClient
from embedded_aws.session import Session


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """The way of a cluster and of a job, on an embedded AWS with the application.

    Attributes:
        patience: how many times as long as usual it waits for anything.
    """

    aws: EmbeddedAws
    deployment: Deployment
    surroundings: Surroundings
    stopwatch: Stopwatch
    say: Say
    patience: float = 1

    def run(self) -> None:
        """Create a cluster as the Workflow Service does, use it, delete it, look what is left.

        Raises:
            NotAsPromisedError: something was not as the documents say.
        """
        before = self._look()
        client = PatientClient(self.aws, self.deployment)
        project = ProjectCluster(client, self.say, self.patience)
        with self.stopwatch.step("create the cluster"):
            private_key = project.create()
            cluster = project.wait_until_complete()
        for what, name in sorted(self._look() - before):
            self.say(f"  made: {what} {name}")
        link = ScratchLink.of(self._account, cluster["clusterFsxId"])
        job = None if self.surroundings.no_nodes else self._use(cluster, private_key)
        with self.stopwatch.step("delete the cluster"):
            project.delete()
        if job:
            show_exported(self._account, link, job, self.say)
        look_what_is_left(lambda: self._look() - before, self.say, self.patience)

    def _use(self, cluster: dict[str, Any], private_key: str) -> FinishedJob:
        name = cluster["clusterName"]
        head_node = find(self.aws.state, name)
        if head_node is None:
            raise NotAsPromisedError(f"the head node of {name} isn't up, and GET says that it is")
        user, address = cluster["ssh_user"], head_node.address
        try:
            with SecureShell(
                head_node.leader, user=user, private_key=private_key, address=address
            ) as shell:
                self.say(f"ssh {user}@{address}: {shell.must('sinfo --version').strip()}")
                with self.stopwatch.step("run a job"):
                    job = run_job(shell, self.say, self.patience)
                with self.stopwatch.step("account and record it"):
                    if not self.surroundings.no_accounting:
                        show_accounting(shell, job.number, self.say, self.patience)
                    show_record(self._account, name, job.number, self.say, self.patience)
                return job
        except NodeTrouble as trouble:
            raise NotAsPromisedError(str(trouble)) from trouble

    def _look(self) -> Found:
        """What there is in AWS, and of what runs here beside it."""
        booted = {("booted head node", node.cluster) for node in running(self.aws.state)}
        return take(self.aws, self.deployment) | booted

    @property
    def _account(self) -> Session:
        return Session(self.aws)
