"""A stand-in for the face service (腾讯云人脸核身 H5): its two calls, its page, and the person in front of the phone.

Written from the facts about the service, over a real socket, with its own reckoning of the signature. Where its pages
leave something open the twin takes the stricter reading: a run nobody finished has no result code at all.
"""

from __future__ import annotations

from sandbox.faceid.faults import Faults
from sandbox.faceid.runs import Face, Run
from sandbox.faceid.twin import FaceTwin

__all__ = ["Face", "FaceTwin", "Faults", "Run"]
