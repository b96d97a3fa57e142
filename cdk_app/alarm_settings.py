"""The settings of alarms: who is told of them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from cdk_app.section import Section

TopicArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$")
]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,255}$")]


class AlarmSettings(Section):
    """Where alarms go: to a topic that exists, or to a topic of ours that tells these people.

    Attributes:
        topic_arn: an existing topic of SNS in this region. Its policy, and its key's if it has one
            of KMS, must let CloudWatch publish.
        emails: who subscribes to the topic that we make. SNS asks each of them once.
    """

    topic_arn: TopicArn | None = None
    emails: Annotated[tuple[Email, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.topic_arn) == bool(self.emails):
            raise ValueError(
                f"alarms have topic_arn {self.topic_arn} and emails {list(self.emails)}: name an"
                " existing topic, or whom to write to, not both; leave alarms out to tell nobody"
            )
        if len(set(self.emails)) < len(self.emails):
            raise ValueError(f"alarms.emails {list(self.emails)}: name each once")
        return self

    def check(self, region: str) -> None:
        """Refuse a topic of another region. Raises ValueError."""
        if self.topic_arn and f":sns:{region}:" not in self.topic_arn:
            raise ValueError(
                f"alarms.topic_arn {self.topic_arn} is not of region {region}: CloudWatch publishes"
                " to topics of its own region; name one there"
            )
