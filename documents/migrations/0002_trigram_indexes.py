from django.db import migrations

from core.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents_and_citations")]

    operations = [TrigramIndex("Document")]
