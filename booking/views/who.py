"""Who is this appointment for? Only people the asker may book for here; nobody is chosen beforehand among several."""

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from booking.forms import WhoForm
from booking.steps import ME
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen
from portal.guards import at_practice, public


@blueprint.get("/at/<slug>/book/who")
@public
@at_practice
def who(practice):
    if request.args.get("who") == "new":
        return _somebody_new(chosen(practice, who=""))
    choices = chosen(practice)
    if not current_user.is_authenticated or choices.moving:
        return redirect(choices.steps.url(choices.steps.next_step))
    if "go" in request.args:
        return _answered(choices)
    if choices.steps.who or choices.must_say_who:
        return _page(choices, WhoForm(formdata=None))
    return redirect(_onward(choices))


def _answered(choices: Choices):
    form = WhoForm(request.args)
    if choices.steps.who:
        return redirect(_onward(choices))
    form.validate()
    return _page(choices, form, 422)


def _onward(choices: Choices) -> str:
    known = choices.steps.but(who=choices.link.profile.public_id if choices.link else choices.steps.who)
    return known.url(known.next_step)


def _somebody_new(choices: Choices):
    steps = choices.steps
    return redirect(url_for("portal.add_person", slug=steps.slug, next=steps.url(steps.next_step)))


def _page(choices: Choices, form: WhoForm, status: int = 200):
    kept = choices.steps.but(who="").args()
    return render_template("booking/who.html", form=form, kept=kept, me=None if choices.has_own else ME, **choices.facts()), status
