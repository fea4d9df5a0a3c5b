"""Is a proposal of a walk good enough?  From predictions to K in one compiled call, without containers.

In come the predictions of a model and the value that its log likelihood ratio has to reach; out comes the best
combination with mu-hat and mu_max, or the proof that it is below.  Same rules as the critic, the choice of regions and
the combination that :class:`protomodels.scoring.scorer.Scorer` puts together, and tested against it.

    table    a catalog, a table of pairs and a policy as flat arrays
    choice   the critic's mu_max, and what may enter combinations
    decide   all of it: choice, allowed pairs, cliques, bound, maximum
    judge    the door: a scorer's own decisions
    at_strength     a combination at mu = 1, chosen by the data or blind to them
    fixed_strength  the likelihood ratio of a model as it stands, for a posterior
    reasons  why an evaluation has no K, in words
"""
