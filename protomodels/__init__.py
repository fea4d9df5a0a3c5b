"""Search LHC results for dispersed signals of new physics with proto-models.

The front door: what most users need, loaded when it is first used (``import protomodels`` itself costs nothing).

>>> import protomodels as pm
>>> pm.load_model({"masses": {"X_Z1": 200, "X_t1": 800}, "decays": {"X_t1": {"1000022,6": 1.0}}}).n_particles
2

    load_results, load_model      LHC results, and proto-models from files
    load_spectrum                 a model of any kind from a file
    evaluate, evaluate_many       K of models, and what it rests on
    scan                          many models of any kind: files in, a table out
    excesses                      which of them were expected to be excluded, and were not
    improve                       a model at the top of its mode
    run, resume                   walks
    open_storage, hiscores        where they are kept, what they found
    pvalue, closure, power        is it remarkable?  would a proto-model be found, and how often?
    posterior                     probabilities of contents, masses, cross sections
    timeline                      is an excess growing or dying, from release to release?
    plot                          figures of all of these
    policy                        the choices of a scoring, by name

The modules beside this one say what a proto-model is.  In come model files or a walker's changes; out go validated,
immutable :class:`ProtoModel` objects with their cross sections and their prior.  They know nothing about LHC results.

    particles    the particles: names, pids, walls, multiplets
    channels     every decay channel, what opens it, its charges
    model        ProtoModel: masses, branching ratios, signal strength multipliers
    editor       changes of a model that keep sigma x BR of what they do not touch
    changes      small changes made on trust: what the moves of a walk are made of
    production   the cross sections of one model (kappa x reference)
    slices/      random full spectra, for trying scans
    xsec/        the reference cross sections: tables, look-up, and how they were made
    spectrum/    models of any kind, from the files that people have
    partners/    what the particles could be: cross sections of partners with known quantum numbers
    prior        the parsimony prior with its counts
    files, slha  models from and to JSON and SLHA
    settings     the policies;  run_settings: the settings of a run, each said once
    errors       the one error tree;  extras: parts that are installed when they are wanted
    cache        where files are kept that can be made again;  kernel: the decorator of compiled functions
    client/      a typed client of the service

The rooms (``protomodels.results``, ``protomodels.predictor``, ...) are folders at the top of the repository;
statistics/ lies here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

__version__ = "0.2.0.dev0"

if TYPE_CHECKING:
    from protomodels.campaign.excesses.front import excesses
    from protomodels.campaign.front import closure, power, pvalue
    from protomodels.campaign.scan.front import scan
    from protomodels.campaign.timeline import timeline
    from protomodels.database import open_storage
    from protomodels.files import load_model
    from protomodels.model import ProtoModel
    from protomodels.plots.front import plot
    from protomodels.predictor import load_results
    from protomodels.runs.front import hiscores, resume, run
    from protomodels.runs.posterior.front import posterior
    from protomodels.scoring.front import evaluate, evaluate_many
    from protomodels.settings import policy
    from protomodels.spectrum import load_spectrum
    from protomodels.walker.front import improve

_PUBLIC: Final = {
    "ProtoModel": "protomodels.model",
    "closure": "protomodels.campaign.front",
    "evaluate": "protomodels.scoring.front",
    "evaluate_many": "protomodels.scoring.front",
    "excesses": "protomodels.campaign.excesses.front",
    "hiscores": "protomodels.runs.front",
    "improve": "protomodels.walker.front",
    "load_model": "protomodels.files",
    "load_results": "protomodels.predictor",
    "load_spectrum": "protomodels.spectrum",
    "open_storage": "protomodels.database",
    "plot": "protomodels.plots.front",
    "policy": "protomodels.settings",
    "posterior": "protomodels.runs.posterior.front",
    "power": "protomodels.campaign.front",
    "pvalue": "protomodels.campaign.front",
    "resume": "protomodels.runs.front",
    "run": "protomodels.runs.front",
    "scan": "protomodels.campaign.scan.front",
    "timeline": "protomodels.campaign.timeline",
}
"""Where each name of the front door comes from."""

__all__ = [
    "ProtoModel",
    "__version__",
    "closure",
    "evaluate",
    "evaluate_many",
    "excesses",
    "hiscores",
    "improve",
    "load_model",
    "load_results",
    "load_spectrum",
    "open_storage",
    "plot",
    "policy",
    "posterior",
    "power",
    "pvalue",
    "resume",
    "run",
    "scan",
    "timeline",
]


def __getattr__(name: str) -> Any:
    """Import a name of the front door when it is first used (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """What there is, imported or not."""
    return sorted({*globals(), *_PUBLIC})
