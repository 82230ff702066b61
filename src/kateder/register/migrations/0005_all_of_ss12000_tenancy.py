"""Row-level security and grants of the tables that the rest of SS 12000 needs."""

from django.db import migrations

from kateder.core.rls import TenantTable


class Migration(migrations.Migration):
    dependencies = [("register", "0004_all_of_ss12000")]

    operations = [
        TenantTable("register_assignmentrole"),
        TenantTable("register_syllabus"),
        TenantTable("register_programme"),
        TenantTable("register_programmesyllabus"),
        TenantTable("register_studyplan"),
        TenantTable("register_studyplansyllabus"),
        TenantTable("register_offering"),
        TenantTable("register_offeredsyllabus"),
        TenantTable("register_offeredprogramme"),
        TenantTable("register_placement"),
        TenantTable("register_placementowner"),
        TenantTable("register_attendanceschedule"),
        TenantTable("register_attendanceevent"),
        TenantTable("register_room"),
        TenantTable("register_asset"),
        TenantTable("register_calendarevent"),
        TenantTable("register_attendance"),
        TenantTable("register_absence"),
        TenantTable("register_grade"),
        TenantTable("register_changenote"),
    ]
