"""One page of what a statement finds."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select

from portal.database import db

PER_PAGE = 50
FARTHEST_PAGE = 10_000


class Page(NamedTuple):
    """Some of what was found: `rows` of the page `number` (from 1), `total` on all `pages`; `is_close`: nothing fits, but these nearly do."""

    rows: list
    number: int
    total: int
    is_close: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def page_of(found: Sequence, page: int) -> Page:
    """One page of all that was found."""
    number = min(max(page, 1), FARTHEST_PAGE)
    return Page(list(found[(number - 1) * PER_PAGE : number * PER_PAGE]), number, len(found))


def paged(found: Select, page: int, *order) -> Page:
    """One page of a statement, and how many rows it has in all."""
    number = min(max(page, 1), FARTHEST_PAGE)
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).options().subquery()))
    rows = db.session.scalars(found.order_by(*order).limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page(list(rows), number, total)
