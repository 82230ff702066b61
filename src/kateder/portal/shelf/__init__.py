"""The shelf (hyllan): the front page of pupils and teachers."""
