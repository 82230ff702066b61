"""The only place that knows everything: settings, addresses, the command line."""
