"""What of the demonstration is real on this machine, what stands in, and what is left out."""

from dataclasses import dataclass
from typing import Self

from embedded_aws import mariadb
from embedded_aws.errors import DatabaseServerMissingError
from embedded_aws.head_nodes.choice import choose


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What this machine has.

    Attributes:
        no_nodes: why no head node boots; None if they do.
        no_accounting: why there is no Slurm accounting; None if there is.
    """

    no_nodes: str | None
    no_accounting: str | None

    @classmethod
    def here(cls) -> Self:
        """Those of this machine."""
        no_accounting = None
        try:
            mariadb.check()
        except DatabaseServerMissingError as missing:
            no_accounting = str(missing)
        return cls(no_nodes=choose().why, no_accounting=no_accounting)

    def lines(self) -> list[str]:
        """What to know before it begins."""
        real = "the CDK application, its functions, ParallelCluster's library and stacks"
        stands_in = "an emulator for AWS"
        left_out = []
        if self.no_accounting is None:
            real += ", MariaDB"
        else:
            left_out.append(f"Slurm's accounting: {self.no_accounting}")
        if self.no_nodes is None:
            real += "; the head node's systemd, sshd, Slurm, our scripts on it, and a job"
            stands_in += (
                ", Debian for Amazon Linux, daemons on the head node for compute nodes,"
                " directories for file systems"
            )
        else:
            stands_in += ", a thread that signals for the head node"
            left_out.append(f"the head node and a job on it: {self.no_nodes}")
        return [
            f"real:      {real}",
            f"stands in: {stands_in}",
            *(f"left out:  {each}" for each in left_out),
        ]
