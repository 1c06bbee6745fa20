"""What a signature is worth, said no better than it is: on the page, on the form, everywhere the same."""

from __future__ import annotations

from collections.abc import Callable

from cards import words, words_links, words_proofs
from workflow.ids import PersonId
from workflow.values import Proof


def worth(proof: Proof | None, name: Callable[[PersonId], str], *, escalated: bool = False) -> str:
    """How the person confirmed, whether at the place, and after what; ``name`` knows people."""
    late = words_proofs.ESCALATED if escalated else ""
    if proof is None:
        return words.NO_PROOF + late
    said = words.PROOF[proof.method]
    if proof.voucher is not None:
        said = words_links.VOUCHED.format(name=name(proof.voucher))
    if proof.second is not None:
        said += words_proofs.SECOND.format(name=name(proof.second))
    return said + (words_proofs.ON_SITE if proof.at_site and "现场" not in said else "") + late
