"""A Keycloak in the Main VPC that the stack Surroundings makes, which has no subnet for it."""

from cdk_app.settings import Settings
from cdk_app.slurm_rest_settings import SlurmRestSettings
from deployed_templates import DeployedTemplates
from synthesised import Template

STACK = "Keycloak"
SUBNET = f"{STACK}.Subnet"

_CIDR, _ROUTE_TABLE = "10.16.4.0/24", "rtb-22222222222222222"


def with_keycloak(settings: Settings) -> Settings:
    """The settings with its subnet; beside Surroundings their own check would refuse it."""
    rest = SlurmRestSettings.model_validate(
        {
            "issuer": "https://keycloak.example.org/realms/hpc",
            "audience": "hpc-slurm",
            "keys": {"keycloak_subnets": [{"cidr": _CIDR, "route_table_id": _ROUTE_TABLE}]},
        }
    )
    return settings.model_copy(update={"slurm_rest": rest})


def keycloak_stack(templates: DeployedTemplates) -> Template:
    """The subnet as the Main VPC's owner has it, with the route table that the settings name."""
    main_vpc = templates.the_one("AWS::EC2::VPC", "Surroundings.")
    return {
        "Resources": {
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": main_vpc, "CidrBlock": _CIDR},
            },
            "Association": {
                "Type": "AWS::EC2::SubnetRouteTableAssociation",
                "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": _ROUTE_TABLE},
            },
        }
    }
