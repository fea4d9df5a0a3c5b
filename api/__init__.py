"""The service: the REST API under ``/api/v1``, and the dashboard.

HTTP requests come in; JSON or pages, and problem+json (RFC 9457) for every error, go out.  Nothing here computes for
long: runs are queued in the storage, and `protomodels runner` walks them.

    app        the application: routes, error handlers, limits
    settings   where it listens, what it needs a token for, how large requests may be
    guard      what every request goes through: hosts and origins, headers of answers, a line of log
    limits     sizes of bodies, requests a minute
    tokens     bearer tokens: made once, stored hashed
    problems   errors as problem+json: the one mapping to HTTP statuses
    deps       what routes are given: storage, results, pictures, who asks
    asked      what comes in, checked by pydantic; answered: what goes out
    routes/    one module a resource
    results    compiled results as the service sees them; memory: what is computed once
    pictures   which pictures there are of what is stored
    pages/     the dashboard: templates, scripts, and what they are given
    metrics    for Prometheus; logs: lines of JSON
    openapi    the committed description, openapi.json, and whether it is up to date
"""
