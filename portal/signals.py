"""What portal announces so that booking can act on its own rows without portal knowing booking."""

from blinker import Namespace

_signals = Namespace()

# sender: None; now=datetime. Once an hour: forget what has ended. Handlers run inside the transaction.
sweeping = _signals.signal("sweeping")

# sender: None; link=Link, now=datetime. Somebody may do other things for a person than before; inside the transaction.
access_given = _signals.signal("access given")

# sender: None; profile=Profile, now=datetime. They agreed to a channel again: what waits for them may be queued; inside the transaction.
reach_changed = _signals.signal("reach changed")

# sender: None; merge=Merge, journal=Journal, now=datetime. One record takes over another's rows (portal/merge_journal.py: `journal.follow`);
# inside the transaction.
profile_merged = _signals.signal("profile merged")

# sender: None; merge=Merge, back={table name: ids}, now=datetime. A merge was taken back, and these rows are the source's again.
profile_unmerged = _signals.signal("profile unmerged")
