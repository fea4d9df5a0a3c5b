"""Draws as arviz's InferenceData in a netCDF file: for whoever has tools of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from protomodels.channels import channel_label
from protomodels.database import PosteriorRecord
from protomodels.errors import ConfigError
from protomodels.extras import require
from protomodels.particles import PARTICLES
from protomodels.runs.posterior.quantities import multiplier
from protomodels.walker.posterior import Draw


def export(record: PosteriorRecord, chains: Sequence[Sequence[Draw]], to: str | Path) -> None:
    """Write draws to a netCDF file, which ``arviz.from_netcdf`` and xarray read.

    Group ``posterior``: ``present`` and ``mass`` (GeV) and ``multiplier`` by particle, ``ratio`` by channel, NaN where
    there is none; ``n_particles``.  Group ``sample_stats``: ``lp``, ``log_prior``, ``log_likelihood``, ``sweep``.

    Parameters
    ----------
    record: of the posterior; its id, config and results are attributes of the file.
    chains: draws of each chain; where they differ in length, the last ones of the longer chains are left out.
    to: a file that ends with ``.nc``.

    Raises
    ------
    ConfigError: where the name has another ending, or the file cannot be written.
    MissingExtraError: where arviz-base, h5netcdf or h5py is not installed.
    """
    path = Path(to)
    if path.suffix != ".nc":
        raise ConfigError("export", str(to), "a file that ends with .nc (netCDF)")
    for module in ("h5py", "h5netcdf"):
        require(module, "netCDF files")
    arviz_base: Any = require("arviz_base", "exports of posteriors")
    n = min(map(len, chains))
    draws = [list(chain[:n]) for chain in chains]
    particles = sorted({pid for chain in draws for draw in chain for pid in draw.model.masses})
    channels = sorted(
        {(p, c) for chain in draws for draw in chain for p, ways in draw.model.decays.items() for c in ways}
    )

    def table(value: Any) -> Any:
        return np.array([[value(draw) for draw in chain] for chain in draws])

    posterior = {
        "present": table(lambda draw: [pid in draw.model.masses for pid in particles]),
        "mass": table(lambda draw: [draw.model.masses.get(pid, np.nan) for pid in particles]),
        "multiplier": table(
            lambda draw: [multiplier(draw.model, pid) if pid in draw.model.masses else np.nan for pid in particles]
        ),
        "n_particles": table(lambda draw: len(draw.model.masses)),
    }
    if channels:
        posterior["ratio"] = table(
            lambda draw: [draw.model.decays.get(pid, {}).get(channel, np.nan) for pid, channel in channels]
        )
    stats = {
        "lp": table(lambda draw: draw.log_prior + draw.log_likelihood),
        "log_prior": table(lambda draw: draw.log_prior),
        "log_likelihood": table(lambda draw: draw.log_likelihood),
        "sweep": table(lambda draw: draw.sweep),
    }
    names = [PARTICLES[pid].name for pid in particles]
    tree = arviz_base.from_dict(
        {"posterior": posterior, "sample_stats": stats},
        coords={
            "particle": names,
            "channel": [f"{PARTICLES[pid].name} -> {channel_label(channel)}" for pid, channel in channels],
        },
        dims={"present": ["particle"], "mass": ["particle"], "multiplier": ["particle"], "ratio": ["channel"]},
    )
    tree.attrs |= {"run": record.id, "config": record.config_json, "results": record.results_fingerprint}
    try:
        tree.to_netcdf(path, engine="h5netcdf")
    except OSError as error:
        raise ConfigError("export", str(to), f"a file that can be written ({error})") from error
