"""The errors of the program: one tree, so that a caller can catch as much or as little as wanted.

::

    ProtomodelsError
     ├─ InputError               something from outside is wrong: exit code 2, HTTP 422
     │   ├─ ModelError           a proto-model, its file or one of its fields
     │   ├─ ResultsError         a database of LHC results
     │   ├─ ConfigError          a run's settings, a combinability table, the environment
     │   ├─ MissingExtraError    a part of the program that was not installed with it
     │   └─ NotFoundError        a stored run or proto-model that does not exist: HTTP 404
     ├─ StorageError             the storage could not be read or written: exit code 3
     ├─ PredictionError          no prediction could be made for a valid model: exit code 4
     ├─ CombinationError         the combinations are too many to be searched exactly: exit code 4
     └─ ServiceError             a service is away, refuses, or failed (the client): exit code 5

Some rooms have kinds of their own below these: ``TransitionError`` of a run that cannot change its state so, and
``UnavailableError`` of a storage that does not answer, are :class:`StorageError`; ``BusyError`` of the service is a
:class:`ProtomodelsError`.  Exit codes are an attribute of the classes, so the mapping stands in one place only.

>>> try:
...     raise ConfigError("walkers", 0, "a whole number between 1 and 100000")
... except ProtomodelsError as error:
...     error.exit_code, str(error)
(2, 'walkers: got 0; allowed: a whole number between 1 and 100000')
"""

from __future__ import annotations

from typing import ClassVar, Final

_SHOWN: Final = 400
"""Characters of a refused value that a message shows; all of it is in ``value``."""


class ProtomodelsError(Exception):
    """Base of every error that the program raises on purpose; ``exit_code`` is what the command ends with."""

    exit_code: ClassVar[int] = 1


class InputError(ProtomodelsError):
    """Something from outside is wrong.

    Parameters
    ----------
    field: what is wrong, as a path a user can find (``masses.1000021``, ``--seed``).
    value: what was found there.
    allowed: what would have been accepted, in words.

    >>> str(InputError("masses.1000021", float("nan"), "a mass in GeV between 10 and 2400"))
    'masses.1000021: got nan; allowed: a mass in GeV between 10 and 2400'
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(field, value, allowed)

    def __str__(self) -> str:
        shown = self.value if isinstance(self.value, str) else repr(self.value)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}... ({len(shown)} characters)"
        return f"{self.field}: got {shown}; allowed: {self.allowed}"


class ModelError(InputError):
    """A proto-model, its file or one of its fields is not allowed: a mass, a decay, a multiplier."""


class ResultsError(InputError):
    """A database of LHC results cannot be found, read or compiled."""


class ConfigError(InputError):
    """A setting of a run, a combinability table, an option or an environment variable is wrong."""


class MissingExtraError(InputError):
    """A part of the program was asked for whose packages are not installed.

    Parameters
    ----------
    what: the user wanted, in words, in the plural: ``pictures``, ``PostgreSQL storages``.
    extra: of this package that brings it (``protomodels[plots]``).
    missing: the package that is not there.
    packages: all that the extra brings, as pip knows them.

    >>> str(MissingExtraError("tables as data frames", "notebook", "pandas", ("pandas",)))
    'tables as data frames need pandas, which is not installed: pip install pandas (the extra notebook of protomodels)'
    """

    def __init__(self, what: str, extra: str, missing: str, packages: tuple[str, ...]) -> None:
        super().__init__(what, f"no package {missing}", f"pip install {' '.join(packages)}")
        self.extra, self.missing = extra, missing

    def __str__(self) -> str:
        wanted = f"{self.field} need {self.missing}, which is not installed"
        return f"{wanted}: {self.allowed} (the extra {self.extra} of protomodels)"


class NotFoundError(InputError):
    """A stored run, campaign or proto-model does not exist."""


class StorageError(ProtomodelsError):
    """The storage could not be opened, read or written, or has an unknown schema."""

    exit_code: ClassVar[int] = 3


class PredictionError(ProtomodelsError):
    """No prediction could be made for a proto-model that is allowed in itself."""

    exit_code: ClassVar[int] = 4


class CombinationError(ProtomodelsError):
    """There are more legal combinations than can be searched exactly."""

    exit_code: ClassVar[int] = 4


class ServiceError(ProtomodelsError):
    """A service (``protomodels serve``) did not answer, refused, or failed."""

    exit_code: ClassVar[int] = 5
