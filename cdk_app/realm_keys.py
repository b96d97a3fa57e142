"""Publishes a realm's public keys to head nodes, which have no way to Keycloak."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import FunctionPlace, PackageFunction
from cdk_app.key_permissions import through_s3
from cdk_app.network import Network
from cdk_app.settings import Settings
from cdk_app.slurm_rest_settings import REALM_KEYS, SlurmRestSettings


class RealmKeys(Construct):
    """A function on a schedule, which asks Keycloak and writes one object."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        slurm_rest: SlurmRestSettings,
        network: Network,
        artifacts: s3.IBucket,
        artifacts_key: kms.IKey,
    ) -> None:
        super().__init__(scope, id_)
        keys = slurm_rest.keys
        authorities = keys.authorities_text()
        function = PackageFunction(
            self,
            "Function",
            settings=settings,
            package="realm_keys",
            module="handler",
            description="Publishes a realm's keys to head nodes",
            timeout=Duration.minutes(1),
            environment={
                "JWKS_URL": slurm_rest.jwks_url(),
                "KEYS_BUCKET": artifacts.bucket_name,
                "KEYS_KEY": REALM_KEYS,
                "TOKEN_LIFETIME_MINUTES": str(keys.token_lifetime_minutes),
                **({"AUTHORITIES": authorities} if authorities else {}),
            },
            # Where Keycloak's address is a public one, it is in no VPC.
            place=(
                FunctionPlace(
                    vpc=network.vpc, security_group=network.way_to_keycloak.security_group
                )
                if network.way_to_keycloak
                else None
            ),
        )
        for statement in _publish(artifacts, artifacts_key):
            function.add_to_role_policy(statement)
        events.Rule(
            self,
            "Schedule",
            description="Passes of the function that publishes a realm's keys",
            schedule=events.Schedule.rate(Duration.minutes(keys.fetch_every_minutes)),
            # The next pass is the second try.
            targets=[dead_letters.target(function, retry_attempts=0, of_function=0)],
        )


def _publish(artifacts: s3.IBucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="PublishRealmKeys",
            actions=["s3:GetObject", "s3:PutObject"],
            resources=[artifacts.arn_for_objects(REALM_KEYS)],
        ),
        iam.PolicyStatement(
            # Without it S3 says of what isn't there that it is forbidden.
            sid="FindRealmKeys",
            actions=["s3:ListBucket"],
            resources=[artifacts.bucket_arn],
        ),
        through_s3([key], "EncryptRealmKeys", "kms:Decrypt", "kms:GenerateDataKey"),
    ]
