"""The demo ends as it tells, and leaves nothing behind however it ends."""
