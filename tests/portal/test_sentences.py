"""One full stop where a name ends with one, in any language; never one taken from what somebody wrote."""

import pytest
from markupsafe import Markup

from portal.sentences import one_stop

LEO = "Leo S."


@pytest.mark.parametrize(
    "sentence, said, shown",
    [
        ("Book for Leo S..", {"person": LEO}, "Book for Leo S."),
        ("Leo S. und Anya S.. Danach", {"all": "Leo S. und Anya S."}, "Leo S. und Anya S. Danach"),
        ("Help Leo S. with it.", {"person": LEO}, "Help Leo S. with it."),
        ("Book for Leo..", {"person": "Leo"}, "Book for Leo.."),
        ("16 of 20.", {"count": 20}, "16 of 20."),
        (Markup("For <b>Leo S.</b>."), {"person": Markup("<b>Leo S.</b>")}, Markup("For <b>Leo S.</b>")),
        (Markup("For &lt;b&gt;S.."), {"person": "<b>S."}, Markup("For &lt;b&gt;S.")),
    ],
)
def test_one_stop(sentence, said, shown):
    assert one_stop(sentence, said) == shown and type(one_stop(sentence, said)) is type(sentence)


def test_every_template_has_it(app):
    with app.test_request_context():
        page = app.jinja_env.from_string(
            "{{ _('For %(x)s.', x=x) }} {% trans %}With {{ x }}.{% endtrans %} {{ ngettext('%(x)s.', '%(x)s.', 2, x=x) }}"
        )
        assert page.render(x=LEO) == "For Leo S. With Leo S. Leo S."
