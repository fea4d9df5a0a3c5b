"""The service under load and under attack: docs/service.md says what came out.

filled      a PostgreSQL with a million steps, a hundred thousand proto-models, ten thousand runs
serving     `protomodels serve` as a process of its own
load        how long pages take at 20 requests a second
first_view  how long a browser takes to show them
fuzz        requests made up from the description of the API
"""
