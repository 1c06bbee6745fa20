"""Lines that lead somewhere, as the platforms spell them: the whole line is what is tapped.

What people wrote must not become markup: the signs that would are widened, which reads the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_WIDE = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "<>[]*_`#\\|"})


def anchors(text: str, links: Sequence[str]) -> str:
    """Lines as anchors, for chats that know the A element and nothing else."""
    return "\n".join(f'<a href="{link}">{line}</a>' if link else line for line, link in _lines(text, links))


def markdown(text: str, links: Sequence[str], *, line_end: str = "\n") -> str:
    """Lines as links of Markdown. ``line_end``: what the chat needs to begin a new line."""
    return line_end.join(f"[{line}]({link})" if link else line for line, link in _lines(text, links))


def _lines(text: str, links: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line, link in zip(text.split("\n"), links, strict=True):
        yield line.translate(_WIDE), link
