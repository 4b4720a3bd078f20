"""The letters about invitations: the invitation itself, and what became of it."""
