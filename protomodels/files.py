"""Proto-models from and to files: JSON (full precision) and, in :mod:`protomodels.slha`, SLHA."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protomodels.channels import Channel, find_channel
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES, pid_of
from protomodels.production import CrossSections, with_kappas_of
from protomodels.slha import read_slha


def load_model(model: str | Path | Mapping[str, Any]) -> ProtoModel:
    """A proto-model from a file, or from the plain values of one.

    Parameters
    ----------
    model: path of a ``.json`` or ``.slha`` file, or an object like that of ``MODEL.json``.  The cross sections at
        13 TeV of an SLHA file that brings its own become signal strength multipliers, of the order NLO+NLL.

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    ConfigError: where cross sections of the file have no reference.

    >>> load_model({"masses": {"X_Z1": 200, "X_t1": 800}, "decays": {"X_t1": {"1000022,6": 1.0}}}).n_particles
    2
    """
    if isinstance(model, Mapping):
        return model_from_dict(dict(model))
    found, sections = read_model(model)
    return found if sections is None else with_kappas_of(found, sections)


def read_model(path: str | Path) -> tuple[ProtoModel, CrossSections | None]:
    """A proto-model from a ``.json`` or ``.slha`` file, and the cross sections of an SLHA that brings its own.

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(str(path), f"{type(error).__name__}", "a readable .json or .slha file") from error
    if path.suffix == ".slha":
        return read_slha(text, str(path))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(str(path), f"text that is not JSON ({error})", "a JSON object or an .slha file") from error
    return model_from_dict(data), None


def model_from_dict(data: object) -> ProtoModel:
    """A proto-model from the plain values of ``MODEL.json``.

    Particles may be given by pid or by name.  ``reference_order`` may be left out.  Other keys (``K``, ``Z``,
    ``walker`` ...) are left alone.

    Raises
    ------
    ModelError: naming the field, the value and what is allowed.
    """
    top = _object(data, "model")
    if "masses" not in top:
        raise ModelError("masses", "nothing", "an object of pid: mass in GeV")
    masses = {pid_of(key): mass for key, mass in _object(top["masses"], "masses").items()}
    decays: dict[int, dict[Channel, float]] = {}
    for key, channels in _object(top.get("decays", {}), "decays").items():
        pid, name = pid_of(key), f"decays.{key}"
        decays[pid] = {
            find_channel(pid, _pids(daughters, name), name): ratio
            for daughters, ratio in _object(channels, name).items()
        }
    ssm = {_pair(key): kappa for key, kappa in _object(top.get("ssmultipliers", {}), "ssmultipliers").items()}
    return ProtoModel(masses, decays, ssm, top.get("reference_order"))


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ModelError(name, value, "a JSON object")
    return value


def _pids(text: str, name: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ModelError(name, text, "pids separated by commas, as in 1000022,6") from None


def _pair(text: str) -> Pair:
    pids = _pids(text, "ssmultipliers")
    if len(pids) != 2 or any(abs(p) not in PARTICLES for p in pids):
        raise ModelError("ssmultipliers", text, "two signed pids of the particle table, as in -1000006,1000006")
    a, b = (abs(p) if PARTICLES[abs(p)].self_conjugate else p for p in pids)
    return (min(a, b), max(a, b))
