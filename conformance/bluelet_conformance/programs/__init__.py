"""Programs that nobody wrote: run on an implementation, and what that found."""
