"""The letters about access: somebody may do other things for a person than before, or soon will."""
