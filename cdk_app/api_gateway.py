"""The REST API's gateway: where it is reached, what it admits, logs, and says by itself."""

import json
from types import MappingProxyType

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.api_access import ROOT_PATH, STAGE, ApiAccess
from cdk_app.functions import LOG_RETENTION
from cdk_app.settings import ApiSettings, Settings

METHODS = ("GET", "POST", "DELETE")
"""Those of the calls; what comes by another is answered with 405, or 404."""

# What the gateway answers by itself, in the form of the function's own errors. `messageString` is
# quoted already, and `null` without quotes if there is no message.
_ERROR = '{"message":$context.error.messageString,"requestId":"$context.requestId"}'

# One JSON object a request. No header, no query (`path` has none) and no error message: that of a
# wrong signature repeats the request that was signed, with its session token.
ACCESS_LOG_FIELDS = MappingProxyType(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "caller": "$context.identity.userArn",
        "sourceIp": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "status": "$context.status",
        "error": "$context.error.responseType",
        "latency": "$context.responseLatency",
        "integrationStatus": "$context.integration.status",
        "integrationLatency": "$context.integration.latency",
        "integrationError": "$context.integration.error",
        "responseLength": "$context.responseLength",
    }
)

# Seconds after which what the gateway refused may be tried again: its buckets refill each second.
_RETRY_AFTER = MappingProxyType({"Throttled": 1, "IntegrationFailure": 5, "IntegrationTimeout": 5})


class Gateway(apigateway.RestApi):
    """A REST API that admits the signed requests of named principals only.

    Attributes:
        base_url: of `/hpc-provisioner`, without a slash at its end, as callers reach it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, access: ApiAccess
    ) -> None:
        access_log = logs.LogGroup(
            scope, "AccessLog", retention=LOG_RETENTION[settings.log_retention_days]
        )
        super().__init__(
            scope,
            id_,
            rest_api_name=api_name(settings.environment),
            description="Private HPC clusters for the projects of virtual labs",
            endpoint_configuration=_endpoint(scope, settings.api),
            policy=access.policy(),
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.custom(
                    json.dumps(dict(ACCESS_LOG_FIELDS), separators=(",", ":"))
                ),
                # How long each call took inside AWS: with its path and status, no query, no body.
                tracing_enabled=True,
                # By method: without it there are metrics of the API as a whole only.
                metrics_enabled=True,
                throttling_rate_limit=settings.api.requests_per_second,
                throttling_burst_limit=settings.api.burst,
            ),
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
            ),
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.DESTROY,
        )
        self._answer_like_the_function()
        self.base_url = f"{self._stage_url(settings.api)}{ROOT_PATH}"

    def _answer_like_the_function(self) -> None:
        kinds = {
            "Default4xx": apigateway.ResponseType.DEFAULT_4_XX,
            "Default5xx": apigateway.ResponseType.DEFAULT_5_XX,
            "Throttled": apigateway.ResponseType.THROTTLED,
            "IntegrationFailure": apigateway.ResponseType.INTEGRATION_FAILURE,
            "IntegrationTimeout": apigateway.ResponseType.INTEGRATION_TIMEOUT,
        }
        for id_, kind in kinds.items():
            seconds = _RETRY_AFTER.get(id_)
            self.add_gateway_response(
                id_,
                type=kind,
                templates={"application/json": _ERROR},
                response_headers={"Retry-After": f"'{seconds}'"} if seconds else None,
            )

    def _stage_url(self, api: ApiSettings) -> str:
        if api.vpc_endpoint_id is None:
            return str(self.url)
        # The alias that API Gateway makes in Route 53 for each endpoint that a private API names.
        # It resolves to the endpoint's addresses anywhere, over peering too.
        host = f"{self.rest_api_id}-{api.vpc_endpoint_id}.execute-api.{self.stack.region}"
        return f"https://{host}.{self.stack.url_suffix}/{STAGE}/"


def api_name(environment: str) -> str:
    """What the API is called, in metrics too."""
    return f"hpc-provisioner-{environment}"


def _endpoint(scope: Construct, api: ApiSettings) -> apigateway.EndpointConfiguration:
    if api.vpc_endpoint_id is None:
        return apigateway.EndpointConfiguration(types=[apigateway.EndpointType.REGIONAL])
    endpoint = ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        scope, "Endpoint", port=443, vpc_endpoint_id=api.vpc_endpoint_id
    )
    return apigateway.EndpointConfiguration(
        types=[apigateway.EndpointType.PRIVATE], vpc_endpoints=[endpoint]
    )
