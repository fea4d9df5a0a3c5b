"""What Ray reads from the environment; what a user has set stays."""

from __future__ import annotations

import logging
import os
import secrets
from typing import Final

ADDRESS: Final = "RAY_ADDRESS"
AUTH_MODE: Final = "RAY_AUTH_MODE"


def cluster_address(address: str | None) -> str | None:
    """That of the cluster, given or in ``RAY_ADDRESS``; none for a Ray that is started on this machine."""
    return address or os.environ.get(ADDRESS)


def set_ray_environment(address: str | None) -> None:
    """Defaults of our own.

    A Ray that is started here takes work from this process only: it protects itself by a token, which is made up for
    it (Ray would leave one in the user's home, and other clusters would then want it too).  How a cluster is entered
    is up to those who started it: members with and without tokens do not understand each other.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody is told about our users' runs
    if cluster_address(address) is None:
        # a head that was started here does not come back: better to end soon, and be resumed
        os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", "10")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        # which would say that tokens are on, and how to turn them off
        logging.getLogger("ray._private.authentication.authentication_token_setup").setLevel(logging.ERROR)
