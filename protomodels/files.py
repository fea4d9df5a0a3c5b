"""Proto-models from and to files: JSON (full precision) and, in :mod:`protomodels.slha`, SLHA."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from protomodels.channels import Channel, find_channel
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES, SM_LABELS, pid_of
from protomodels.production import CrossSections, with_kappas_of
from protomodels.slha import read_slha
from protomodels.spectrum.encoding import contents, decoded, unpacked

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_KEYS: Final = ("masses", "decays", "ssmultipliers", "reference_order")
_NAMED: Final = {row.name: pid for pid, row in PARTICLES.items()} | {label: pid for pid, label in SM_LABELS.items()}
_NEAR: Final = 0.8
"""Likeness of two words, of 1, from which on one is taken for the other misspelt."""


def load_model(model: str | Path | Mapping[str, Any] | ProtoModel) -> ProtoModel:
    """A proto-model from a file, or from the plain values of one.

    Parameters
    ----------
    model: path of a ``.json`` or ``.slha`` file, or an object like that of ``MODEL.json``.  The cross sections at
        13 TeV of an SLHA file that brings its own become signal strength multipliers, of the order NLO+NLL.  A
        :class:`ProtoModel` is given back as it is.

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    ConfigError: where cross sections of the file have no reference.

    >>> load_model({"masses": {"X_Z1": 200, "X_t1": 800}, "decays": {"X_t1": {"1000022,6": 1.0}}}).n_particles
    2
    """
    if isinstance(model, ProtoModel):
        return model
    if isinstance(model, Mapping):
        return model_from_dict(model)
    found, sections = read_model(model)
    return found if sections is None else with_kappas_of(found, sections)


def read_model(path: str | Path) -> tuple[ProtoModel, CrossSections | None]:
    """A proto-model from a ``.json`` or ``.slha`` file, and the cross sections of an SLHA that brings its own.

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    """
    try:
        path = Path(path)
    except TypeError:
        raise ModelError(
            "model", path, "a proto-model, its plain values, or the path of a .json or .slha file"
        ) from None
    name = str(path)
    text = decoded(unpacked(contents(path, "a readable .json or .slha file"), name), name)
    if path.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "["):
        return model_from_json(text, name), None
    return read_slha(text, name)


def model_from_json(text: str, name: str) -> ProtoModel:
    """The same from the text of ``MODEL.json``.

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    """
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, name))
    except (ValueError, RecursionError) as error:
        raise ModelError(name, f"text that is not JSON ({error})", "a JSON object or an .slha file") from error
    return model_from_dict(data)


def model_from_dict(data: object) -> ProtoModel:
    """A proto-model from the plain values of ``MODEL.json``.

    Particles may be given by pid or by name, also in decays (``"X_Z1,t"``) and pairs (``"-X_t1,X_t1"``).
    ``reference_order`` may be left out.  Other keys (``K``, ``Z``, ``walker`` ...) are left alone, but refused where
    they are nearly one of ours, or widths.

    Raises
    ------
    ModelError: naming the field, the value and what is allowed.
    """
    top = _object(data, "model")
    if "masses" not in top:
        raise ModelError("masses", "nothing", "an object of pid: mass in GeV")
    for key in top:
        if key not in _KEYS:
            _refuse_near(key)
    masses = _once(((pid_of(key), mass) for key, mass in _object(top["masses"], "masses").items()), "masses")
    given = _object(top.get("decays", {}), "decays")
    decays = _once(((pid_of(key), _channels(key, channels)) for key, channels in given.items()), "decays")
    factors = _object(top.get("ssmultipliers", {}), "ssmultipliers")
    ssm = _once(((_pair(key), kappa) for key, kappa in factors.items()), "ssmultipliers")
    return ProtoModel(masses, decays, ssm, top.get("reference_order"))


def _refuse_near(key: object) -> None:
    """Refuse a key that is one of ours misspelt: what it says would be lost."""
    if str(key).lower() in ("widths", "width"):
        raise ModelError(str(key), "lifetimes", "a model that decays at once; one with widths is an SLHA file")
    meant = get_close_matches(str(key).lower(), _KEYS, 1, _NEAR)
    if meant:
        raise ModelError(str(key), "an unknown key", f"{meant[0]}, if that is meant")


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ModelError(name, value, "a JSON object")
    return value


def _once(pairs: Iterable[tuple[K, V]], name: str) -> dict[K, V]:
    """A dictionary; what is named twice is refused, as one of its values would be lost."""
    found: dict[K, V] = {}
    for key, value in pairs:
        if key in found:
            shown = ",".join(map(str, key)) if isinstance(key, tuple) else key
            raise ModelError(name, f"{shown} twice", "each name once")
        found[key] = value
    return found


def _channels(key: str | int, channels: object) -> dict[Channel, float]:
    pid, name = pid_of(key), f"decays.{key}"
    ratios = _object(channels, name)
    return _once(((find_channel(pid, _pids(text, name), name), ratio) for text, ratio in ratios.items()), name)


def _pids(text: object, name: str) -> tuple[int, ...]:
    try:
        return tuple(_pid(part) for part in str(text).replace(",", " ").split())
    except ValueError:
        raise ModelError(name, text, "pids or names separated by commas, as in 1000022,6 or X_Z1,t") from None


def _pid(text: str) -> int:
    """A pid, with its sign; or that of a name.

    >>> _pid("-1000024"), _pid("-X_W1"), _pid("t")
    (-1000024, -1000024, 6)
    """
    sign, name = (-1, text[1:]) if text.startswith("-") else (1, text)
    known = _NAMED.get(name)
    return sign * (int(name) if known is None else known)


def _pair(text: object) -> Pair:
    pids = _pids(text, "ssmultipliers")
    if len(pids) != 2 or any(abs(p) not in PARTICLES for p in pids):
        raise ModelError("ssmultipliers", text, "two signed pids of the particle table, as in -1000006,1000006")
    a, b = (abs(p) if PARTICLES[abs(p)].self_conjugate else p for p in pids)
    return (min(a, b), max(a, b))
