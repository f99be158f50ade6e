"""Run in a process of its own: django-helpdesk's own migrations on a database, and tickets made through its models."""

from __future__ import annotations

import datetime
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings


def main(url: str, tickets: int) -> None:
    parts = urlsplit(url)
    settings.configure(
        SECRET_KEY="only for a test",
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_USE_CELERY=False,
        ROOT_URLCONF="helpdesk.urls",
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
            "django.contrib.humanize", "rest_framework", "helpdesk",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username,
                "PASSWORD": parts.password,
                "HOST": parts.hostname,
                "PORT": parts.port,
            }
        },
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(tickets)


def fill(tickets: int) -> None:
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    queue = Queue.objects.create(title="Support", slug="support")
    now = timezone.now()
    for number in range(tickets):
        ticket = Ticket.objects.create(
            queue=queue,
            title=f"Cannot log in ({number})",
            submitter_email=f"customer{number}@mail.example",
            description="The page stays white after the password.",
            priority=3,
        )
        # `created` and `modified` are set by the model itself when it is saved.
        moment = now - datetime.timedelta(minutes=number)
        Ticket.objects.filter(pk=ticket.pk).update(created=moment, modified=moment)
        FollowUp.objects.create(ticket=ticket, title="Answer", comment="Please try again.", public=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
