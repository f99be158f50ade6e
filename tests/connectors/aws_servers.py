"""A stand-in for AWS, as a server of its own on 127.0.0.1: moto, which checks no credentials."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECRET = "s3cret-key-of-aws"
CREDENTIALS = {"key": "AKIATEST", "secret": SECRET}


@contextmanager
def running() -> Iterator[str]:
    """Start the stand-in; give its URL, and end it by its pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
    )
    try:
        for _ in range(1_200):
            with socket.socket() as wanted:
                if wanted.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def emptied(url: str) -> None:
    """Forget everything that the stand-in was given."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")).close()  # noqa: S310


def client(url: str, service: str) -> Any:
    """Give a client of a service, as who makes the systems of a test."""
    import boto3

    return boto3.client(
        service, region_name="us-east-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
    )
