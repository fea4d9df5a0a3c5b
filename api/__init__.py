"""The REST API under ``/api/v1``.

HTTP requests come in; JSON, or problem+json (RFC 9457) for every error, goes out.  Nothing here computes for long: runs
are queued in the storage, and `protomodels runner` walks them.

    app        the application: routes, error handlers, limits
    settings   where it listens, what it needs a token for, how large requests may be
    problems   errors as problem+json: the one mapping to HTTP statuses
    deps       what routes are given: storage, results, who asks
    tokens     bearer tokens: made once, stored hashed
    limits     sizes of bodies, requests a minute
    schemas    what goes in and out, checked by pydantic
    routes/    one module a resource
    openapi    the committed description, openapi.json, and whether it is up to date

The dashboard and pictures are to come.
"""
