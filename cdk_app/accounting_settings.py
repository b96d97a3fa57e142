"""The settings of Slurm's accounting and of the database that it is kept in."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from cdk_app.section import Section

# What RDS gives by itself, however large the instance.
_MOST_CONNECTIONS = 12000
# Without a standby, too: RDS API, CreateDBSubnetGroup, "DBSubnetGroupDoesNotCoverEnoughAZs".
_LEAST_ZONES = 2


class AccountingSettings(Section):
    """The shared database, and how long it keeps what clusters did.

    Attributes:
        engine_version: of RDS for MariaDB, minor version included. Minor upgrades go on from it by
            themselves; a major one RDS makes only for who allows it on the instance, by hand.
        instance_class: RDS's: one that Database Insights can look into, so no `micro` or `small`.
        storage_gib: what the database has at first.
        largest_storage_gib: up to where RDS lets it grow by itself.
        multi_az: a standby in another zone.
        backup_days: for how long any second can be had back.
        keep_days: for how long a deleted cluster's records stay, if the project has no other
            cluster meanwhile.
    """

    engine_version: Annotated[str, StringConstraints(pattern=r"^11\.(4|8)\.\d{1,2}$")] = "11.8.6"
    instance_class: Annotated[
        str, StringConstraints(pattern=r"^db\.[a-z][a-z0-9]{1,5}\.[a-z0-9]{4,10}$")
    ]
    storage_gib: Annotated[int, Field(ge=20, le=65536)] = 20
    largest_storage_gib: Annotated[int, Field(ge=22, le=65536)] = 200
    multi_az: bool = True
    backup_days: Annotated[int, Field(ge=1, le=35)] = 14
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 3650

    @model_validator(mode="after")
    def _can_be_looked_into(self) -> Self:
        size = self.instance_class.rpartition(".")[2]
        if size in ("micro", "small"):
            raise ValueError(
                f"instance_class {self.instance_class}: Database Insights looks into no micro or"
                " small instance; db.t4g.medium is the smallest that it does"
            )
        return self

    @model_validator(mode="after")
    def _can_grow(self) -> Self:
        # RDS refuses a limit less than a tenth above what there is.
        least = self.storage_gib + -(-self.storage_gib // 10)
        if self.largest_storage_gib < least:
            raise ValueError(
                f"largest_storage_gib {self.largest_storage_gib} must be at least {least}, a tenth"
                f" more than storage_gib {self.storage_gib}"
            )
        return self

    def check(self, zones: Sequence[str]) -> None:
        """What the environment's zones decide about this section.

        Raises:
            ValueError: they are too few for the database's subnets, of which each zone has one.
        """
        if len(zones) < _LEAST_ZONES:
            raise ValueError(
                f"zones {list(zones)}: accounting's database needs two at least; name another, or"
                " leave accounting out"
            )

    @property
    def least_connections(self) -> int:
        """How many connections the instance takes at least, by the smallest memory of its size.

        Source: RDS user guide, "Quotas and constraints for Amazon RDS", section "Maximum number of
        database connections" (MariaDB): a connection for each 24 MiB that the instance class has.
        A tenth less, which is what the system has of it; and never more than 12000.
        """
        size = self.instance_class.rpartition(".")[2]
        factor = size.removesuffix("xlarge")
        if size == "large":
            gib = 8
        elif size.endswith("xlarge") and (factor.isdigit() or not factor):
            gib = 16 * int(factor or 1)
        else:
            gib = 4
        return min(gib * 1024**3 * 9 // 10 // 25165760, _MOST_CONNECTIONS)

    @property
    def parameter_group_family(self) -> str:
        """The family of the engine's major version."""
        return f"mariadb{self.engine_version.rpartition('.')[0]}"
