"""What is typed about the second step when signing in."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from portal.forms import PasswordForm, PortalForm, clean


class RecoveryForm(PortalForm):
    code = StringField(_("Recovery code"), [DataRequired(_("Enter a recovery code"))], filters=[clean])


class TurnOffForm(PasswordForm):
    password = PasswordField(_("Your password"), [DataRequired(_("Enter your password"))])
    code = StringField(_("Code of your app, or a recovery code"), [DataRequired(_("Enter a code"))], filters=[clean])
