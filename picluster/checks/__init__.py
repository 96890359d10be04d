"""Acceptance of a cluster from outside: `picluster check`.

Each check asks by means of its own (SSH as the ordinary user, the daemons' pages, Portainer's API)
and never by what the deploys used, so that a mistake of theirs does not hide itself. A check asks
first and judges then: the functions called `judge…` are pure, from what was found and what the plan
wants to a verdict.
"""
