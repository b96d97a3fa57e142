"""Every log group of every stack has our key, also those that CDK's own constructs make."""

import jsii
from aws_cdk import IAspect
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import IConstruct


@jsii.implements(IAspect)
class EncryptedLogs:
    """Gives the key to each log group that it visits; the key's policy goes by their names."""

    def __init__(self, key: kms.IKey) -> None:
        """Encrypt with `key`."""
        self._key = key

    def visit(self, node: IConstruct) -> None:
        """Encrypt the log group, if it is one."""
        if isinstance(node, logs.CfnLogGroup):
            node.kms_key_id = self._key.key_arn
