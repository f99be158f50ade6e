"""A stand-in for AWS, as a server of its own on 127.0.0.1: moto, which checks credentials only when told to."""

from __future__ import annotations

import json
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


@contextmanager
def guarded(url: str) -> Iterator[None]:
    """Have the stand-in ask for credentials and rights, which it else does for nobody."""
    _guard(url, "0")
    try:
        yield
    finally:
        _guard(url, "inf")


def login(url: str, name: str, *actions: str) -> dict[str, str]:
    """Make a user that may do these actions on everything, and give the connector's settings for it."""
    iam = client(url, "iam")
    iam.create_user(UserName=name)
    if actions:
        allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def _guard(url: str, after: str) -> None:
    headers = {"Content-Type": "text/plain"}
    asked = urllib.request.Request(f"{url}/moto-api/reset-auth", after.encode(), headers, method="POST")  # noqa: S310 - our own server
    urllib.request.urlopen(asked).close()  # noqa: S310 - our own server
