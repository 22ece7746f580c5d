"""What a killed thread had read of a file is lost."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import files

BREAKS: dict[str, str] = {"files.killed-reader-loses-nothing": "fail"}

files._keep = lambda fd, received: None
