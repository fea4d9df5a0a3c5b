"""The search: walks through the space of proto-models.

In comes a scorer; out go chains of scored proto-models.  Every step is a pure function of the state of its walker.

    moves/      one proposal a file, and the policy's list of them
    state       where a walk stands, and its form in the storage
    acceptance  whether a proposal becomes the state, and the K that it needs for that
    walk        one walk: propose, score, accept; a chunk of steps as a pure function
    scores      of a model, of the best of several, of a model scaled to mu-hat = 1
    refined     the refined search: which proposal comes next, and when a model is polished
    summit      the last three fifths of it: hops around the best models
    climb       to the top of the mode on which a model stands
    steady      does a score stand on exact masses? then it is not kept
    directions  the small changes and the simpler models that a climb tries
    front       improve: a model of one's own at the top of its mode
    improvement what was changed in it
    exchange    walkers that take over models of better ones (an option)
    posterior/  not one model but a posterior: a sampler with correct ratios
    version     SEARCH_VERSION: which search makes a chain
"""

from protomodels.walker.version import SEARCH_VERSION
from protomodels.walker.walk import Walk

__all__ = ["SEARCH_VERSION", "Walk"]
