"""Sessions on the server: the cookie is 256 random bits, the rest is a row that can be ended (SAFETY §3).

A visitor gets no cookie until something must be remembered. A new id is made at sign-in; idle and absolute ends are the
row's. `last_seen_at` is written at most once a minute.
"""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from flask import current_app, request
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, select, update
from werkzeug.datastructures import CallbackDict

from portal import clock
from portal.database import db, transact
from portal.errors import Busy
from portal.ids import secret
from portal.models import SessionRow

SEEN_EVERY = timedelta(minutes=1)
_OF_KEY = select(SessionRow).where(SessionRow.key_hash == bindparam("key_hash"))  # asked with every request: made once


class Lapsed(NamedTuple):
    """After how many minutes a browser was signed out, and which account."""

    minutes: int
    account_id: int


class ServerSession(CallbackDict, SessionMixin):
    """A dict of small JSON values. `binding` ties forms to this session without telling its key."""

    def __init__(self, data=None, key: str | None = None, row: SessionRow | None = None, lapsed: Lapsed | None = None):
        def changed(session):
            session.modified = True

        super().__init__(data, changed)
        self.modified = False
        self.key, self.row_id = key, row.id if row else None
        self.renew = self.ended = False
        self.seen_at, self.idle_minutes = (row.last_seen_at, row.idle_minutes) if row else (None, None)
        self.signed_in_at = row.signed_in_at if row else None
        self.account = row.account if row else None
        self.account_id = row.account_id if row else None
        self.new = row is None
        self.lapsed, self.lapsed_account_id = lapsed or (None, None)  # this browser was signed out after so many minutes, and who

    @property
    def binding(self) -> str:
        return hashlib.sha256(b"binding" + self.key.encode()).hexdigest()[:32] if self.key else ""


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class ServerSessions(SessionInterface):
    session_class = ServerSession

    def open_session(self, app, request):
        key = request.cookies.get(app.config["SESSION_COOKIE_NAME"], "")
        if not key or request.endpoint == "static":
            return ServerSession()
        row = db.session.scalar(_OF_KEY, {"key_hash": _hash(key)})
        now = clock.now()
        if row is None:
            return ServerSession()
        idle = timedelta(minutes=row.idle_minutes)
        if not -idle < now - row.last_seen_at < idle:  # seen after now: the clock was put back, and who knows how long nobody was there
            return ServerSession(lapsed=Lapsed(row.idle_minutes, row.account_id) if row.account_id else _carried(row))
        if row.expires_at <= now:
            return ServerSession(lapsed=Lapsed(app.config["SESSION_ABSOLUTE_MINUTES"], row.account_id) if row.account_id else _carried(row))
        return ServerSession(row.data, key, row, _carried(row))

    def save_session(self, app, session, response):
        if request.endpoint != "static":
            response.vary.add("Cookie")  # the same address shows everybody something else
        if session.new and not session and not session.renew:
            return
        now = clock.now()
        if session.ended:
            transact(_forget, session.row_id)
            response.delete_cookie(app.config["SESSION_COOKIE_NAME"], secure=app.config["SESSION_COOKIE_SECURE"])
            return
        if session.new and session.lapsed and session.account_id is None:
            session["lapsed"] = [session.lapsed, session.lapsed_account_id]  # a new cookie takes the place of the one that told
        if session.new or session.renew or session.modified:
            fresh = session.new or session.renew
            session_key = secret() if fresh else session.key
            transact(_store, session, session_key, now)
            if fresh:
                self._give_cookie(app, response, session_key)
        elif now - session.seen_at >= SEEN_EVERY and not getattr(app.view_functions.get(request.endpoint), "is_quiet", False):
            try:
                transact(_touch, session.row_id, now)
            except Busy:
                pass  # being seen a minute later harms nobody

    def _give_cookie(self, app, response, key):
        response.set_cookie(
            app.config["SESSION_COOKIE_NAME"],
            key,
            path="/",
            httponly=True,
            secure=app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )


def _carried(row: SessionRow) -> Lapsed | None:
    return Lapsed(*row.data["lapsed"]) if "lapsed" in row.data else None


def _store(session: ServerSession, key: str, now) -> None:
    config = current_app.config
    values = {
        "data": dict(session),
        "account_id": session.account_id,
        "idle_minutes": session.idle_minutes or config["SESSION_IDLE_MINUTES"],
        "signed_in_at": session.signed_in_at,
        "last_seen_at": now,
    }
    if session.new or session.renew:
        if session.row_id:
            db.session.execute(delete(SessionRow).where(SessionRow.id == session.row_id))
        expires_at = now + timedelta(minutes=config["SESSION_ABSOLUTE_MINUTES"])
        db.session.add(SessionRow(key_hash=_hash(key), created_at=now, expires_at=expires_at, **values))
    else:
        db.session.execute(update(SessionRow).where(SessionRow.id == session.row_id).values(**values))


def _touch(row_id: int, now) -> None:
    db.session.execute(update(SessionRow).where(SessionRow.id == row_id).values(last_seen_at=now))


def _forget(row_id: int | None) -> None:
    db.session.execute(delete(SessionRow).where(SessionRow.id == row_id))


def begin(session: ServerSession, account_id: int, now, staff: bool) -> None:
    """Sign an account in: a new id, what the visitor had chosen kept, a shorter idle time for staff."""
    config = current_app.config
    session.renew, session.account_id, session.signed_in_at = True, account_id, now
    session.idle_minutes = config["SESSION_IDLE_MINUTES_STAFF" if staff else "SESSION_IDLE_MINUTES"]
    session.modified = True
    session.pop("lapsed", None)


def finish(session: ServerSession) -> None:
    """Sign out: the row goes, and a copy of the cookie opens nothing."""
    session.clear()
    session.account, session.account_id, session.ended = None, None, True


def leave(session: ServerSession, **kept) -> None:
    """Sign out and go on as a visitor who keeps nothing but `kept`: a new id, and the old row goes."""
    session.clear()
    session.update(kept)
    session.account, session.account_id, session.signed_in_at, session.idle_minutes = None, None, None, None
    session.renew = session.modified = True


def end_all(account_id: int, but: int | None = None) -> None:
    """End every session of an account at once, except row `but`. A use case: called inside transact()."""
    others = delete(SessionRow).where(SessionRow.account_id == account_id)
    db.session.execute(others if but is None else others.where(SessionRow.id != but))


def sweep(now) -> None:
    """Forget sessions past their end. A use case."""
    db.session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def visitor_key(session: ServerSession) -> str:
    """Who owns a held time in this browser; made on first need, kept through sign-in."""
    return session.setdefault("visitor", secret())
