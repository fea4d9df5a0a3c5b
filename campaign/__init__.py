"""Many runs that answer one question about proto-models.

A storage with runs and a predictor come in; frozen answers go out, which show themselves as tables and become
dictionaries or data frames.

    front             pvalue, closure, power: campaigns with the defaults of the command line
    base              what all campaigns share: created or found again, walked, resumed, answered
    config            the base of their configs
    ensemble          the runs of a campaign, each in a universe of its own
    pvalue            the global p-value of a run;  pvalue_config: its question;  global_p_value: its answer
    same_search       only the search that judged the data judges universes;  side_by_side: all p-values of a run
    closure           is an injected proto-model found again?  closure_config, closure_answer: question and answer
    closure_result    what one run found beside the injected proto-model
    power             how probably it is found, against its strength
    timeline/         K of models in one release of the results after another
    scan/                many models at once: files of any kind in, a table out
    excesses/            small excesses over the table of a scan: selection, chance, clusters, proposals
    bounds            known models scored in many universes: lower bounds of their best K
    answers           the answer of any stored campaign
"""
