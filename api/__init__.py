"""The service: the REST API under ``/api/v1``, and the dashboard.

HTTP requests come in; JSON or pages, and problem+json (RFC 9457) for every error, go out.  Nothing here computes for
long: runs are queued in the storage, and `protomodels runner` walks them.

    app         the application: routes, error handlers, limits
    settings    where it listens, what it needs a token for, how large requests may be
    deps        what routes are given: storage, results, figures, the caller
    security/   hosts, origins, limits, tokens
    problems    errors as problem+json: the one mapping to HTTP statuses
    requests    what comes in, checked by pydantic
    responses/  what goes out, as :mod:`protomodels.client.schemas` describes it
    routes/     one module a resource
    synthetic   which results are synthetic
    results     compiled results;  figures, excesses: of what is stored;  cache: what was computed before
    pages/      the dashboard: templates, scripts, and what they are given
    metrics     for Prometheus;  logs: lines of JSON
    openapi     the committed description, openapi.json, and whether it is up to date
"""
