"""Which language and zone a reader gets. A language chosen by link stays in the address, so no cookie is needed for it."""

from urllib.parse import urlencode

from flask import current_app, g, request, session
from flask_babel import Babel
from flask_babel import get_locale as _current

from portal import sentences

babel = Babel()


def _supported(code: str | None) -> str | None:
    code = (code or "").split("-")[0].split("_")[0].lower()
    return code if code in current_app.config["LANGUAGES"] else None


def _account():
    """Who is signed in; None while the session is not open yet. A session without data is false, so it is not asked for its truth."""
    return getattr(session, "account", None)


def choose_language() -> str:
    """The address's `lang`, else the account's, else the browser's, else the practice's."""
    if not request:
        return current_app.config["BABEL_DEFAULT_LOCALE"]
    account = _account()
    practice = g.get("practice")
    return (
        _supported(request.args.get("lang"))
        or _supported(account.language if account else None)
        or _supported(request.accept_languages.best_match(list(current_app.config["LANGUAGES"])))
        or _supported(practice.language if practice else None)
        or current_app.config["BABEL_DEFAULT_LOCALE"]
    )


def lang() -> str:
    """The two-letter code of the language this page is in."""
    return _current().language


def reader_zone() -> str:
    """The IANA zone the reader chose for themselves, or an empty string."""
    account = _account()
    return account.zone if account else ""


def in_language(code: str) -> str:
    """The address of this very page in another language."""
    if request.url_rule is None or "GET" not in request.url_rule.methods:
        return f"/?lang={code}"
    here = current_app.url_for(request.endpoint, **{**(request.view_args or {}), "lang": code})
    # Added as data, never as arguments of url_for: `?_scheme=javascript&_external=1` would make a link of its own.
    rest = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "lang"])
    return f"{here}&{rest}" if rest else here


def _keep_language(endpoint: str, values: dict) -> None:
    if endpoint != "static" and request and "lang" in request.args and "lang" not in values:
        code = _supported(request.args["lang"])
        if code:
            values["lang"] = code


def init_app(app) -> None:
    babel.init_app(app, locale_selector=choose_language)
    app.url_defaults(_keep_language)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as in translations/babel.cfg: line breaks inside {% trans %} say nothing
    sentences.install(app.jinja_env)
    app.jinja_env.globals.update(in_language=in_language, lang=lang)
