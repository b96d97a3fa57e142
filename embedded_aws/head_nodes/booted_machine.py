"""A node of the laboratory as the head node of a cluster: booted, configured, with Slurm."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import TimeoutExpired
from types import TracebackType
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.head_nodes import embedded_endpoint
from embedded_aws.head_nodes.instance import Instance
from embedded_aws.head_nodes.machine import (
    RECIPE,
    BootstrapError,
    Cluster,
    Say,
    Script,
    Section,
)
from embedded_aws.head_nodes.metadata_service import ADDRESS, PORT, MetadataService
from embedded_aws.head_nodes.role import NodeRole
from embedded_aws.head_nodes.slurm_plan import database_address, database_of, slurm_plan
from embedded_aws.head_nodes.storage import (
    have_mount_s3,
    mount_shared_storage,
    offer_shared_storage,
)
from embedded_aws.laboratory.administrator import admit_administrator
from embedded_aws.laboratory.daemons_python import have_daemons_python
from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Node, NodeTrouble
from embedded_aws.laboratory.parallelcluster_node import (
    Event,
    Kind,
    prepare,
    run_custom_action,
    signalled_reason,
)
from embedded_aws.laboratory.slurm_head_node import SlurmHeadNode
from embedded_aws.laboratory.swept_directory import SweptDirectory

_LONGEST = 2000
_LONGEST_LINE = 300


class BootedMachine:
    """Use it in a `with`, in the thread that boots it; when that ends nothing of it is left."""

    def __init__(
        self,
        instance: Instance,
        *,
        root: Path,
        file_systems: Path,
        metadata: MetadataService,
        say: Say,
        is_up: Callable[[int], None],
    ) -> None:
        """Nothing is there until it boots.

        Args:
            instance: what EC2 says of it.
            root: the root file system of nodes.
            file_systems: where the embedded AWS has those of EFS and FSx.
            metadata: the service that it asks about itself.
            say: writes on its console.
            is_up: is told of its process 1, by its number on this machine, when it has booted.
        """
        self._instance = instance
        self._root = root
        self._file_systems = file_systems
        self._metadata = metadata
        self._say = say
        self._is_up = is_up
        self._ends = ExitStack()
        self._booted: Node | None = None

    def __enter__(self) -> Self:
        """See `boot`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all that runs on it, and forget what it wrote."""
        self._ends.close()

    def boot(self, cluster: Cluster) -> None:
        """Come up with what ParallelCluster's image has, and what it is told as an instance."""
        with _told_as("entrypoints::init"):
            node = self._boot(cluster)
            prepare(node, Kind.HEAD, {}, region=self._instance.region)
            have_daemons_python(node)
            have_mount_s3(node)
            embedded_endpoint.tell(node, self._instance.region)
            user = cluster.attributes["cluster_user"]
            admit_administrator(node, user, self._instance.public_key)
        leader = node.process_1()
        self._say(f"booted, process {leader} of this machine")
        self._is_up(leader)

    def run(self, script: Script) -> None:
        """Run it as ParallelCluster does, and say what it says."""
        done = run_custom_action(
            self._node,
            Kind.HEAD,
            script.content,
            script.arguments,
            event=Event(script.event),
            number=script.number,
            environment=embedded_endpoint.variables(self._instance.region),
        )
        for line in (done.stdout + done.stderr).splitlines():
            self._say(line)
        if done.returncode:
            # Our script's own line comes in front of ParallelCluster's words, in brackets then.
            reason = signalled_reason(self._node, "(fetch_and_run - ").strip()
            raise BootstrapError(with_last_line(reason, done.stdout, done.stderr))

    def configure(self, cluster: Cluster, role: NodeRole) -> None:
        """Mount the shared storage, then start slurmdbd, slurmctld and the nodes' daemons."""
        with _told_as("environment::config"):
            mount_shared_storage(self._node, _shared_storage(cluster))
        with _told_as("slurm::config_slurm_accounting"):
            plan = slurm_plan(
                cluster,
                self._instance.cluster,
                password=_password(cluster, role),
                authority=embedded_endpoint.authority(),
            )
            slurm = SlurmHeadNode(self._node, plan)
            slurm.install()
            slurm.start_accounting()
        if plan.database:
            self._say(f"slurmdbd answers; its schema is {plan.database.name}")
        with _told_as("slurm::config_head_node"):
            slurm.start_all()
        nodes = [name for queue in plan.queues for name in queue.node_names]
        self._say(f"Slurm answers; its nodes are {', '.join(nodes)}")

    @property
    def _node(self) -> Node:
        if self._booted is None:
            raise BootstrapError("Failed to bootstrap the head node: it hasn't booted")
        return self._booted

    def _boot(self, cluster: Cluster) -> Node:
        shared = SweptDirectory("head-node-shared-")
        self._ends.callback(shared.close)
        shared.path.chmod(0o755)
        node = Node(
            self._instance.host_name.partition(".")[0],
            root=self._root,
            shared=shared.path,
            address=self._instance.address,
            more_addresses=(ADDRESS,),
        )
        embedded_endpoint.bridge(node)
        offer_shared_storage(node, _shared_storage(cluster), self._file_systems)
        if database := database_of(cluster):
            host, port = database_address(database)
            node.see(host, port, Endpoint(host=host, port=port))
        self._ends.enter_context(node)
        asked_at = Endpoint(host=ADDRESS, port=PORT, process=node.process_1)
        self._metadata.open(asked_at.listen(), node.process_1())
        self._ends.callback(self._metadata.close)
        self._booted = node
        return node


def with_last_line(reason: str, stdout: str, stderr: str) -> str:
    """The reason of a failed script with what it said last, which ParallelCluster has in a log.

    Its own words come first and as they are, since its failure analysis reads them; a script that
    has said in the reason why it failed needs no more. Of one that complained to nobody the last
    line of its output is told.
    """
    lines = (stderr.strip() or stdout.strip()).splitlines()
    if not lines or not reason.startswith("fetch_and_run - "):
        return reason
    return f"{reason} Its last line: {lines[-1].strip()[:_LONGEST_LINE]}"


def _shared_storage(cluster: Cluster) -> Sequence[Section]:
    return cluster.configuration.get("SharedStorage") or ()


def _password(cluster: Cluster, role: NodeRole) -> str | None:
    """What the head node reads as its role, with the permission that ParallelCluster gives it."""
    database = database_of(cluster)
    if database is None:
        return None
    secret = role.client("secretsmanager").get_secret_value(SecretId=database["PasswordSecretArn"])
    return str(secret["SecretString"])


@contextmanager
def _told_as(recipe: str) -> Iterator[None]:
    """What goes wrong is a recipe's failure, in one line."""
    try:
        yield
    except (NodeTrouble, ClientError, BotoCoreError, OSError, TimeoutExpired) as error:
        what = " ".join(str(error).split())[:_LONGEST]
        raise BootstrapError(f"{RECIPE} aws-parallelcluster-{recipe} ({what})") from error
