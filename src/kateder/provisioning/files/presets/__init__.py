"""Ready-made templates. Their names are those of the setting `template`."""
