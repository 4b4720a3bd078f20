"""The staff calendar and the phone, beside a bare page of the same size: a week of twenty practitioners, a day, the question a page left open
asks; and why a public holiday is closed, with what would open it."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

from sqlalchemy import func, select, update

from bench import Row, cpu_ms
from bench.desk_schedules import more_services
from bench.pages import bare
from bench.statements import counted
from bench.world import NOW, application, busy_practice
from booking.models import Appointment
from portal import clock
from portal.database import db, transact
from portal.ids import secret
from portal.models import Profile, SessionRow, StaffMember
from portal.sessions import _hash

PRACTITIONERS, PEOPLE = 20, 400
WEEK_AIM, DAY_AIM, STATE_AIM, STATEMENTS = 25.0, 12.0, 5.0, 8
PHONE_AIM, PHONE_STATEMENTS = 80.0, 12


def staff_of(practice_id: int, account_id: int) -> str:
    """A use case: the account works here and is signed in; the appointments are those of many people. Gives the session's key."""
    key, now = secret(), clock.now()
    db.session.add(StaffMember(practice_id=practice_id, account_id=account_id, role="admin", created_at=now))
    people = [Profile(practice_id=practice_id, given_name=f"Given{n}", family_name=f"Family{n}", created_at=now) for n in range(PEOPLE)]
    row = dict(
        idle_minutes=600, created_at=now, signed_in_at=now, last_seen_at=now, expires_at=now + timedelta(days=90), data={"staff": True}
    )
    db.session.add_all([*people, SessionRow(key_hash=_hash(key), account_id=account_id, **row)])
    db.session.flush()
    first = people[0].id
    db.session.execute(update(Appointment).values(profile_id=first + Appointment.id % PEOPLE))
    return key


def somebody_moves(app, monday) -> None:
    """One appointment of that week becomes another, as when a colleague changes it."""
    with app.app_context():
        transact(_change, datetime.combine(monday, time.min, UTC))


def _change(since: datetime) -> None:
    """A use case."""
    some = select(func.min(Appointment.id)).where(Appointment.starts_at >= since, Appointment.status == "booked").scalar_subquery()
    db.session.execute(
        update(Appointment)
        .where(Appointment.id == some)
        .values(revision=Appointment.revision + 1, note="x")
        .execution_options(synchronize_session=False)
    )


def rows():
    with application(in_context=False) as app:
        with app.app_context():
            practice, service, people, account, _link = busy_practice(PRACTITIONERS)
            key, engine = transact(staff_of, practice.id, account.id), db.engine
        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], key)
        home = f"/desk/{practice.slug}/calendar"
        monday = (NOW + timedelta(days=7 - NOW.weekday())).date()
        week = f"{home}?date={monday}&view=week"
        yield from measured(
            client,
            engine,
            ((f"week of {PRACTITIONERS} practitioners, after a change", week, WEEK_AIM),),
            before=partial(somebody_moves, app, monday),
        )
        mark = client.get(week).text.partition('data-calendar="')[2][:16]
        yield from measured(client, engine, (
            (f"week of {PRACTITIONERS} practitioners, looked at again", week, WEEK_AIM),
            ("week of one", f"{home}?date={monday}&view=week&with={people[0].public_id}", DAY_AIM),
            (f"day of {PRACTITIONERS} practitioners", f"{home}?date={monday}", DAY_AIM),
            ("what a page left open asks", f"{home}/state?date={monday}&view=week&mark={mark}", STATE_AIM),
        ))  # fmt: skip
        with app.app_context():
            transact(more_services, practice, people)
        phone = f"/desk/{practice.slug}/phone?what={service.public_id}&with=any"
        yield from measured(client, engine, (
            (f"phone, a public holiday with any of {PRACTITIONERS}", f"{phone}&date={NOW.date().replace(day=25)}", PHONE_AIM),
            (f"phone, a Sunday with any of {PRACTITIONERS}", f"{phone}&date={NOW.date().replace(day=27)}", PHONE_AIM),
        ), PHONE_STATEMENTS)  # fmt: skip


def measured(client, engine, pages, statements: int = STATEMENTS, before=lambda: None):
    for name, path, aim in pages:
        answer = client.get(path)
        assert answer.status_code in (200, 204), answer.status
        yield Row(name, cpu_ms(partial(client.get, path), before=before), "ms CPU", cpu_ms(partial(bare(answer.data).get, "/")), aim)
        before()
        with counted(engine) as sent:
            client.get(path)
        yield Row(f"{name}: statements", len(sent), "SQL", aim=statements)
