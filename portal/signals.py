"""What portal announces so that booking can act on its own rows without portal knowing booking."""

from blinker import Namespace

_signals = Namespace()

# sender: None; now=datetime. Once an hour: forget what has ended. Handlers run inside the transaction.
sweeping = _signals.signal("sweeping")
