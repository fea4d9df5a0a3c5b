"""The routes under ``/api/v1``, one module a resource.

Requests come in, answers of :mod:`protomodels.api.responses` go out.

    runs         begin, list, pause, resume, cancel and delete runs; events: news of a run while it goes on
    protomodels  hiscores and proto-models, with predictions, explanation and SLHA;  plots: figures
    hiscore_files  hiscores as a table, and as SLHA files
    evaluate     K of a model that comes with the request
    batches      models that are judged by a runner, a row for each
    excesses     small excesses of batches and tables;  criteria: their criteria, as parameters
    posteriors   chains of a sampler, and what they say
    campaigns    global p-values, closure tests, power
    results      databases of results on this machine
    session      a token for the pages;  meta: versions, health, metrics
"""
