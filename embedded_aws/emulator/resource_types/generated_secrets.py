"""GenerateSecretString of AWS::SecretsManager::Secret, by Secrets Manager's own GetRandomPassword.

ministack 1.5.33 heeds PasswordLength and ExcludeCharacters only, takes its letters from a generator
that can be foretold, and gives the bare password where a template can't be read.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import secretsmanager

from embedded_aws.emulator.cloudformation_types import Properties, flag
from embedded_aws.emulator.seams import wrap

FLAGS = (
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "RequireEachIncludedType",
)
TEMPLATE, KEY = "SecretStringTemplate", "GenerateStringKey"
REFUSED = 400


def install() -> None:
    """Make such secrets so."""
    wrap("services.cloudformation.provisioners._sm_secret_string", _generating)


def _generating(original: Callable[[Properties], str]) -> Callable[[Properties], str]:
    def secret_string(properties: Properties) -> str:
        wanted = properties.get("GenerateSecretString")
        if wanted is None:
            return original(properties)
        if properties.get("SecretString"):
            raise ValueError("You can't specify both SecretString and GenerateSecretString.")
        if (TEMPLATE in wanted) != (KEY in wanted):
            raise ValueError(f"{TEMPLATE} and {KEY} must be given together.")
        password = _password(wanted)
        if TEMPLATE not in wanted:
            return password
        try:
            content = dict(json.loads(wanted[TEMPLATE]))
        except (TypeError, ValueError) as reason:
            raise ValueError(f"{TEMPLATE} is no JSON object.") from reason
        return json.dumps({**content, wanted[KEY]: password})

    return secret_string


def _password(wanted: dict[str, Any]) -> str:
    asked: dict[str, Any] = {name: flag(wanted[name]) for name in FLAGS if name in wanted}
    asked |= {"PasswordLength": int(wanted.get("PasswordLength", 32))}
    asked |= {"ExcludeCharacters": wanted.get("ExcludeCharacters", "")}
    status, _, body = secretsmanager._get_random_password(asked)
    answer = json.loads(body)
    if status >= REFUSED:
        raise ValueError(answer.get("message") or body)
    return str(answer["RandomPassword"])
