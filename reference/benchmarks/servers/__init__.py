"""The servers that are compared: one module for each library, in the order in which to read them.

`common` has what they share. `limit` is what can be had in Python with no library at all;
`bluelets` serves for both bluelets, which run the same program; `streams` is asyncio's program,
which uvloop runs as well.
"""
