"""A row of who may do what with which key, and how rows are written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from encryption_world import EncryptionWorld
from iam_evaluation import Principal, ResourcePolicy, evaluate


def role(stack: str, begins: str) -> Callable[[EncryptionWorld], Principal]:
    return lambda world: world.role(stack, begins)


def bare(name: str, account: str | None = None) -> Callable[[EncryptionWorld], Principal]:
    """A role without policies."""

    def principal(world: EncryptionWorld) -> Principal:
        of = account or world.settings.account
        return Principal(arn=f"arn:aws:iam::{of}:role/{name}", account=of)

    return principal


@dataclass(frozen=True, kw_only=True)
class Use:
    """One row: who asks for what, through which service, and whether it should be allowed."""

    who: str
    verb: str
    key: str
    through: str | None
    allowed: bool
    context: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        way = f"through {self.through}" if self.through else "directly"
        more = "".join(f" {value}" for value in self.context.values())
        return f"{self.who}: {self.verb} with {self.key} {way}{more}"

    def difference(
        self, world: EncryptionWorld, principal: Principal, policy: ResourcePolicy
    ) -> str | None:
        """What is not as it should be, if `principal` asks for the key with this policy."""
        place = {"region": world.settings.region, "account": world.settings.account}
        context = {key: value.format(**place) for key, value in self.context.items()}
        if self.through:
            context["kms:ViaService"] = f"{self.through}.{place['region']}.amazonaws.com"
        if not principal.is_service:
            context["kms:CallerAccount"] = principal.account
        decision = evaluate(
            principal,
            f"kms:{self.verb}",
            world.key_arn(self.key),
            context,
            resource_policy=policy,
        )
        if decision.allowed == self.allowed:
            return None
        return f"{self}: {decision.effect} by {decision.sid}"


def uses(
    who: str, verb: str, key: str, *ways: str | None, allowed: bool, **context: str
) -> Iterator[Use]:
    for way in ways:
        yield Use(
            who=who,
            verb=verb,
            key=key,
            through=way,
            allowed=allowed,
            context={f"kms:{name}": value for name, value in context.items()},
        )


def logs(who: str, group: str, *, key: str = "Records", allowed: bool) -> Use:
    arn = f"arn:aws:logs:{{region}}:{{account}}:log-group:{group}"
    context = {"kms:EncryptionContext:aws:logs:arn": arn}
    return Use(
        who=who,
        verb="GenerateDataKey",
        key=key,
        through=None,
        allowed=allowed,
        context=context,
    )


def alarm(verb: str, *, key: str = "Records", account: str = "{account}", allowed: bool) -> Use:
    """An alarm of the account publishes to an encrypted topic."""
    context = {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:cloudwatch:{{region}}:{account}:alarm:HpcProvisioner-a",
    }
    return Use(who="CloudWatch", verb=verb, key=key, through=None, allowed=allowed, context=context)
