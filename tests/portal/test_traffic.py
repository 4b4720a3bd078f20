"""Work in the background steps aside for whoever waits for a page, and is not kept from its work for ever."""

import gc
import sys
import threading
import time

import pytest

from portal import match_search, traffic
from portal.database import transact
from portal.traffic import Aside, in_hand


def stepped(worked: float) -> float:
    """How many seconds a step aside took after so many of work."""
    aside = Aside()
    aside.began -= worked
    before = time.perf_counter()
    aside.step()
    return time.perf_counter() - before


def test_nobody_there_is_waited_for():
    assert stepped(10) < 2


def test_while_a_request_is_in_hand_the_pause_is_in_proportion_to_the_work():
    with in_hand():
        assert 0.02 * traffic.PATIENCE <= stepped(0.02) < 0.02 * traffic.PATIENCE + 2
    assert stepped(1) < 2.5


def test_work_goes_on_when_the_answer_is_given():
    def answer():
        with in_hand():
            there.set()
            time.sleep(0.5)

    there, visitor = threading.Event(), threading.Thread(target=answer)
    visitor.start()
    there.wait()
    assert 0.01 < stepped(60) < 20
    visitor.join()


def test_nobody_waits_while_all_the_application_is_searched_for_garbage():
    interval = sys.getswitchinterval()
    try:
        traffic.share_evenly()
        assert gc.get_freeze_count() > 10_000 and sys.getswitchinterval() == pytest.approx(traffic.SWITCH_SECONDS)
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("address", ["/", "/nowhere"])
def test_every_request_is_counted_while_it_is_answered(app, cast, monkeypatch, address):
    seen, answer, before = [], app.full_dispatch_request, traffic._in_hand
    monkeypatch.setattr(app, "full_dispatch_request", lambda *args: (seen.append(traffic._in_hand), answer(*args))[1])
    app.test_client().get(address)
    assert seen == [before + 1] and traffic._in_hand == before


def test_a_request_that_breaks_is_over_too(app, cast, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(app, "full_dispatch_request", fail)
    before = traffic._in_hand
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/")
    assert traffic._in_hand == before


def test_the_search_steps_aside_between_two_people(app, cast, monkeypatch):
    """Not only between two portions: a portion is a tenth of a second."""
    steps = []
    monkeypatch.setattr(Aside, "step", lambda self: steps.append(1))
    with app.app_context():
        transact(match_search.start_search, cast.staff("dana"), app.config["CLOCK"]())
        while match_search.work(app.config["CLOCK"]()):
            pass
        people = len(steps)
    assert people > 20
