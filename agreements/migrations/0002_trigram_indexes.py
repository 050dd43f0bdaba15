from django.db import migrations

from core.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_agreements")]

    operations = [TrigramIndex("Agreement")]
