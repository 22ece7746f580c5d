"""What the system's search for addresses takes will do for `connect` and `Listener`, None too.

So it does for `connect` in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import connecting

BREAKS: dict[str, str] = {
    "connect.neither-host-nor-port": "fail",
    "connect.not-a-port": "fail",
    "listener.not-a-port": "fail",
}


def _expect_nothing(host: object, port: object) -> None:
    pass


connecting._expect_address = _expect_nothing
