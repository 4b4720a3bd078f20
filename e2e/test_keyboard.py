"""The whole way by keyboard alone: Tab and Enter, no mouse, no JavaScript needed."""

import re

from e2e.people import heading, sign_in


def press_until(page, said: str, most: int = 120) -> None:
    """Tab on until what has the focus says `said`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        words = page.evaluate(
            "e => (document.activeElement.getAttribute('aria-label') || document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || '').trim()",
            None,
        )
        if re.search(said, words):
            ring = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow + getComputedStyle(document.activeElement.closest('.choice') || document.activeElement).outlineStyle"
            )
            assert ring.replace("none", ""), f"nothing shows that {said!r} has the focus"
            return
    raise AssertionError(f"Tab never reached {said!r} on {page.url}")


def enter(page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_parent_books_without_touching_a_mouse(site, open_page):
    page = open_page()
    sign_in(page, "priya@example.com")
    page.goto("/at/riverside/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop skips to the content"
    press_until(page, "Book an appointment")
    enter(page)
    press_until(page, "Me")
    for _ in range(3):  # in a group of radio buttons the arrows move
        page.keyboard.press("ArrowDown")
    press_until(page, "Continue")
    enter(page)
    press_until(page, "Initial assessment")
    enter(page)
    press_until(page, "Anyone")
    enter(page)
    press_until(page, "January")
    enter(page)
    press_until(page, r", \d+ times")
    enter(page)
    press_until(page, r"^\d.*m\b")  # "9am, Thursday 7 January, with …"
    enter(page)
    press_until(page, "Book for Leo with")
    enter(page)
    assert heading(page) == "Appointment confirmed"
