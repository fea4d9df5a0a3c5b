"""The storage that the rest of the program opens; each method is one transaction over `protomodels.database.queries`.

What a method means is a contract that tests run against every kind of database: nothing here depends on the kind.

    opening      `open_storage`: from a path or URL to an open storage of this version's schema
    storage      `Storage`, put together from its parts
    runs, leases, walks, protomodels, campaigns, batches, posteriors, tokens    the parts
    connected    what the parts share: connections and transactions
"""

from protomodels.database.storage.opening import open_storage
from protomodels.database.storage.storage import Storage
from protomodels.database.storage.walks import HISCORES_KEPT

__all__ = ["HISCORES_KEPT", "Storage", "open_storage"]
