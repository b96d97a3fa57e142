"""FSx for Lustre.

ministack 1.5.33 has no FSx at all. Ours is the part of the service that we and ParallelCluster
call: file systems, data repository associations, import and export tasks, tags; with AWS's checks,
error codes and lifecycles (seconds instead of minutes), network interfaces in the subnet,
permissions evaluated; and AWS::FSx::FileSystem and AWS::FSx::DataRepositoryAssociation on top.

A file system's files are those of a directory, which nodes mount (`file_system_directories`). Tasks
really read and write them, and the linked buckets. How long things take and what fails is what an
operator orders (`orders`). Not so exact: automatic export does nothing (on AWS it comes some time
later), automatic import looks every second, bucket policies are not asked, files are imported with
what they hold, an export leaves alone what was deleted, and tasks count no directories.
"""

from embedded_aws.emulator.fsx import permissions, routing, template_types


def install() -> None:
    """Serve the API, ask IAM before, and register the types."""
    routing.install()
    permissions.install()
    template_types.install()
