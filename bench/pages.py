"""What a page costs: CPU per request and SQL statements, beside a bare Flask page of the same size (issue: LOOK §5, PERFORMANCE)."""

from functools import partial

from flask import Flask

from bench import Row, cpu_ms
from bench.statements import counted
from bench.world import application, busy_practice
from booking import timetable
from portal.database import db

MONTH_AIM = {1: 5.0, 20: 12.0}


def bare(body: bytes):
    """A Flask app that answers `/` with that body and nothing else: the floor."""
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: body)
    return app.test_client()


def rows():
    """A month page and a day page for one of one and any of twenty practitioners."""
    for practitioners in (1, 20):
        with application(in_context=False) as app:
            with app.app_context():
                practice, service, people, _account, _link = busy_practice(practitioners)
                engine = db.engine
                who = people[0].public_id if practitioners == 1 else "any"
                address = f"/at/{practice.slug}/book/when?what={service.public_id}&with={who}"
            for name, path, aim in (
                ("month page", f"{address}&month=2027-01", MONTH_AIM[practitioners]),
                ("day page", f"{address}&day=2027-01-05", MONTH_AIM[practitioners]),
            ):
                client = app.test_client()
                answer = client.get(path)
                assert answer.status_code == 200, answer.status
                floor = bare(answer.data)
                label = f"{name}, {'one practitioner' if practitioners == 1 else f'any of {practitioners}'}"
                yield Row(label, cpu_ms(partial(client.get, path)), "ms CPU", cpu_ms(partial(floor.get, "/")), aim)
                with counted(engine) as warm:
                    client.get(path)
                yield Row(f"{label}: statements", len(warm), "SQL", aim=8)
            # The first answer after a change of the timetable reads the timetable too.
            timetable.forget()
            with counted(engine) as cold:
                app.test_client().get(address)
            yield Row(f"first answer of a process, {practitioners} practitioners: statements", len(cold), "SQL", aim=8)
