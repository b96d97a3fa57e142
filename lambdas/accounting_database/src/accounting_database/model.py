"""One cluster's place in the database, and the names that follow from it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ClusterAccounting:
    """A cluster of a project, in one creation of it.

    Attributes:
        cluster_name: ParallelCluster's name, of a-z, 0-9 and `-`.
        vlab_id, project_id: the exact ids.
        creation: 8 hexadecimal digits; the next cluster of that name has others.
    """

    cluster_name: str
    vlab_id: str
    project_id: str
    creation: str

    @property
    def schema_name(self) -> str:
        """ParallelCluster's default of DatabaseName, so that it finds its history again.

        Source: ParallelCluster User Guide, SlurmSettings, Database.
        """
        return self.cluster_name.replace("-", "_")

    @property
    def user_name(self) -> str:
        """This creation's own user: a late Delete of an earlier one never meets it."""
        return f"{self.schema_name}_{self.creation}"

    @property
    def log_fields(self) -> dict[str, str]:
        """What a line of the log says of it."""
        return {
            "cluster": self.cluster_name,
            "vlab_id": self.vlab_id,
            "project_id": self.project_id,
            "creation": self.creation,
        }
