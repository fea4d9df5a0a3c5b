"""Pictures of models, runs and campaigns. No module has landed here yet; the room holds its place in the
import contract."""
