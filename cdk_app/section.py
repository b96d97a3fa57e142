"""What every section of an environment's settings is built on."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """Frozen, and without a key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _network(value: str) -> str:
    IPv4Network(value)  # its ValueError says what is wrong with the range
    return value


Cidr = Annotated[str, AfterValidator(_network)]
