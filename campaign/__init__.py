"""Many runs that answer one question (p-values, closure). No module has landed here yet; the room holds its
place in the import contract."""
