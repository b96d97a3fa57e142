"""Stack `Observability`: the dashboard and the alarms.

A stack of its own: what looks at the others can be changed, and can fail to be, without them. It
knows few names of theirs, and those that never change: an export that another stack imports can't
be taken away.
"""

from aws_cdk import CfnOutput
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.alarm_topic import alarm_topic
from cdk_app.alarms import Alarms
from cdk_app.dashboard import Dashboard
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.provisioner import Provisioner
from cdk_app.settings import Settings


class Observability(EnvironmentStack):
    """What shows how it goes, and who is told when it doesn't go well."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        key: kms.IKey,
        provisioner: Provisioner,
        file_system_id: str,
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="Dashboard and alarms")
        topic = (
            alarm_topic(self, "AlarmTopic", settings=settings.alarms, key=key)
            if settings.alarms
            else None
        )
        alarms = Alarms(
            self,
            "Alarms",
            settings=settings,
            topic=topic,
            dead_letters=provisioner.dead_letters.queue,
            deletions=provisioner.deletions,
        )
        Dashboard(
            self,
            "Dashboard",
            settings=settings,
            alarms=alarms.all,
            file_system_id=file_system_id,
            function_logs=provisioner.function_logs,
        )
        if topic:
            CfnOutput(self, "AlarmTopicArn", value=topic.topic_arn, description="Where alarms go")
