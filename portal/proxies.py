"""Believe X-Forwarded-* only from as many proxies as the installation says it stands behind."""

from werkzeug.middleware.proxy_fix import ProxyFix


def trust_proxies(app) -> None:
    count = app.config["PROXIES"]
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
