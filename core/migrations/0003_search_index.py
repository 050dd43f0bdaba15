from django.db import migrations

from core.operations import SearchIndex


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search_entries")]

    operations = [SearchIndex()]
