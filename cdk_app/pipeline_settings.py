"""The settings of the pipeline that releases."""

from typing import Annotated

from pydantic import StringConstraints

from cdk_app.section import Section


class PipelineSettings(Section):
    """Which pipeline of GitLab may push images and deploy here.

    Attributes:
        identity_provider_arn: of the account's OpenID Connect provider for that GitLab; its
            audience is `sts.amazonaws.com`.
        subject: whose jobs, as GitLab's tokens say it:
            `project_path:<group>/<project>:ref_type:<branch or tag>:ref:<its name>`. The name may
            end in `*`, for tags.
    """

    identity_provider_arn: Annotated[
        str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:oidc-provider/[\w./-]+$")
    ]
    subject: Annotated[
        str,
        StringConstraints(
            pattern=r"^project_path:[\w./-]+:ref_type:(branch:ref:[\w./-]+|tag:ref:[\w./-]+\*?)$"
        ),
    ]

    @property
    def issuer(self) -> str:
        """The GitLab, as the keys of conditions name it."""
        return self.identity_provider_arn.partition(":oidc-provider/")[2]
