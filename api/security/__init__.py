"""Who may use the service, and how much.

Every request comes in; those that are refused go out as problem+json.

    guard   every request: hosts and origins, headers of answers, a line of log
    limits  sizes of bodies, requests a minute, open event streams
    tokens  bearer tokens: made once, stored hashed
"""
