"""The WeCom (企业微信) adapter: callbacks in, messages and cards out, directory, tokens.

::

    inbound.py    the two HTTP handlers of the callback address; translate.py turns callbacks into arrivals
    protocol.py   sealed bytes ↔ typed values, no I/O
    callbacks.py  what can arrive, as types; documents.py reads them from XML
    dedup.py      when two deliveries are the same thing
    replies.py    passive replies

    client.py     every API call we make, typed results; api.py is one call, media.py a file in or out
    errors.py     everything the platform may answer instead
    tokens.py     one access token, one refresher
    messages.py   what is sent, as types
    budget.py     when a message may leave (pure)

    identity.py   who is it, who is their superior; directory.py has the records
    platform.py   all of it as the relay sees it
    menu.py       the app's menu

Figures come from the platform's own pages; they are quoted by page id, ``[D90238]`` being
``developer.work.weixin.qq.com/document/path/90238``.
"""
