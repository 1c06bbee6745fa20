"""The DingTalk (钉钉) adapter: the stream in, messages and cards out, directory, tokens.

::

    stream.py     the line to the platform, in a thread of its own; line.py is one connection of it
    inbound.py    what came over it: opened, committed, answered
    protocol.py   frames ↔ typed values, no I/O; messages.py and clicks.py read what they carry, fields.py is their tool
    callbacks.py  what can arrive, as types; translate.py turns it into arrivals
    dedup.py      when two pushes are the same thing

    client.py     every API call we make, typed results; api.py is one call, media.py a file in or out
    outgoing.py   what is sent, as types
    errors.py     everything the platform may answer instead
    tokens.py     one access token, one refresher
    budget.py     when a message may leave (pure); quota.py how much of the month is left

    identity.py   who is at the page; directory.py reads members and departments, sync.py brings them into ours
    ding.py       the loud channel beside a safety message's card
    platform.py   all of it as the relay sees it

User ids are case-sensitive here, unlike on the other platform.
"""
