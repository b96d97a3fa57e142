"""FSx for Lustre.

ministack 1.5.33 has no FSx at all. Ours is the part of the service that we and ParallelCluster
call: file systems, data repository associations and tasks, tags; with AWS's checks, error codes and
lifecycles (seconds instead of minutes), network interfaces in the subnet, permissions evaluated;
and AWS::FSx::FileSystem and AWS::FSx::DataRepositoryAssociation on top of it.
"""

from embedded_aws.emulator.fsx import routing, template_types


def install() -> None:
    """Serve the API and register the types."""
    routing.install()
    template_types.install()
