"""A head node and a compute node that share what a cluster's nodes share, to configure."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Done, Node
from embedded_aws.laboratory.parallelcluster_node import Kind, prepare, run_custom_action
from embedded_aws.laboratory.slurm_configuration import SlurmConfiguration
from embedded_aws.laboratory.slurm_head_node import SlurmHeadNode
from embedded_aws.laboratory.swept_directory import SweptDirectory
from hpc_constructs.node_arguments import BucketMount, node_arguments
from hpc_constructs.node_scripts.archive import write_archive
from slurm_examples import ACCOUNTING

ROOT = Path(__file__).resolve().parents[2] / "build" / "node-root"
STAND_INS = Path(__file__).parent / "node_stand_ins"

NAME = "pcluster-lab-project-0a1b2c3d"
VLAB, PROJECT = "Lab.1", "My_Project"
BUCKETS = (
    BucketMount(path="benchmark", bucket_name="example-scratch", only_with_tag="benchmark"),
    BucketMount(path="project/public", bucket_name="example-public"),
    BucketMount(path="project/private", bucket_name="example-projects", prefix="lab/project/"),
)
_OBJECTS = {
    "example-public/atlas/mesh": "everybody's",
    "example-projects/lab/project/model": "the project's",
    "example-projects/lab/other/secret": "another project's",
    "example-scratch/lab/other/result": "what another project computed",
}


class Storage(StrEnum):
    """What `/obi/data` is."""

    LUSTRE = "lustre"
    EFS = "efs"


class Cluster:
    """Two nodes, booted and as ParallelCluster hands them to our script; use it in a `with`."""

    def __init__(
        self,
        storage: Storage,
        *,
        mount_s3: bool = True,
        benchmark: bool = False,
        slurm: SlurmConfiguration | None = None,
        database: Endpoint | None = None,
        before_slurm: "Callable[[Cluster], None] | None" = None,
    ) -> None:
        """Make ready to boot.

        Args:
            storage: what `/obi/data` is.
            mount_s3: whether the image has it.
            benchmark: whether it is a benchmark's.
            slurm: what runs on the head node, named as the cluster; if not given, nothing.
            database: where the server of its accounting is.
            before_slurm: what is done on the nodes before Slurm is there, as by OnNodeStart.
        """
        self._before_slurm = before_slurm
        self.storage = storage
        self._benchmark = benchmark
        self._mount_s3 = mount_s3
        self._ends = ExitStack()
        directory = SweptDirectory("node-shared-")
        self._ends.callback(directory.close)
        self.shared = directory.path
        self.shared.chmod(0o755)
        self.head = Node("head", root=ROOT, shared=self.shared)
        self.compute = Node("compute", root=ROOT, shared=self.shared)
        self.slurm = SlurmHeadNode(self.head, slurm) if slurm else None
        if slurm and slurm.database and database:
            self.head.see(slurm.database.host, slurm.database.port, database)

    def __enter__(self) -> Self:
        """Boot both."""
        with self._ends:
            self._fill_file_systems()
            for node in self.nodes:
                self._ends.enter_context(node)
                prepare(node, self._kind(node), self._mounts())
                for stand_in in ("mount-s3", "dnf") if self._mount_s3 else ("dnf",):
                    program = (STAND_INS / stand_in).read_bytes()
                    node.write(f"/usr/bin/{stand_in}", program, mode=0o755)
            if self._before_slurm:
                self._before_slurm(self)
            if self.slurm:
                self.slurm.install()
                self.slurm.start_all()
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End both, and forget what they shared."""
        self._ends.close()

    @property
    def nodes(self) -> tuple[Node, Node]:
        """The head node first, as ParallelCluster configures them."""
        return (self.head, self.compute)

    def configure(self, node: Node, *, key: str, users: str = "", packages: bool = False) -> Done:
        """Run the script on a node with the arguments that the construct gives it."""
        everywhere = node_arguments(
            cluster_name=NAME,
            lustre=self.storage is Storage.LUSTRE,
            buckets=self._mounted(),
            users=users,
            tags={"benchmark": str(self._benchmark).lower()},
        )
        own: tuple[str, ...] = ("--node=compute",)
        if node is self.head:
            own = ("--node=head", f"--user-key={key}", *self._accounting())
        return self.configure_with(node, [*own, *everywhere], packages=packages)

    def configure_with(self, node: Node, arguments: list[str], *, packages: bool = False) -> Done:
        """Run the script on a node with these arguments."""
        with tempfile.TemporaryDirectory() as directory:
            package = Path(directory) / "mount-s3-1.0.x86_64.rpm"
            shutil.copy(STAND_INS / "mount-s3", package)
            archive = Path(directory) / "configure_node.pyz"
            write_archive(archive, [package] if packages else [])
            script = archive.read_bytes()
        return run_custom_action(node, self._kind(node), script, arguments)

    def _accounting(self) -> tuple[str, ...]:
        if not self.slurm or not self.slurm.configuration.database:
            return ()
        told = replace(ACCOUNTING, vlab_account=VLAB, project_account=PROJECT)
        return told.node_arguments()

    def _mounted(self) -> list[BucketMount]:
        lustre = self.storage is Storage.LUSTRE
        return [one for one in BUCKETS if one.only_with_tag or not lustre]

    def _kind(self, node: Node) -> Kind:
        return Kind.HEAD if node is self.head else Kind.COMPUTE

    def _mounts(self) -> dict[str, str]:
        lustre = {"/obi/data": "lustre"} if self.storage is Storage.LUSTRE else {}
        return {"/home": "home", "/sbo/home": "efs", **lustre}

    def _fill_file_systems(self) -> None:
        for name in ("home", "efs", "lustre", "s3"):
            (self.shared / name).mkdir()
        for key, content in _OBJECTS.items():
            file = self.shared / "s3" / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        # What Lustre's associations import from S3 is root's.
        for bucket in (one for one in BUCKETS if not one.only_with_tag):
            source = self.shared / "s3" / bucket.bucket_name / bucket.prefix
            shutil.copytree(source, self.shared / "lustre" / bucket.path)
