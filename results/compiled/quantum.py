"""Which particle of a proto-model an entry of the results stands for, asked from SModelS once.

A *kind* is what a new particle is besides its mass: spin, colour, charge.  Results ask for kinds (``anyBSM``,
``MET``, ``gluino``), never for masses.  Equal kinds of equal mass are one particle to SModelS.
"""

from __future__ import annotations

from typing import Any, Final

from protomodels.particles import PARTICLES, SM_LABELS

INVISIBLE: Final = 0
"""Kind of a particle whose decay is invisible altogether: SModelS gives it no spin."""


def matching_tables(links: Any, labels: set[str], standard: set[str]) -> dict[str, Any]:
    """What the results' labels stand for.

    Parameters
    ----------
    links: SModelS's ExpSMSDict, whose nodes hold the particles of the results.
    labels, standard: labels of new and of SM particles in the compiled topologies.

    Returns
    -------
    ``kinds``: kind by signed pid (as text); ``standard_codes``: class by signed SM pid; ``kind_matches``: kinds by
    label; ``standard_matches``: SM classes by label.

    Raises
    ------
    ValueError: naming a particle of ours that SModelS does not know.
    """
    from smodels.base.particle import Particle
    from smodels.share.models.mssm import BSMList
    from smodels.share.models.SMparticles import SMList

    nodes: dict[str, Any] = {}
    for sms in links.getSMS():
        for index in sms.nodeIndices:
            node = sms.indexToNode(index)
            nodes.setdefault(str(node), node.particle)
    own = {particle.pdg: particle for particle in BSMList if abs(particle.pdg) in PARTICLES}
    unknown = [row.name for pid, row in PARTICLES.items() if pid not in own]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not among SModelS's particles")
    signatures = {pid: (p.spin, p.colordim, p.eCharge) for pid, p in own.items()}
    kinds = {signature: 1 + i for i, signature in enumerate(sorted(set(signatures.values())))}
    invisible = Particle(label="inv", eCharge=0, colordim=1, _isInvisible=True, isSM=False)
    examples = {kinds[signatures[pid]]: particle for pid, particle in own.items()} | {INVISIBLE: invisible}

    real: dict[int, Any] = {}
    for bare in SM_LABELS:
        for pid in (bare, -bare):
            found = [p for p in SMList if pid in _pdgs(p)]
            if found:
                real[pid] = found[0]
    classes: list[Any] = []
    codes = {}
    for pid, particle in real.items():
        code = next((i for i, other in enumerate(classes) if other == particle), None)
        if code is None:
            code = len(classes)
            classes.append(particle)
        codes[pid] = code
    return {
        "kinds": {str(pid): kinds[signature] for pid, signature in signatures.items()},
        "standard_codes": {str(pid): code for pid, code in codes.items()},
        "kind_matches": {
            label: sorted(kind for kind, particle in examples.items() if nodes[label] == particle) for label in labels
        },
        "standard_matches": {
            label: [i for i, particle in enumerate(classes) if nodes[label] == particle] for label in standard
        },
    }


def _pdgs(particle: Any) -> list[int]:
    pdg = particle.pdg
    return pdg if isinstance(pdg, list) else [pdg]
