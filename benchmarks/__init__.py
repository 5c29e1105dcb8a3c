"""What the command costs, as ratios within one run, so that machines of any speed agree.

Each benchmark prints a table for people, writes JSON for programs, and ends with 1 where its bar is
not kept. Each measured run is a process of its own.
"""
