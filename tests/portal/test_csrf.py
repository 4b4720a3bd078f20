"""What another site makes the browser send is refused; what a person sends from our pages is not."""

import pytest

OURS, FOREIGN = {"Origin": "http://localhost"}, {"Origin": "https://evil.example"}


def post(browser, token, headers):
    return browser.post("/forgot", data={"email": "x@example.com", "csrf_token": token}, headers=headers).status_code


def token(browser):
    return browser.page("/forgot").form()["csrf_token"]


@pytest.mark.parametrize("headers", [{}, OURS, {"Sec-Fetch-Site": "same-origin"}, OURS | {"Sec-Fetch-Site": "same-origin"}])
def test_a_visitors_form_is_taken(app, browse, headers):
    browser = browse()
    assert post(browser, token(browser), headers) == 302


@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_foreign_page_cannot_send_it_even_with_a_token(app, browse, headers):
    browser = browse()
    assert post(browser, token(browser), headers) == 400


@pytest.mark.parametrize("bad", ["", "x", "a.b.c"])
@pytest.mark.parametrize("headers", [{}, OURS])
def test_a_form_without_its_token_is_refused(app, browse, bad, headers):
    assert post(browse(), bad, headers) == 400


def test_a_token_of_one_session_is_not_good_in_another(app, browse, cast):
    mine, theirs = browse(as_=cast.priya), browse(as_=cast.daniel)
    taken = theirs.page("/account").form("/sign-out")["csrf_token"]
    assert mine.post("/sign-out", data={"csrf_token": taken}).status_code == 400
    assert mine.page("/account").h1 == "Your details and sign-in"


def test_a_form_opened_before_signing_in_elsewhere_still_works_from_our_own_page(app, browse, cast):
    browser = browse()
    taken = token(browser)
    browser.sign_in(cast.priya.id)
    assert post(browser, taken, OURS) == 302
    assert post(browser, taken, {}) == 400


def test_a_token_for_another_purpose_is_not_a_form_token(app, browse):
    with app.test_request_context():
        from_elsewhere = app.jinja_env.globals["csrf_token"]().replace(".", "!", 1)
    assert post(browse(), from_elsewhere, OURS) == 400


def test_the_refusal_is_a_page_that_says_what_to_do(app, browse):
    browser = browse()
    answer = browser.submit(browser.page("/forgot"), csrf_token="")
    assert answer.status == 400 and answer.h1


def test_tokens_of_two_answers_differ_though_the_session_is_one(app, browse, cast):
    browser = browse(as_=cast.priya)
    one, other = (browser.page("/account").form("/sign-out")["csrf_token"] for _ in range(2))
    assert one != other


def test_every_form_that_changes_something_is_guarded(app, browse, cast):
    """No POST route anywhere answers anything but 400 to a form without a token; a machine's post without its signature gets 403."""
    browser = browse(as_=cast.dana, staff=True)
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            with app.test_request_context():
                path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "riverside").replace(f"<int:{name}>", "1")
            assert browser.post(path, headers=OURS).status_code == (403 if path.startswith("/texts/") else 400), rule
