"""The particles behind the events of a model."""

from __future__ import annotations

from protomodels.predictor.general.forest import Forest
from protomodels.predictor.general.sms import Events
from protomodels.predictor.general.states import Model


def masks_of(events: Events, forest: Forest, model: Model, bits: dict[int, int]) -> list[int]:
    """The particles behind each event, those of all trees that it comes from, as a mask.

    Parameters
    ----------
    bits: of each particle, by pid.
    """
    of_class: dict[int, int] = {}
    for pid, number in model.classes.items():
        of_class[number] = of_class.get(number, 0) | 1 << bits[abs(pid)]
    known: dict[int, int] = {}

    def of_tree(tree: int) -> int:
        if tree not in known:
            mask = of_class.get(forest.particle[tree], 0)
            for child in forest.children[tree]:
                mask |= of_tree(child)
            known[tree] = mask
        return known[tree]

    own = []
    for event in events.origins:
        mask = 0
        for tree in event:
            mask |= of_tree(tree)
        own.append(mask)
    out = []
    for places in events.seen.values():
        mask = 0
        for place in places:
            mask |= own[place]
        out.append(mask)
    return out
