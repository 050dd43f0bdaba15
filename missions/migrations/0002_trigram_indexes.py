from django.db import migrations

from core.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("missions", "0001_missions_and_meetings")]

    operations = [TrigramIndex("Mission"), TrigramIndex("Meeting")]
