"""Who you are, and whom you may act for. Imports nothing of booking."""
