"""What portal announces so that booking can move its own rows without portal knowing booking."""

from blinker import Namespace

_signals = Namespace()

# sender: the practice; source=Profile, target=Profile, now=datetime. Handlers run inside the transaction.
profile_merged = _signals.signal("profile-merged")
# sender: Account just created; signup=Signup, now=datetime.
account_created = _signals.signal("account-created")
# sender: None; now=datetime. Once an hour: forget what has ended. Handlers run inside the transaction.
sweeping = _signals.signal("sweeping")
