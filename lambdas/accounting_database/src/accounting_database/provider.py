"""Between the framework's requests and what is done in the database."""

from contextlib import suppress

from accounting_database.admission import Admission
from accounting_database.credentials import bare_password
from accounting_database.deadline import OF_AN_UNDO
from accounting_database.errors import AccountingError
from accounting_database.model import ClusterAccounting
from accounting_database.ports import Secrets
from accounting_database.request import Admit, Keep, Made, Release, Request


class Provider:
    """The custom resource; its physical id is the user, who is of one creation only."""

    def __init__(self, *, admission: Admission, secrets: Secrets) -> None:
        self._admission = admission
        self._secrets = secrets

    def fulfil(self, request: Request) -> Made:
        """Do it, and answer; a request that is repeated finds it done.

        A Delete answers for the id that it was asked about: where a creation was cancelled,
        CloudFormation has made one up, and the framework refuses another. Raises AccountingError.
        """
        match request:
            case Admit(accounting=accounting, password_secret_arn=arn, is_new=is_new):
                # The secret first: without it nothing is begun.
                proof = bare_password(self._secrets, arn)
                try:
                    self._admission.admit(accounting, proof)
                except AccountingError:
                    if is_new:
                        self._undo(accounting)
                    raise
                return _made(accounting)
            case Keep(accounting=accounting):
                return _made(accounting)
            case Release(accounting=accounting, physical_id=physical_id):
                if accounting:
                    self._admission.release(accounting)
                return {"PhysicalResourceId": physical_id}

    def _undo(self, accounting: ClusterAccounting) -> None:
        """Leave nothing of a creation that failed half-way, if the database still answers at once.

        Nobody else would: CDK's framework sends no Delete of a Create that failed. What stays is
        released with the next creation for the same schema.
        """
        with suppress(AccountingError):
            self._admission.release(accounting, OF_AN_UNDO)


def _made(accounting: ClusterAccounting) -> Made:
    return {
        "PhysicalResourceId": accounting.user_name,
        "Data": {"DatabaseName": accounting.schema_name, "UserName": accounting.user_name},
    }
