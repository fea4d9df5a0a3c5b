"""Commands that serve what is stored.

A storage comes in; the REST API and the dashboard go out, for callers with a token.

    serve    serve
    token    token create, list, revoke
    open     open: a page in a browser
"""
