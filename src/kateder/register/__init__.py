"""The truth about organisations, persons, enrolments, duties, groups and activities (SS 12000), and who may see whom."""
