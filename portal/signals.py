"""What portal announces so that booking can act on its own rows without portal knowing booking."""

from blinker import Namespace

_signals = Namespace()

# sender: None; now=datetime. Once an hour: forget what has ended. Handlers run inside the transaction.
sweeping = _signals.signal("sweeping")

# sender: None; link=Link, now=datetime. Somebody may do other things for a person than before; inside the transaction.
access_given = _signals.signal("access given")

# sender: None; by=StaffMember, staff=StaffMember, now=datetime. A member of staff does not see everybody any more; inside the transaction.
reach_narrowed = _signals.signal("reach narrowed")

# sender: None; profile=Profile, now=datetime. They agreed to a channel again: what waits for them may be queued; inside the transaction.
reach_changed = _signals.signal("reach changed")

# sender: None; merge=Merge, journal=Journal, now=datetime. One record takes over another's rows (portal/merge_journal.py: `journal.follow`);
# inside the transaction.
profile_merged = _signals.signal("profile merged")

# sender: None; merge=Merge, back={table name: ids}, now=datetime. A merge was taken back, and these rows are the source's again.
profile_unmerged = _signals.signal("profile unmerged")

# sender: None; profile_ids=list of ids, now=datetime. Nothing keeps these people any longer: words about them go, rows stay to be counted;
# inside the transaction.
profile_erased = _signals.signal("profile erased")

# sender: None; staff=StaffMember, profile=Profile, care=Mapping, now=datetime. Staff wrote down a person, and whom they are seen by (`care`:
# public ids of "practitioner" and "location", or empty). Receivers give back what that changed: (field, before, after) in words; inside the transaction.
record_written = _signals.signal("record written")
