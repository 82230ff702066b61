"""The truth about organisations, persons, enrolments, duties, groups, activities (SS 12000); who may see whom."""
