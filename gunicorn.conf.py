"""The production server: `gunicorn config.wsgi` reads this file."""

import multiprocessing
import os

MOST_WORKERS = 8  # each keeps its own database connection

bind = os.environ.get("BIND", "127.0.0.1:8000")  # the reverse proxy stands in front
workers = int(os.environ.get("WEB_CONCURRENCY", min(2 * multiprocessing.cpu_count(), MOST_WORKERS)))
preload_app = False  # a worker that restarts takes the new code
accesslog = None  # the proxy keeps it; names and search words in addresses are nobody's business twice
timeout = 60  # seconds for one request
graceful_timeout = 30  # seconds to finish what runs when the server stops
