"""Every door × everybody who might knock × own, merged, foreign, deleted and made-up ids: the answer is the one in the table (SAFETY §6)."""

import re

import pytest

from tests.house.doors import ASKERS, IN, RANDOM, STAFF, TABLE, TOKENS, Door, Town

UNSAID = ("throttle_counts", "sessions")  # what a refused form may touch: the count of tries, and when it was seen


@pytest.fixture
def town(app, cast):
    return Town(app, cast)


def expected(door: Door, asker: str, aim: str):
    if asker == "nobody":
        return door.nobody
    if aim == "merged":
        return door.for_merged(asker)
    return door.but.get(asker, door.anyone) if aim == "own" else door.anyone


def said(answer) -> int | str:
    return IN if answer.status_code == 302 and answer.location.startswith("/sign-in") else answer.status_code


def same_but_for_its_address(answer, *ids) -> str:
    """The page without what differs in every answer: the form's token, the nonce, the address it was asked under."""
    text = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", answer.get_data().decode(errors="replace"))
    for one in ids:
        text = text.replace(one, RANDOM)
    return text


def test_the_table_names_every_door_and_no_other(app):
    there = {
        (rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }
    assert {(door.endpoint, "GET" if door.post is None else "POST") for door in TABLE} == there


def doors_of(asker: str, looking: bool) -> list[Door]:
    """The doors that show (GET) or that do something (POST)."""
    doors = [door for door in TABLE if (door.post is None) == looking]
    return doors if asker in ("nobody", "mother", "admin") else [door for door in doors if door.tells_apart]


@pytest.mark.parametrize("askers", [list(ASKERS)[:6], list(ASKERS)[6:]], ids=["first", "others"])
def test_every_door_answers_everybody_as_the_table_says(town, askers):
    """Also: not yours and not there cannot be told apart; looking changes nothing; nor does what is refused."""
    wrong = []
    for asker in askers:
        browser = town.browser(asker)
        before = town.rows("throttle_counts")
        looked = {
            (door, aim): town.knock(browser, door, address)
            for door in doors_of(asker, True)
            for aim, address in town.addresses(door).items()
        }
        wrong += [each for (door, aim), answer in looked.items() for each in amiss(door, asker, aim, answer)]
        wrong += differences(town, asker, browser, looked)
        wrong += [f"{asker} changed {each} by looking" for each in changed(before, town.rows("throttle_counts"))]
        if asker in ("nobody", "mother", "admin"):
            before = town.rows()
            for door, aim in looked:
                browser.head(town.addresses(door)[aim], buffered=True)
            wrong += [f"{asker} changed {each} by asking for heads" for each in changed(before, town.rows())]

        before, granted, sent = town.rows(*UNSAID), [], {}
        for door in doors_of(asker, False):
            for aim, address in town.addresses(door).items():
                if expected(door, asker, aim) in (200, 302) and asker != "nobody":
                    granted.append((door, aim))
                else:
                    sent[door, aim] = town.knock(browser, door, address)
        wrong += [each for (door, aim), answer in sent.items() for each in amiss(door, asker, aim, answer)]
        wrong += differences(town, asker, browser, sent)
        wrong += [
            f"{asker} changed {each} though refused" for each in changed(before, town.rows(*UNSAID)) if (asker, each) != ("nobody", "holds")
        ]
        town.give_back()
        for door, aim in granted:
            wrong += amiss(door, asker, aim, town.knock(browser, door, town.addresses(door)[aim]))
        town.give_back()
    assert not wrong, "\n".join(wrong)


def amiss(door: Door, asker: str, aim: str, answer) -> list[str]:
    got, want = said(answer), expected(door, asker, aim)
    return [] if got == want else [f"{asker}: {answer.request.method} {answer.request.full_path} ({aim}) answers {got}, not {want}"]


def changed(before: dict, after: dict) -> list[str]:
    """The tables with other rows than before; that staff looked at somebody is written down and no change."""
    ledger = [
        line for line in after["ledger_lines"] if ("'viewed'" not in line and "'file_opened'" not in line) or line in before["ledger_lines"]
    ]
    return [name for name, rows in (after | {"ledger_lines": ledger}).items() if rows != before[name]]


def is_hidden(door: Door, asker: str, aim: str) -> bool:
    return aim in ("foreign", "deleted") or (aim == "merged" and door.for_merged(asker) == 404)


def differences(town: Town, asker: str, browser, answers: dict) -> list[str]:
    """Where somebody signed in can tell a stranger's thing from one that is not there."""
    if asker == "nobody":
        return []
    ids = [value for target in town.targets.values() for value in target.values()]
    shown = {key: (same_but_for_its_address(one, *ids), sorted(one.headers.keys())) for key, one in answers.items()}
    found = [
        f"{asker} can tell: {door.path} is {aim}"
        for door, aim in shown
        if is_hidden(door, asker, aim) and shown[door, aim] != shown[door, "random"]
    ]
    for door in dict.fromkeys(door for door, _aim in shown):
        here = town.addresses(door)["own"]
        nowhere = here.replace("/riverside/", "/nowhere/")
        hidden = here.startswith(("/staff", "/desk")) and expected(door, asker, "own") == 404 and asker not in STAFF
        if hidden and nowhere != here and "?" not in here:
            other = same_but_for_its_address(town.knock(browser, door, nowhere), *ids).replace("/nowhere/", "/riverside/")
            found += [f"{asker} can tell: there is a {door.path}"] if other != shown[door, "own"][0] else []
    return found


def test_opening_a_mailed_link_only_puts_it_away_in_the_session(town):
    for asker in ("nobody", "mother"):
        before = town.rows("sessions")
        for door in TOKENS:
            answer = town.knock(town.browser(asker), door, door.path)
            assert (answer.status_code, answer.location) == (302, door.path.removesuffix("x.y"))
        assert town.rows("sessions") == before


def test_closed_is_the_default(app, browse):
    """Whatever endpoint exists now or later: without `@public` a stranger is sent to sign in, for every method."""
    stranger = browse()
    token = stranger.page("/forgot").form()["csrf_token"]
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "is_public", False) or rule.endpoint == "static":
            continue
        path = re.sub(r"<[^>]*>", "riverside", rule.rule)
        for method in rule.methods & {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}:
            answer = stranger.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
            assert said(answer) == IN, f"{method} {path} answers {answer.status_code} to a stranger"
