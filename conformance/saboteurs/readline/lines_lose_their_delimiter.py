"""`readline` returns a line without its delimiter."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import sockets
from bluelet_reference.polling import Step

BREAKS: dict[str, str] = {
    "readline.up-to-newline": "fail",
    "readline.several-at-once": "fail",
    "readline.empty-lines": "fail",
    "readline.delim-as-first-argument": "fail",
    "readline.any-lines-by-tcp": "fail",
}


class _ReadLine(sockets._ReadLine):
    def begin(self) -> Step:
        step, delim = super().begin(), self.delim
        return lambda: step().removesuffix(delim)


sockets._ReadLine = _ReadLine  # type: ignore[misc]
