"""What stands in a text in base64 or in hexadecimal digits: texts again, and where each is written.

The kernel (`_kernel/codes.c`) tells which long words of a text are codes, and undoes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.privacy._kernel import at, kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Uncoded:
    """Texts that were written in codes, a line for each, and where they stand."""

    text: bytes = field(repr=False)
    ends: _Places
    """Where each line ends."""
    begins: _Places
    stops: _Places


def uncoded(text: bytes, starts: _Places, begin: int, end: int) -> Uncoded:
    """Give the texts behind long words of a part of a text, which start there."""
    import numpy as np

    out, lines = np.empty(end - begin, np.uint8), np.empty((len(starts), 3), np.int64)
    count = kernel().leaks_codes(text, begin, end, at(starts), len(starts), at(out), at(lines))
    ends, begins, stops = lines[:count].T
    return Uncoded(out[: ends[-1] if count else 0].tobytes(), ends, begins, stops)
