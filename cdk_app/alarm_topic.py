"""The topic of SNS that alarms are published to: one of the settings', or ours, encrypted.

Sources: CloudWatch user guide, "Notifying users on alarm changes"; SNS developer guide, "Key
management", section "Enable compatibility between event sources from AWS services and encrypted
topics".
"""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk_app.alarm_settings import AlarmSettings

CLOUDWATCH = iam.ServicePrincipal("cloudwatch.amazonaws.com")


def alarm_topic(
    scope: Construct, id_: str, *, settings: AlarmSettings, key: kms.IKey
) -> sns.ITopic:
    """Where the settings want alarms to go; `key` encrypts the topic if it is ours."""
    if settings.topic_arn:
        return sns.Topic.from_topic_arn(scope, id_, settings.topic_arn)
    topic = sns.Topic(
        scope, id_, display_name="HPC provisioner: alarms", master_key=key, enforce_ssl=True
    )
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[CLOUDWATCH],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=of_our_alarms(Stack.of(topic)),
        )
    )
    for email in settings.emails:
        topic.add_subscription(subscriptions.EmailSubscription(email))
    return topic


def publish_encrypted(stack: Stack) -> iam.PolicyStatement:
    """What a key's policy says so that alarms can be published to a topic encrypted with it."""
    return iam.PolicyStatement(
        sid="AlarmsPublishEncrypted",
        principals=[CLOUDWATCH],
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        resources=["*"],
        conditions=of_our_alarms(stack),
    )


def of_our_alarms(stack: Stack) -> dict[str, dict[str, str]]:
    """The condition that an alarm of the stack's account and region publishes."""
    alarms = stack.format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name="*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return {
        "StringEquals": {"aws:SourceAccount": stack.account},
        "ArnLike": {"aws:SourceArn": alarms},
    }
