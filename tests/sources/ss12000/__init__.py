"""Another system's SS 12000 API as a source."""
