"""What an instance is launched with: its own properties over those of its launch template."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_protocol import Refusal

Properties = dict[str, Any]


def launch_data(properties: Properties) -> Properties:
    """Merge an AWS::EC2::Instance's properties over its launch template's data."""
    own = {name: value for name, value in properties.items() if name != "LaunchTemplate"}
    profile = own.pop("IamInstanceProfile", None)  # a name here, a structure in a launch template
    named = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    return {**_template_data(properties.get("LaunchTemplate") or {}), **own, **named}


def _template_data(specification: Properties) -> Properties:
    if not specification:
        return {}
    template = _template(specification)
    version = str(specification.get("Version") or "$Default")
    number = {
        "$Latest": str(template["LatestVersionNumber"]),
        "$Default": str(template["DefaultVersionNumber"]),
    }.get(version, version)
    for candidate in template["Versions"]:
        if str(candidate["VersionNumber"]) == number:
            data: Properties = candidate["LaunchTemplateData"]
            return data
    raise Refusal(
        "InvalidLaunchTemplateId.VersionNotFound",
        f"Could not find launch template version {version} of {template['LaunchTemplateId']}",
    )


def _template(specification: Properties) -> Properties:
    wanted = specification.get("LaunchTemplateId")
    name = specification.get("LaunchTemplateName")
    for template_id, template in ec2._launch_templates.items():
        if template_id == wanted or (not wanted and template["LaunchTemplateName"] == name):
            found: Properties = template
            return found
    raise Refusal(
        "InvalidLaunchTemplateId.NotFound",
        f"The specified launch template, with template ID {wanted or name}, does not exist.",
    )
