"""`read` and `write`: pipes, and whatever else has a descriptor.

The README does not mention them, but they are there in the original, for bytes and for text:
`read(file, size)` returns what is there, `read(file)` everything up to the end, and `write(file,
data)` writes all of it. Where the file is a pipe, each may have to wait, and then the others run.

A program may also use the file's own methods, which read more than they are asked for, and hold
back what they write; nothing of either is lost.

Left open: whether `read` and `write` give an `Event` or a coroutine, and what becomes of one that
is yielded twice; what a `read` of a bare descriptor has got when its thread is killed; what becomes
of the ends of lines of a file of text; whether text in a pipe begins with a byte order mark;
objects without a descriptor; whether others are held up where Python holds back more to be written
than there is room for; a size of less than 0. A regular file never has to be waited for, and how
long the system takes to read from it is not bluelet's affair.
"""

ORDER = (
    "reading",
    "writing",
    "sharing",
)
"""The sections in the order in which to read them."""
