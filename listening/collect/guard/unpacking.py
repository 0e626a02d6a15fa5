"""Packed answers: none swells beyond `DOWNLOAD_MAXSIZE`, and what cannot be unpacked is told as such."""

from __future__ import annotations

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from listening.collect.guard.refusal import Refused
from listening.collect.reading.trouble import Trouble
from listening.model import RunStatus

_LAYERS = 2
"""A proxy may pack what is packed already; more is somebody's joke, and each layer costs us a whole one."""


class Unpacking(HttpCompressionMiddleware):
    """In the place of Scrapy's own."""

    def process_response(  # type: ignore[override]  # without what Scrapy has given up
        self, request: Request, response: Response
    ) -> Request | Response:
        told = b",".join(response.headers.getlist("Content-Encoding"))
        if told.count(b",") >= _LAYERS:
            raise _refused("the answer is packed over and over")
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            most = f"{self._max_size / 1_000_000:.0f} MB"
            raise _refused(f"the answer unpacks to more than {most}") from None
        except Exception as error:  # each way of packing has errors of its own, with no base in common
            raise _refused(f"the answer cannot be unpacked ({type(error).__name__})") from None


def _refused(reason: str) -> Refused:
    return Refused(Trouble(RunStatus.FAILED, reason))
