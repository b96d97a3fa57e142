"""RDS's instances of MariaDB, each a real server on this machine.

ministack 1.5.33 has RDS's API, but an instance is a container, and without Docker only a record.
Ours starts a MariaDB (`embedded_aws.mariadb`) on a port of 127.0.0.1, with the parameters of its
group, over TLS with the emulator's own certificate, which every client trusts anyway; states, RDS's
checks and error codes, the secret of a password that RDS manages and its rotation, snapshots as
copies of the data, permissions, and AWS::RDS::DBInstance on top. Subnet and parameter groups are
ministack's, with RDS's checks.

Not so exact: the server is the MariaDB that is installed here, whatever EngineVersion says; memory
is bounded; logs aren't exported, backups never made, several zones only described; other engines
are refused, clusters left to ministack.
"""

from embedded_aws.emulator.rds import (
    descriptions,
    master_secrets,
    permissions,
    routing,
    template_types,
)


def install() -> None:
    """Serve the API, ask IAM before, and register the type."""
    descriptions.install()
    master_secrets.install()
    routing.install()
    permissions.install()
    template_types.install()
