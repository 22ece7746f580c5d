"""Coroutines that call coroutines: `call` waits for what the other gives to `end`.

To yield a generator is short for to call it. What a callee raises, its caller can catch; a call
may go as deep as it likes; and only the caller waits, while the other threads go on.
"""

from __future__ import annotations

from typing import Any

import common


def main() -> None:
    """Add up a tree of numbers, in calls as deep as it is."""
    options = common.parser(__doc__)
    common.add_impl(options)
    bluelet = options.parse_args().impl

    def double(number: int) -> common.Coroutine:
        yield bluelet.sleep(0.01)  # It takes its time, and its caller waits.
        yield bluelet.end(number * 2)
        print("never printed: nothing comes after the end")

    def total(tree: Any) -> common.Coroutine:
        """End with the sum of a number, or of a list of trees."""
        if isinstance(tree, int):
            yield bluelet.end(tree)
        if not isinstance(tree, list):
            raise TypeError(f"{tree!r} is no number")
        result = 0
        for branch in tree:
            result += yield total(branch)
        yield bluelet.end(result)

    def root() -> common.Coroutine:
        number = yield bluelet.call(double(21))
        print("double(21) gives", number)

        number = yield double(number)
        print("double of that, called by yielding it, gives", number)

        number = yield total([1, [2, 3, [4]], [[[5]]]])
        print("total([1, [2, 3, [4]], [[[5]]]]) gives", number)

        try:
            yield total([1, [2, "three"]])
        except TypeError as error:
            print("total([1, [2, 'three']]) raises", error)

    bluelet.run(root())


if __name__ == "__main__":
    common.start(main)
