"""Add a child or somebody you care for: usable at once, provisional until the practice has looked at it (LOOK §4.4)."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import redirect, render_template, request
from flask_login import current_user

from portal import clock, people
from portal.database import transact
from portal.forms import AddPersonForm
from portal.guards import at_practice
from portal.views import arrival
from portal.views.blueprint import blueprint


@blueprint.route("/at/<slug>/add-person", methods=["GET", "POST"])
@at_practice
def add_person(practice):
    people.must_take_new(practice)
    form = AddPersonForm(today=clock.today(practice.zone))
    if not form.validate_on_submit():
        return render_template("portal/add_person.html", form=form, next=arrival.next_path()), 422 if request.method == "POST" else 200
    named = (form.relationship.data, form.given_name.data, form.family_name.data, form.born_on.form.value)
    profile = transact(people.add, current_user, practice, *named, clock.now())
    return redirect(_for(profile.public_id, arrival.onward(arrival.next_path(), practice)))


def _for(public_id: str, path: str) -> str:
    """The step they came from, now for this person: its `who` is replaced, the rest of the address kept."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "who"]
    return parts._replace(query=urlencode([("who", public_id), *kept])).geturl()
