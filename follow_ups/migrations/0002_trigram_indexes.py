from django.db import migrations

from core.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("follow_ups", "0001_ledger")]

    operations = [TrigramIndex("FollowUp")]
