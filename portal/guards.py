"""Default deny: every page needs a sign-in unless it says `@public`. Staff pages ask what the asker may do there."""

from functools import wraps
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user

from portal import clock
from portal.queries import practice_by_slug, staff_roles


def public(view):
    """Mark a view that strangers may see."""
    view.is_public = True
    return view


def quiet(view):
    """Mark a view that a script asks again and again: no sign that anybody is there, so that a session left alone ends all the same."""
    view.is_quiet = True
    return view


def at_practice(view):
    """The view is called with `practice` in place of the `slug` in its address; an unknown one is 404."""

    @wraps(view)
    def guarded(slug, **kwargs):
        g.practice = practice_by_slug(slug) or abort(404)
        return view(practice=g.practice, **kwargs)

    return guarded


def staff_only(may: str | None = None):
    """The view belongs to the staff of the practice in its address; with `may`, to those who have this permission (portal/permissions.py).
    Others see 404. Where the practice asks its staff for a second step when signing in, who has none sets it up first.

    The view is called with `staff` (a StaffMember) in place of `slug`.
    """

    def mark(view):
        @wraps(view)
        def guarded(slug, **kwargs):
            g.staff_roles = staff_roles(current_user)  # asked once: the menu lists them all
            member = next((one for one in g.staff_roles if one.practice.slug == slug), None)
            g.practice = member.practice if member else abort(404)
            if g.practice.second_factor_at and not current_user.second_factor_at:
                return redirect(url_for("portal.second_factor", next=_here() or None))
            if may and not member.may(may):
                abort(404)
            return view(staff=member, **kwargs)

        guarded.is_staff_view, guarded.asks_for = True, may
        return guarded

    return mark


def recently(view):
    """Ask for the password again when it was last proven more than RECENT_SIGN_IN_MINUTES ago."""

    @wraps(view)
    def guarded(**kwargs):
        if proven_recently():
            return view(**kwargs)
        return redirect(
            url_for("portal.prove", next=request.full_path.rstrip("?") if request.method == "GET" else page_of_the_form() or None)
        )

    return guarded


def recently_to_send(come_back):
    """Anybody who may see the page looks at it; sending its form asks for the password as `recently` does.

    `come_back`, called with what the view is called with: the address of the page that shows what was typed and chosen, so that
    nothing is lost on the way.
    """

    def mark(view):
        @wraps(view)
        def guarded(**kwargs):
            if request.method in ("GET", "HEAD") or proven_recently():
                return view(**kwargs)
            return redirect(url_for("portal.prove", next=come_back(**kwargs)))

        return guarded

    return mark


def proven_recently() -> bool:
    """Whether whoever asks has proven their password in the last RECENT_SIGN_IN_MINUTES."""
    limit = current_app.config["RECENT_SIGN_IN_MINUTES"] * 60
    # after now: the clock was put back
    return session.signed_in_at is not None and abs((clock.now() - session.signed_in_at).total_seconds()) <= limit


def require_sign_in():
    """Run before every request. A visitor on a closed page goes to sign in and comes back to where they were."""
    view = current_app.view_functions.get(request.endpoint)
    if view is None or getattr(view, "is_public", False) or request.endpoint == "static":
        return None
    if current_user.is_authenticated:
        return None
    return redirect(url_for("portal.sign_in", next=_here() or None))


def _here() -> str:
    """Where to come back to: this page, or the one that sent this form."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else page_of_the_form()


def page_of_the_form() -> str:
    """The path of our own page that sent this form, or an empty string."""
    _scheme, _colon, address = (request.referrer or "").partition("://")
    host, slash, rest = address.partition("#")[0].partition("/")
    return local_path(slash + rest) if host == request.host else ""


def local_path(target: str | None) -> str:
    """`target` if it is a path of this site, else an empty string. Refuses `//evil`, `/\\evil`, `https:evil`."""
    target = target or ""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(c) < 33 or c == "\\" for c in target):
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
