"""A posterior is sampled by one sampler from its beginning to its end."""

from __future__ import annotations

from protomodels.database import PosteriorRecord
from protomodels.errors import ConfigError
from protomodels.runs.config import versions
from protomodels.walker.posterior import version


def posterior_versions() -> dict[str, str]:
    """Those of :func:`protomodels.runs.config.versions`, and under ``sampler`` the sampler."""
    return {**versions(), "sampler": str(version.SAMPLER_VERSION)}


def check_sampler(record: PosteriorRecord) -> None:
    """Refuse to go on with another sampler than the one that began a posterior; the first ones wrote down none.

    Raises
    ------
    ConfigError: where that is so; it says what goes on with the posterior.
    """
    began = record.versions.get("sampler", "1")
    if began != str(version.SAMPLER_VERSION):
        made_by = record.versions.get("protomodels", "another version")
        raise ConfigError(
            "posterior",
            f"{record.id}, which sampler version {began} began",
            f"a posterior of sampler version {version.SAMPLER_VERSION}; protomodels {made_by} goes on with this one, "
            "or begin it anew with its settings",
        )
