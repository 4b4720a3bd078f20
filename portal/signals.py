"""What portal announces so that booking can act on its own rows without portal knowing booking."""

from blinker import Namespace

_signals = Namespace()

# sender: None; now=datetime. Once an hour: forget what has ended. Handlers run inside the transaction.
sweeping = _signals.signal("sweeping")

# sender: None; link=Link, now=datetime. Somebody may do other things for a person than before; inside the transaction.
access_given = _signals.signal("access given")
