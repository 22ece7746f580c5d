"""The model: which traces a program may show on a bluelet that conforms.

It is an operational semantics, made to be read. `state` says what a run is made of: threads, each a
stack of coroutines of which the innermost acts. `moves` has the states that they are in, and all
moves between them. `rules` has one rule for each event, which says who is ready afterwards, what
each `yield` gives, and by which clauses; `threads` has what the rules are made of, and `fairness`
the bound on how long anybody waits for a turn. `streams` is what is on its way on connections, and
`transfers` has the rules for those. The coroutines themselves are the very ones that an
implementation runs.

Much is left open, so the model makes no trace of its own: `following` follows one. The next entry
says who acted, and what its `yield` gave. Either may be what an allowed run shows next, and the
model goes there; or none shows it, and the model says which clause forbids it. No search is needed:
whatever a thread does is seen in its entries, and so is every choice.

Which clauses are in force is the setting. The model follows a trace as if all of them were, and the
setting decides only where the trace does what a clause forbids. If the clause is in force, the
trace departs there. If not, and the clause is about order or about what a `yield` gives, the model
goes on by what the trace shows; in other cases nothing is said of the run from there on. So to take
a clause out of force never forbids more. Where several clauses are needed to forbid something, it
is told by the weakest of them: no MUST is named by way of a SHOULD.

Nothing is said of a run from where a coroutine is started again that was killed and not closed,
where a thread's clean-up fails that killed itself, where two threads send to the same end at once,
or one is killed or loses its connection while it sends, and where the root does not catch that a
peer is gone.
"""

from bluelet_spec.model.following import departure
from bluelet_spec.model.moves import State
from bluelet_spec.model.rules import RULES
from bluelet_spec.model.state import Demands, Departure, in_force

__all__ = ["RULES", "Demands", "Departure", "State", "departure", "in_force"]
