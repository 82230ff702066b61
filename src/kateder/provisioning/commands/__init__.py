"""`kateder target`, `kateder never-send`, `kateder master`: deliveries on the command line."""
