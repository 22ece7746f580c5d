"""Threads that sleep: three are spawned and sleep at the same time, and one waits for the last.

All is over when the longest sleep is, and not after the sum of them.
"""

from __future__ import annotations

import time

import common


def main() -> None:
    """Print who does what, and after how many seconds."""
    options = common.parser(__doc__)
    options.add_argument(
        "--unit",
        type=float,
        default=0.5,
        metavar="SECONDS",
        help="what the sleeps are multiples of (default: %(default)s)",
    )
    common.add_impl(options)
    arguments = options.parse_args()
    if not 0 <= arguments.unit <= 3600:
        options.error("argument --unit: must be from 0 to 3600")
    bluelet, unit = arguments.impl, arguments.unit
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:5.2f} s  {what}", flush=True)

    def sleeper(units: int) -> common.Coroutine:
        say(f"sleeper {units}: sleeps for {units * unit:g} s")
        yield bluelet.sleep(units * unit)
        say(f"sleeper {units}: awake")

    def root() -> common.Coroutine:
        say("root: spawns three sleepers")
        longest = sleeper(3)
        yield bluelet.spawn(longest)
        yield bluelet.spawn(sleeper(1))
        yield bluelet.spawn(sleeper(2))
        say("root: joins the longest")
        yield bluelet.join(longest)
        say("root: goes on")

    bluelet.run(root())
    say("all is over")


if __name__ == "__main__":
    common.start(main)
