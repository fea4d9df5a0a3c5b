"""The REST API and its dashboard. No module has landed here yet; the room holds its place in the import contract."""
