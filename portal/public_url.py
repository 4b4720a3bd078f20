"""Addresses that leave the house, in mails and calendar files: PUBLIC_URL and a path, never the Host header (SAFETY §4)."""

from urllib.parse import urlsplit

from flask import current_app


def public_url(endpoint: str, **values) -> str:
    """The whole address of a page, with or without a request: `public_url("booking.appointment", public_id=…)`.

    What the page's path has no place for goes into the query. Raises werkzeug's BuildError for an unknown endpoint.
    """
    base = urlsplit(current_app.config["PUBLIC_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
