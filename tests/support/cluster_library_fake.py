"""A ClusterLibrary in memory, with time that passes when told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cluster_provider.errors import (
    ClusterExists,
    ClusterGone,
    InvalidConfiguration,
    ProviderError,
    UpdateRefused,
)
from cluster_provider.model import Cluster, ClusterStatus, Configuration, Failure, HeadNode

FAILED_STACK = {
    "CREATE": "CREATE_FAILED",
    "UPDATE": "UPDATE_ROLLBACK_COMPLETE",
    "DELETE": "DELETE_FAILED",
}


@dataclass
class FakeLibrary:
    """Clusters by name; each verb leaves its cluster in progress until `finish` or `fail`."""

    clusters: dict[str, Cluster] = field(default_factory=dict)
    configurations: dict[str, Configuration] = field(default_factory=dict)
    suppressed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    before_update: dict[str, Configuration] = field(default_factory=dict)
    next_error: ProviderError | None = None
    """Raised, once, by the next call."""

    def create(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> None:
        """As ClusterLibrary; a configuration without "Region" is refused."""
        self._raise_next_error()
        if name in self.clusters:
            raise ClusterExists(name)
        _validate(name, configuration)
        self.configurations[name] = configuration
        self.suppressed[name] = tuple(suppressed)
        self.clusters[name] = Cluster(
            name=name,
            status=ClusterStatus.CREATE_IN_PROGRESS,
            stack_status="CREATE_IN_PROGRESS",
            stack_arn=f"arn:aws:cloudformation:us-east-1:000000000000:stack/{name}/0a1b2c3d",
            version="3.16.1",
            tags=_tags(configuration),
        )

    def update(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> bool:
        """As ClusterLibrary; another "HeadNode" is refused."""
        self._raise_next_error()
        if name not in self.clusters:
            raise ClusterGone(name)
        _validate(name, configuration)
        if configuration.get("HeadNode") != self.configurations[name].get("HeadNode"):
            raise UpdateRefused(["HeadNode.InstanceType can't change. Restore it."])
        if configuration == self.configurations[name]:
            return False
        self.before_update[name] = self.configurations[name]
        self.configurations[name] = configuration
        self._become(name, "UPDATE_IN_PROGRESS")
        return True

    def delete(self, name: str) -> None:
        """As ClusterLibrary."""
        self._raise_next_error()
        if name in self.clusters:
            self._become(name, "DELETE_IN_PROGRESS")

    def describe(self, name: str) -> Cluster | None:
        """As ClusterLibrary."""
        self._raise_next_error()
        return self.clusters.get(name)

    def finish(self, name: str) -> None:
        """What is in progress succeeds."""
        cluster = self.clusters[name]
        match cluster.status:
            case ClusterStatus.DELETE_IN_PROGRESS:
                del self.clusters[name]
            case _:
                self._become(name, cluster.stack_status.replace("_IN_PROGRESS", "_COMPLETE"))
                self.clusters[name] = replace(
                    self.clusters[name],
                    compute_fleet_status="RUNNING",
                    head_node=HeadNode(
                        instance_id="i-0123456789abcdef0",
                        instance_type="t3.medium",
                        launch_time="2026-01-02T03:04:05.000Z",
                        private_ip="10.0.0.10",
                        state="running",
                    ),
                )

    def fail(self, name: str, *failures: Failure) -> None:
        """What is in progress fails; an update is rolled back."""
        verb = self.clusters[name].stack_status.split("_")[0]
        if verb == "UPDATE":
            self.configurations[name] = self.before_update[name]
        self._become(name, FAILED_STACK[verb], status=f"{verb}_FAILED")
        self.clusters[name] = replace(self.clusters[name], failures=failures)

    def _become(self, name: str, stack_status: str, status: str | None = None) -> None:
        self.clusters[name] = replace(
            self.clusters[name],
            status=ClusterStatus(status or stack_status),
            stack_status=stack_status,
        )

    def _raise_next_error(self) -> None:
        if self.next_error:
            error, self.next_error = self.next_error, None
            raise error


def _validate(name: str, configuration: Configuration) -> None:
    if "Region" not in configuration:
        raise InvalidConfiguration(name, ["ConfigSchemaValidator: Region is missing."])


def _tags(configuration: Configuration) -> dict[str, str]:
    tags = configuration.get("Tags", [])
    return {tag["Key"]: tag["Value"] for tag in tags} if isinstance(tags, list) else {}
