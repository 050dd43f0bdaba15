"""Logs as JSON lines: machine-readable, with a request id, without personal data."""

import datetime
import json
import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")

# The address of a calendar is its key; a refusal or an error names the address.
SECRET = re.compile(r"(/calendar/)[^/\s\"']+")


def without_secrets(text: str) -> str:
    """The text of a log line, without what opens somebody's calendar."""
    return SECRET.sub(r"\1…", text)


class JsonLines(logging.Formatter):
    """One JSON object per record: time (UTC), level, logger, message, request id, traceback when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request_id": request_id.get(),
        }
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
