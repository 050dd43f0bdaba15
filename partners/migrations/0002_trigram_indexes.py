from django.db import migrations

from core.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_organisations_and_contacts")]

    operations = [TrigramIndex("Organisation"), TrigramIndex("Contact")]
